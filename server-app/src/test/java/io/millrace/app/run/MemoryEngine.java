package io.millrace.app.run;

import io.millrace.http.Body;
import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.HttpException;
import io.millrace.http.PercentEncoding;
import io.millrace.http.RequestHead;
import io.millrace.http.Responder;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A bucket of an S3 engine that costs as little as can be: small objects are in memory, of large
 * ones it keeps the length only and takes their bytes for zeros. Conditional writes are atomic. It
 * believes every signature and checks no digest, so that what is measured is the node.
 *
 * <p>A process of its own: {@code java -cp test-classes:millrace.jar
 * io.millrace.app.run.MemoryEngine [bytes per second of each body, 0: all] [bytes of a body that
 * are kept]}; prints its URL.
 *
 * <p>Threads: any.
 */
public final class MemoryEngine implements Handler {

    // decision 367: it costs the processors little, as the node is to be measured
    private static final String MAX_KEPT_BYTES = "262144";
    private static final String BUCKET = "/bucket/";
    private static final Pattern RANGE = Pattern.compile("bytes=([0-9]+)-([0-9]*)");

    /** @param bytes null if they were dropped */
    private record Stored(byte[] bytes, long length, String tag, Map<String, String> fields) {
    }

    /** An unfinished upload in parts. */
    private record Multipart(String key, Map<Integer, Long> parts, Map<String, String> fields) {
    }

    private final long bytesPerSecond;
    /** Of a body with its framing; beyond it the bytes are dropped. */
    private final int maxKeptBytes;
    private final AtomicLong tags = new AtomicLong();
    // Guarded by this.
    private final TreeMap<String, Stored> objects = new TreeMap<>();
    private final Map<String, Multipart> multiparts = new HashMap<>();

    private MemoryEngine(long bytesPerSecond, int maxKeptBytes) {
        this.bytesPerSecond = bytesPerSecond;
        this.maxKeptBytes = maxKeptBytes;
    }

    public static void main(String[] args) throws Exception {
        long rate = args.length > 0 ? Long.parseLong(args[0]) : 0;
        int kept = Integer.parseInt(args.length > 1 ? args[1] : MAX_KEPT_BYTES);
        HttpServer server = start(rate, kept);
        System.out.println("listening on http://127.0.0.1:" + server.address().getPort() + BUCKET);
    }

    /** One within this process, at a free port: its bucket is called bucket, and is empty. */
    public static HttpServer start() throws IOException {
        return start(0, Integer.parseInt(MAX_KEPT_BYTES));
    }

    private static HttpServer start(long rate, int kept) throws IOException {
        return HttpServer.start(ServerOptions.builder().port(0).maxBodyBytes(1L << 42).build(),
                new MemoryEngine(rate, kept));
    }

    @Override
    public Exchange handle(RequestHead request) throws HttpException {
        String path = request.path();
        Map<String, String> query = query(request.query());
        if (path.equals("/bucket") || path.equals(BUCKET)) {
            return query.containsKey("uploads") ? uploads()
                    : query.containsKey("list-type") ? list(query) : Response.of(Status.OK);
        }
        if (!path.startsWith(BUCKET)) {
            return error(Status.NOT_FOUND, "NoSuchBucket");
        }
        String key = decode(path.substring(BUCKET.length()));
        return switch (request.method()) {
            case "PUT" -> query.containsKey("partNumber") ? part(request, query)
                    : put(request, key);
            case "POST" -> query.containsKey("uploads") ? begin(request, key)
                    : Exchange.collect(request, 1 << 24, body -> complete(request, query));
            case "DELETE" -> query.containsKey("uploadId") ? abort(query) : delete(request, key);
            default -> get(request, key);
        };
    }

    private static Map<String, String> query(String query) throws HttpException {
        Map<String, String> all = new HashMap<>();
        for (String one : (query == null ? "" : query).split("&")) {
            int at = one.indexOf('=');
            all.put(at < 0 ? one : one.substring(0, at),
                    at < 0 ? "" : decode(one.substring(at + 1)));
        }
        return all;
    }

    private static String decode(String text) throws HttpException {
        return PercentEncoding.decode(text, 0, text.length());
    }

    private static Response error(Status status, String code) {
        return xml("<Error><Code>" + code + "</Code><Message>" + code + "</Message></Error>")
                .with(status);
    }

