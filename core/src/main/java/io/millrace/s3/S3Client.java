package io.millrace.s3;

import io.millrace.s3.S3Exception.Kind;
import io.millrace.s3.S3Request.Traits;
import java.io.Closeable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * Requests to the bucket of one place. All are asynchronous. Keys are text, below the place's
 * prefix. Futures end with an answer, or exceptionally with an {@link S3Exception}; cancelling one
 * ends its exchange with the engine and its connection, so that the engine drops what is
 * incomplete.
 *
 * <p>What runs when a future ends, or when a payload or body is read, runs on one of a few threads
 * of the client's and must not block.
 *
 * <p>Threads: any.
 */
public final class S3Client implements Closeable {

    private static final String NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

    private final S3Place place;
    private final Transport transport;
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile boolean plainTags;

    /**
     * A client. Nothing is sent yet.
     *
     * @param keys asked for each request, and must not block
     */
    public S3Client(S3Place place, Supplier<S3Keys> keys, S3Settings settings) {
        this(place, keys, settings, InstantSource.system(), null);
    }

    /** @param tls null for the JVM's own */
    S3Client(S3Place place, Supplier<S3Keys> keys, S3Settings settings, InstantSource clock,
            SSLContext tls) {
        this.place = place;
        this.transport = new Transport(place, keys, settings, clock, tls);
    }

    /** Where the objects are. */
    public S3Place place() {
        return place;
    }

    /** How long the engine has from the last byte of a request to the head of its response. */
    public Duration answerTimeout() {
        return transport.settings().answerTimeout();
    }

    /** Requests on their way, bodies that are being read included. */
    public int inFlight() {
        return inFlight.get();
    }

    /** What was asked of the engine, and how it ended. */
    public S3Counters counters() {
        return transport.counters();
    }

    /** Whether a request waits to be repeated. */
    boolean isWaiting() {
        return transport.isWaiting();
    }

    /**
     * Whether {@code If-Match} of changes is sent without the quotes of the tag, for an engine that
     * compares it so. Not at first.
     */
    public void plainTags(boolean arePlain) {
        plainTags = arePlain;
    }

    /** HeadObject. The answer has no body; {@link S3Answer#length} is the object's size. */
    public CompletableFuture<S3Answer> head(String key, Map<String, String> fields) {
        return call(new S3Request("HeadObject", "HEAD", key, S3Request.params(), fields,
                S3Payload.none(), Traits.READ), (answer, body) -> answer);
    }

    /** GetObject. The body of a success is to be read or discarded. */
    public CompletableFuture<S3Answer> get(String key, Map<String, String> fields) {
        return call(new S3Request("GetObject", "GET", key, S3Request.params(), fields,
                S3Payload.none(), Traits.STREAM), (answer, body) -> answer);
    }

    /** PutObject. A stream is cancelled if the request ends without it. */
    public CompletableFuture<S3Answer> put(S3Put put) {
        return call(new S3Request("PutObject", "PUT", put.key(), S3Request.params(), put.fields(),
                put.payload(), Traits.CHANGE.expecting(put.expectContinue())),
                (answer, body) -> answer);
    }

    /** DeleteObject. Most engines answer with 204 whether there was an object or not. */
    public CompletableFuture<S3Answer> delete(String key, Map<String, String> fields) {
        return call(new S3Request("DeleteObject", "DELETE", key, S3Request.params(), fields,
                S3Payload.none(), Traits.CHANGE), (answer, body) -> answer);
    }

    /** ListObjectsV2. */
    public CompletableFuture<S3ListPage> list(S3ListQuery query) {
        String prefix = place.prefix();
        return call(new S3Request("ListObjectsV2", "GET", null, S3Request.params("list-type", "2",
                "encoding-type", "url", "prefix", prefix + query.prefix(),
                "delimiter", query.delimiter(),
                "start-after", query.startAfter() == null ? null : prefix + query.startAfter(),
                "continuation-token", query.continuation(),
                "max-keys", Integer.toString(query.maxKeys())), Map.of(), S3Payload.none(),
                Traits.LIST), (answer, body) -> {
                    S3ListPage page = Lists.objects(root("ListObjectsV2", answer, body,
                            "ListBucketResult"), prefix);
                    goesOn("ListObjectsV2", page.next() == null
                            || !page.next().equals(query.continuation()));
                    return page;
                });
    }

