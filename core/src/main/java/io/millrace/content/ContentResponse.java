package io.millrace.content;

import io.millrace.http.Body;
import io.millrace.http.Headers;
import io.millrace.http.HttpDate;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * Responses to GET and HEAD from stored bytes of any kind. They evaluate conditions and ranges (RFC
 * 9110 sections 13 and 14) and send the whole content, one part, several parts, or no content. For
 * files there is {@link FileResponse}, for bytes in memory {@link FixedContent}.
 *
 * <pre>{@code
 * Handler report = request -> ContentResponse.of(request, Response.text(text), validators);
 * }</pre>
 *
 * <p>Threads: any. Nothing here blocks.
 *
 * @since 0.1
 */
public final class ContentResponse {

    private static final List<String> OF_CONTENT = List.of("Content-Type", "Content-Encoding",
            "Content-Language", "Content-Disposition", "Cache-Control");
    /** RFC 9110 section 15.4.5; the validators are there anyway. */
    private static final List<String> OF_NOT_MODIFIED =
            List.of("Cache-Control", "Content-Location", "Expires", "Vary");

    private ContentResponse() {
    }

    /**
     * A response with any content: evaluates conditions, then ranges.
     *
     * @param whole the response to a GET of all the content, without validators. Its body must be
     *     readable at any position: in memory or a file ({@link Body#of(byte[])}, {@link
     *     Body#of(Path)}, {@link ChannelBody}), or one that fetches what is read of it and has a
     *     {@link Body#whenReadable}. It is closed if it isn't sent
     * @param validators of the content
     * @return 200, 206, 304, 412 or 416; a 304 keeps {@code Cache-Control}, {@code
     *     Content-Location}, {@code Expires} and {@code Vary}
     * @throws HttpException 400 if a condition is malformed
     */
    public static Response of(RequestHead request, Response whole, Validators validators)
            throws HttpException {
        Response refusal = null;
        boolean sent = false;
        try {
            refusal = Preconditions.of(request).refuseRead(validators);
            sent = refusal == null;
        } finally {
            if (!sent) {
                whole.discard();
            }
        }
        return refusal != null ? refused(refusal, whole)
                : ranges(request, validated(whole, validators), validators);
    }

    /** A refusal with those fields of the whole that belong to it, too. */
    static Response refused(Response refusal, Response whole) {
        Response result = refusal;
        if (refusal.status().code() == Status.NOT_MODIFIED.code()) {
            for (String name : OF_NOT_MODIFIED) {
                for (String value : whole.headers().all(name)) {
                    result = result.add(name, value);
                }
            }
        }
        return result;
    }

    static Response validated(Response whole, Validators validators) {
        return validators.on(whole.set("Accept-Ranges", "bytes"));
    }

    /**
     * The requested ranges of a response. Evaluates only {@code Range} and {@code If-Range} (RFC
     * 9110 sections 14.2 and 13.1.5), for callers that evaluate the conditions before they open the
     * content.
     *
     * @param whole the complete response to a GET, with validators; its body as in {@link
     *     #of(RequestHead, Response, Validators)}
     * @param validators of the content
     * @return {@code whole} itself if there is no range to evaluate, or if several parts of
     *     something with a content coding are requested; otherwise 206, or 416 if no range is
     *     satisfiable
     */
    public static Response ranges(RequestHead request, Response whole, Validators validators) {
        List<ByteRange> ranges = parse(request, whole.body().length(), validators);
        if (ranges == null) {
            return whole;
        }
        long sizeBytes = whole.body().length();
        if (ranges.isEmpty()) {
            whole.discard();
            return withoutContent(whole.with(Status.RANGE_NOT_SATISFIABLE))
                    .set("Content-Range", "bytes */" + sizeBytes).with(Body.empty());
        }
        // RFC 9110 s14.2: Range may be ignored. A Content-Encoding would be read as that of the
        // multipart body, which has none.
        if (ranges.size() > 1 && whole.headers().contains("Content-Encoding")) {
            return whole;
        }
        Response part = whole.with(Status.PARTIAL_CONTENT);
        if (ranges.size() == 1) {
            ByteRange only = ranges.get(0);
            return part.set("Content-Range", only.contentRange(sizeBytes))
                    .with(new RegionBody(whole.body(), only));
        }
        // Random, so that no content can hold a boundary that its writer foresaw.
        String boundary = UUID.randomUUID().toString();
        String type = whole.headers().first("Content-Type");
        return part.set("Content-Type", "multipart/byteranges; boundary=" + boundary)
                .with(new MultipartBody(whole.body(), ranges,
                        type == null ? MediaTypes.UNKNOWN : type, boundary));
    }

    /** A response without the fields that describe content, or say how long to keep it. */
    private static Response withoutContent(Response response) {
        Response result = response;
        for (String name : OF_CONTENT) {
            result = result.without(name);
        }
        return result;
    }

    /** Null to send the whole. */
    private static List<ByteRange> parse(RequestHead request, long sizeBytes,
            Validators validators) {
        // RFC 9110 s14.2: Range is defined for GET only, and ignored for HEAD.
        if (!request.method().equals("GET") || sizeBytes < 0) {
            return null;
        }
        Headers headers = request.headers();
        return headers.contains("Range") && isOf(headers.first("If-Range"), validators)
                ? ByteRange.parse(String.join(", ", headers.all("Range")), sizeBytes) : null;
    }

    /** Whether the range was requested of this content (RFC 9110 section 13.1.5). */
    private static boolean isOf(String ifRange, Validators validators) {
        if (ifRange == null) {
            return true;
        }
        if (ifRange.endsWith("\"")) {
            return validators.isStrong() && ifRange.equals(validators.etag());
        }
        // RFC 9110 s8.8.2.2: a date is a strong validator once its second is over.
        long second = validators.modifiedSecond();
        return second != HttpDate.NONE && HttpDate.parse(ifRange) == second
                && second < System.currentTimeMillis() / 1000;
    }
}