    private static Response xml(String text) {
        return Response.of(Status.OK).set("Content-Type", "application/xml").with(Body.of(
                ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + text)
                        .getBytes(StandardCharsets.UTF_8)));
    }

    private String tag() {
        return String.format("\"%032x\"", tags.incrementAndGet());
    }

    // Writes.

    private static Map<String, String> fields(RequestHead request) {
        Map<String, String> fields = new TreeMap<>();
        for (int i = 0; i < request.headers().size(); i++) {
            String name = request.headers().name(i).toLowerCase();
            if (name.startsWith("x-amz-meta-") || name.equals("content-type")
                    || name.equals("cache-control") || name.equals("content-disposition")
                    || name.equals("content-language")) {
                fields.put(name, request.headers().value(i));
            }
        }
        return fields;
    }

    /** Whether the body is in signed chunks, with their framing. */
    private static boolean isChunked(RequestHead request) {
        String hash = request.headers().first("x-amz-content-sha256");
        return hash != null && hash.startsWith("STREAMING-");
    }

    private static long length(RequestHead request) {
        return isChunked(request)
                ? Long.parseLong(request.headers().first("x-amz-decoded-content-length"))
                : request.bodyLength();
    }

    private static byte[] unchunked(byte[] body) {
        ByteBuffer target = ByteBuffer.allocate(body.length);
        int at = 0;
        while (at < body.length) {
            int end = at;
            while (body[end] != '\n') {
                end++;
            }
            String line = new String(body, at, end - at, StandardCharsets.ISO_8859_1).strip();
            int size = Integer.parseInt(line.split(";")[0], 16);
            if (size == 0) {
                break;
            }
            target.put(body, end + 1, size);
            at = end + 1 + size + 2;
        }
        byte[] bytes = new byte[target.flip().remaining()];
        target.get(bytes);
        return bytes;
    }

    private Exchange put(RequestHead request, String key) {
        Response refusal;
        synchronized (this) {
            refusal = refusal(request, key);
        }
        if (refusal != null) {
            return refusal;
        }
        long length = length(request);
        if (request.bodyLength() > maxKeptBytes) {
            return drop(bytes -> store(request, key, null, length));
        }
        boolean chunked = isChunked(request);
        return Exchange.collect(request, maxKeptBytes, body ->
                store(request, key, chunked ? unchunked(body) : body, length));
    }

    /** Drops a body as fast as the run wants it. */
    private Exchange drop(Responder<Long> responder) {
        return bytesPerSecond == 0 ? Exchange.discard(responder)
                : new SlowExchange(bytesPerSecond, responder);
    }

    private synchronized Response store(RequestHead request, String key, byte[] bytes,
            long length) {
        Response refusal = refusal(request, key);
        if (refusal != null) {
            return refusal;
        }
        Stored stored = new Stored(bytes, length, tag(), fields(request));
        objects.put(key, stored);
        return Response.of(Status.OK).set("ETag", stored.tag);
    }

    /** What the conditions of a change refuse; null if nothing. Guarded by this. */
    private Response refusal(RequestHead request, String key) {
        Stored there = objects.get(key);
        String none = request.headers().first("If-None-Match");
        String match = request.headers().first("If-Match");
        if (match != null && there == null) {
            return error(Status.NOT_FOUND, "NoSuchKey");
        }
        return none != null && there != null || match != null && !match.equals(there.tag)
                && !match.equals("*") ? error(Status.PRECONDITION_FAILED, "PreconditionFailed")
                : null;
    }

    private synchronized Response delete(RequestHead request, String key) {
        Response refusal = request.headers().contains("If-Match") ? refusal(request, key) : null;
        if (refusal == null) {
            objects.remove(key);
        }
        return refusal == null ? Response.of(Status.NO_CONTENT) : refusal;
    }

    // Uploads in parts.

    private synchronized Response begin(RequestHead request, String key) {
        String id = UUID.randomUUID().toString();
        multiparts.put(id, new Multipart(key, new TreeMap<>(), fields(request)));
        return xml("<InitiateMultipartUploadResult><Bucket>bucket</Bucket><UploadId>" + id
                + "</UploadId></InitiateMultipartUploadResult>");
    }

    private Exchange part(RequestHead request, Map<String, String> query) {
        int number = Integer.parseInt(query.get("partNumber"));
        long length = length(request);
        return drop(bytes -> {
            synchronized (this) {
                Multipart upload = multiparts.get(query.get("uploadId"));
                if (upload == null) {
                    return error(Status.NOT_FOUND, "NoSuchUpload");
                }
                upload.parts.put(number, length);
                return Response.of(Status.OK).set("ETag", tag());
            }
        });
    }

    private synchronized Response complete(RequestHead request, Map<String, String> query) {
        Multipart upload = multiparts.get(query.get("uploadId"));
        if (upload == null) {
            return error(Status.NOT_FOUND, "NoSuchUpload");
        }
        Response refusal = refusal(request, upload.key);
        if (refusal != null) {
            return refusal;
        }
        multiparts.remove(query.get("uploadId"));
        Stored stored = new Stored(null, upload.parts.values().stream().mapToLong(l -> l).sum(),
                tag(), upload.fields);
        objects.put(upload.key, stored);
        return xml("<CompleteMultipartUploadResult><ETag>" + stored.tag.replace("\"", "&quot;")
                + "</ETag></CompleteMultipartUploadResult>");
    }

    private synchronized Response abort(Map<String, String> query) {
        return multiparts.remove(query.get("uploadId")) == null
                ? error(Status.NOT_FOUND, "NoSuchUpload") : Response.of(Status.NO_CONTENT);
    }

    private synchronized Response uploads() {
        StringBuilder text = new StringBuilder("<ListMultipartUploadsResult>"
                + "<IsTruncated>false</IsTruncated>");
        multiparts.forEach((id, upload) -> text.append("<Upload><Key>").append(upload.key)
                .append("</Key><UploadId>").append(id).append("</UploadId><Initiated>"
                        + "2026-11-29T00:00:00.000Z</Initiated></Upload>"));
        return xml(text.append("</ListMultipartUploadsResult>").toString());
    }

    // Reads.

    private Response get(RequestHead request, String key) {
        Stored there;
        synchronized (this) {
            there = objects.get(key);
        }
        if (there == null) {
            return request.method().equals("HEAD") ? Response.of(Status.NOT_FOUND)
                    : error(Status.NOT_FOUND, "NoSuchKey");
        }
        String match = request.headers().first("If-Match");
        if (match != null && !match.equals(there.tag)) {
            return error(Status.PRECONDITION_FAILED, "PreconditionFailed");
        }
        if (there.tag.equals(request.headers().first("If-None-Match"))) {
            return Response.of(Status.NOT_MODIFIED).set("ETag", there.tag);
        }
        Response response = Response.of(Status.OK).set("ETag", there.tag)
                .set("Last-Modified", "Sun, 29 Nov 2026 00:00:00 GMT");
        for (Map.Entry<String, String> field : there.fields.entrySet()) {
            response = response.set(field.getKey(), field.getValue());
        }
        Matcher range = RANGE.matcher(String.valueOf(request.headers().first("Range")));
        if (!range.matches()) {
            return response.with(body(there, 0, there.length));
        }
        long first = Long.parseLong(range.group(1));
        long end = range.group(2).isEmpty() ? there.length
                : Math.min(there.length, Long.parseLong(range.group(2)) + 1);
        return first >= end ? error(Status.RANGE_NOT_SATISFIABLE, "InvalidRange")
                : response.with(Status.PARTIAL_CONTENT).set("Content-Range",
                        "bytes " + first + "-" + (end - 1) + "/" + there.length)
                        .with(body(there, first, end));
    }

    private static Body body(Stored stored, long first, long end) {
        return stored.bytes == null ? new Zeros(end - first)
                : Body.of(Arrays.copyOfRange(stored.bytes, (int) first, (int) end));
    }

    /** As many zeros as the object has bytes. */
    private record Zeros(long length) implements Body {

        private static final byte[] SOME = new byte[64 * 1024];

        @Override
        public int read(long position, ByteBuffer target) throws IOException {
            int count = (int) Math.min(Math.min(length - position, target.remaining()),
                    SOME.length);
            target.put(SOME, 0, count);
            return count;
        }
    }

    private synchronized Response list(Map<String, String> query) {
        String prefix = query.getOrDefault("prefix", "");
        String delimiter = query.getOrDefault("delimiter", "");
        int most = Integer.parseInt(query.getOrDefault("max-keys", "1000"));
        String after = query.getOrDefault("continuation-token",
                query.getOrDefault("start-after", ""));
        List<String> keys = new ArrayList<>();
        List<String> prefixes = new ArrayList<>();
        String last = "";
        boolean more = false;
        for (Map.Entry<String, Stored> entry : objects.tailMap(prefix, true).entrySet()) {
            String key = entry.getKey();
            if (!key.startsWith(prefix)) {
                break;
            }
            int cut = delimiter.isEmpty() ? -1 : key.indexOf(delimiter, prefix.length());
            String item = cut < 0 ? key : key.substring(0, cut + delimiter.length());
            if (key.compareTo(after) <= 0 || !after.isEmpty() && item.equals(after)
                    || cut >= 0 && prefixes.contains(item)) {
                continue;
            }
            if (keys.size() + prefixes.size() == most) {
                more = true;
                break;
            }
            (cut < 0 ? keys : prefixes).add(item);
            last = item;
        }
        StringBuilder text = new StringBuilder("<ListBucketResult><IsTruncated>").append(more)
                .append("</IsTruncated>");
        if (more) {
            text.append("<NextContinuationToken>").append(last)
                    .append("</NextContinuationToken>");
        }
        for (String key : keys) {
            Stored stored = objects.get(key);
            text.append("<Contents><Key>").append(PercentEncoding.encode(key))
                    .append("</Key><Size>").append(stored.length).append("</Size><ETag>")
                    .append(stored.tag.replace("\"", "&quot;")).append("</ETag><LastModified>"
                            + "2026-11-29T00:00:00.000Z</LastModified></Contents>");
        }
        for (String common : prefixes) {
            text.append("<CommonPrefixes><Prefix>").append(PercentEncoding.encode(common))
                    .append("</Prefix></CommonPrefixes>");
        }
        return xml(text.append("</ListBucketResult>").toString());
    }
}