    /** CreateMultipartUpload. Ends with the upload's id. */
    public CompletableFuture<String> beginMultipart(String key, Map<String, String> fields) {
        return call(new S3Request("CreateMultipartUpload", "POST", key,
                S3Request.params("uploads", ""), fields, S3Payload.none(), Traits.CHANGE),
                (answer, body) -> {
                    String id = root("CreateMultipartUpload", answer, body,
                            "InitiateMultipartUploadResult").text("UploadId");
                    if (id.isEmpty()) {
                        throw malformed("CreateMultipartUpload", "it names no upload");
                    }
                    return id;
                });
    }

    /**
     * UploadPart. A part that is in memory is sent again if its outcome is unknown, as a part of
     * the same number replaces the one before. For one that is streamed the engine is asked first.
     *
     * @param number from 1 to 10,000
     */
    public CompletableFuture<S3Part> part(String key, String uploadId, int number,
            S3Payload payload) {
        return part(key, uploadId, number, payload, Map.of());
    }

    /** UploadPart with checksums. */
    public CompletableFuture<S3Part> part(String key, String uploadId, int number,
            S3Payload payload, Map<String, String> fields) {
        return call(new S3Request("UploadPart", "PUT", key, S3Request.params("partNumber",
                Integer.toString(number), "uploadId", uploadId), fields, payload,
                Traits.AGAIN.expecting(!payload.isReplayable())),
                (answer, body) -> {
                    succeeded("UploadPart", answer);
                    if (answer.etag() == null) {
                        throw malformed("UploadPart", "it has no ETag");
                    }
                    return new S3Part(number, answer.etag(), payload.length(),
                            answer.field("x-amz-checksum-sha256"));
                });
    }

    /**
     * CompleteMultipartUpload, also where it fails behind a 200.
     *
     * @param parts in the order of their numbers
     * @param fields conditions
     */
    public CompletableFuture<S3Answer> completeMultipart(String key, String uploadId,
            List<S3Part> parts, Map<String, String> fields) {
        StringBuilder xml = new StringBuilder("<CompleteMultipartUpload xmlns=\"")
                .append(NAMESPACE).append("\">");
        for (S3Part part : parts) {
            xml.append("<Part><PartNumber>").append(part.number()).append("</PartNumber><ETag>")
                    .append(escaped(part.etag())).append("</ETag>");
            if (part.checksum() != null) {
                xml.append("<ChecksumSHA256>").append(escaped(part.checksum()))
                        .append("</ChecksumSHA256>");
            }
            xml.append("</Part>");
        }
        byte[] bytes = xml.append("</CompleteMultipartUpload>").toString()
                .getBytes(StandardCharsets.UTF_8);
        Map<String, String> all = new HashMap<>(fields);
        all.put("Content-Type", "application/xml");
        return call(new S3Request("CompleteMultipartUpload", "POST", key,
                S3Request.params("uploadId", uploadId), all, S3Payload.of(bytes), Traits.COMPLETE),
                (answer, body) -> answer.isSuccess() ? Lists.completed(answer,
                        root("CompleteMultipartUpload", answer, body,
                                "CompleteMultipartUploadResult")) : answer);
    }

    /**
     * AbortMultipartUpload. An upload that is no more is no failure.
     *
     * @return whether it was there; if an attempt had to be repeated, it may have been there before
     */
    public CompletableFuture<Boolean> abortMultipart(String key, String uploadId) {
        return call(new S3Request("AbortMultipartUpload", "DELETE", key,
                S3Request.params("uploadId", uploadId), Map.of(), S3Payload.none(), Traits.AGAIN),
                (answer, body) -> {
                    boolean wasThere = answer.status() != 404; // gone is what it was to be
                    if (wasThere) {
                        succeeded("AbortMultipartUpload", answer);
                    }
                    return wasThere;
                });
    }

    /**
     * ListMultipartUploads.
     *
     * @param prefix what their keys begin with, below the place's prefix
     * @param marker the {@link S3UploadPage#next} of the page before; null for the first
     */
    public CompletableFuture<S3UploadPage> listMultipart(String prefix,
            S3UploadPage.Marker marker) {
        return call(new S3Request("ListMultipartUploads", "GET", null, S3Request.params("uploads",
                "", "encoding-type", "url", "prefix", place.prefix() + prefix,
                "key-marker", marker == null ? null : marker.key(),
                "upload-id-marker", marker == null ? null : marker.id()), Map.of(),
                S3Payload.none(), Traits.LIST), (answer, body) -> {
                    S3UploadPage page = Lists.uploads(root("ListMultipartUploads", answer, body,
                            "ListMultipartUploadsResult"), place.prefix());
                    goesOn("ListMultipartUploads", page.next() == null
                            || !page.next().equals(marker));
                    return page;
                });
    }

    /**
     * ListParts.
     *
     * @param after the number behind which the page begins; 0 for the first page
     */
    public CompletableFuture<S3PartPage> listParts(String key, String uploadId, int after) {
        return call(new S3Request("ListParts", "GET", key, S3Request.params("uploadId", uploadId,
                "part-number-marker", after == 0 ? null : Integer.toString(after)), Map.of(),
                S3Payload.none(), Traits.LIST), (answer, body) -> {
                    S3PartPage page = Lists.parts(
                            root("ListParts", answer, body, "ListPartsResult"));
                    goesOn("ListParts", page.next() == 0 || page.next() > after);
                    return page;
                });
    }

    private <T> CompletableFuture<T> call(S3Request request, S3Call.Reader<T> reader) {
        // What may fail, for want of memory say, comes before it counts as on its way.
        S3Call<T> call = new S3Call<>(transport,
                plainTags ? request.withPlainTag() : request, reader, inFlight::decrementAndGet);
        counters().count(S3Counters.Operation.of(request.operation()), call);
        if (inFlight.incrementAndGet() > transport.settings().maxRequests()) {
            inFlight.decrementAndGet();
            return CompletableFuture.failedFuture(new S3Exception(Kind.BUSY, false,
                    request.operation() + ": " + transport.settings().maxRequests()
                            + " requests are on their way to the engine, as many as may be", null));
        }
        return call.start();
    }

    /** The root element of a success, which has a name to be expected. */
    private static Xml root(String operation, S3Answer answer, byte[] body, String name)
            throws S3Exception {
        succeeded(operation, answer);
        Xml root = Xml.parse(body);
        if (root == null || !root.name().equals(name)) {
            throw malformed(operation, "it is no " + name);
        }
        return root;
    }

    private static void succeeded(String operation, S3Answer answer) throws S3Exception {
        if (!answer.isSuccess()) {
            throw new S3Exception(Kind.REFUSED, false, operation + ": the engine answered "
                    + answer.status() + " " + answer.code(), null, answer.status(), answer.code(),
                    "");
        }
    }

    /** Who reads a list to its end would do so for ever. */
    private static void goesOn(String operation, boolean isFurther) throws S3Exception {
        if (!isFurther) {
            throw malformed(operation, "the next page is the same");
        }
    }

    private static S3Exception malformed(String operation, String why) {
        return new S3Exception(Kind.MALFORMED, true, operation + ": the engine's response can't be"
                + " understood: " + why, null);
    }

    /** An ETag is the engine's, and may have what XML has a meaning for. */
    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /** Ends all requests exceptionally. Doesn't wait. */
    @Override
    public void close() {
        transport.close();
    }
}
