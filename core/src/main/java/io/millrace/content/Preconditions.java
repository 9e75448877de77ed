package io.millrace.content;

import io.millrace.http.Headers;
import io.millrace.http.HttpDate;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import org.jspecify.annotations.Nullable;

/**
 * The conditions of a request, evaluated in the order of RFC 9110 section 13.2.2. They are read
 * from the head once, so that a PUT can evaluate them again when its body is complete.
 *
 * <pre>{@code
 * Preconditions conditions = Preconditions.of(request);
 * Response refusal = conditions.refuseChange(validators);
 * if (refusal != null) {
 *     return refusal;
 * }
 * }</pre>
 *
 * <p>Threads: any, immutable.
 *
 * @since 0.1
 */
public final class Preconditions {

    private static final Response FAILED =
            Response.text("precondition failed\n").with(Status.PRECONDITION_FAILED);
    private static final Response NOT_MODIFIED = Response.of(Status.NOT_MODIFIED);
    private static final Preconditions NONE =
            new Preconditions(null, HttpDate.NONE, null, HttpDate.NONE);

    /** Null if the field is absent. */
    private final EntityTags ifMatch;
    private final long ifUnmodifiedSince;
    /** Null if the field is absent. */
    private final EntityTags ifNoneMatch;
    private final long ifModifiedSince;

    private Preconditions(EntityTags ifMatch, long ifUnmodifiedSince, EntityTags ifNoneMatch,
            long ifModifiedSince) {
        this.ifMatch = ifMatch;
        this.ifUnmodifiedSince = ifUnmodifiedSince;
        this.ifNoneMatch = ifNoneMatch;
        this.ifModifiedSince = ifModifiedSince;
    }

    /**
     * The conditions of a request. A malformed date is ignored, as RFC 9110 sections 13.1.3 and
     * 13.1.4 require. A malformed {@code If-None-Match} of a GET or HEAD matches nothing, because
     * sending the content is safe.
     *
     * @throws HttpException 400 if {@code If-Match} is malformed, or if {@code If-None-Match} of
     *     any other method is malformed or empty: a lost quote must not disable the protection of
     *     existing content
     */
    public static Preconditions of(RequestHead request) throws HttpException {
        Headers headers = request.headers();
        EntityTags ifMatch = headers.contains("If-Match")
                ? EntityTags.of(value(headers, "If-Match")) : null;
        EntityTags ifNoneMatch = headers.contains("If-None-Match")
                ? ifNoneMatch(request.method(), value(headers, "If-None-Match")) : null;
        long ifUnmodifiedSince = date(headers, "If-Unmodified-Since");
        long ifModifiedSince = date(headers, "If-Modified-Since");
        boolean none = ifMatch == null && ifNoneMatch == null
                && ifUnmodifiedSince == HttpDate.NONE && ifModifiedSince == HttpDate.NONE;
        return none ? NONE
                : new Preconditions(ifMatch, ifUnmodifiedSince, ifNoneMatch, ifModifiedSince);
    }

    private static String value(Headers headers, String name) {
        return String.join(", ", headers.all(name));
    }

    private static EntityTags ifNoneMatch(String method, String value) throws HttpException {
        boolean reads = method.equals("GET") || method.equals("HEAD");
        try {
            EntityTags tags = EntityTags.of(value);
            if (tags.isEmpty() && !reads) {
                throw EntityTags.malformed();
            }
            return tags;
        } catch (HttpException e) {
            if (reads) {
                return EntityTags.NONE;
            }
            throw e;
        }
    }

    private static long date(Headers headers, String name) {
        String value = headers.first(name);
        return value == null ? HttpDate.NONE : HttpDate.parse(value);
    }

    /** Whether the request has no conditions. */
    public boolean isEmpty() {
        return this == NONE;
    }

    /**
     * Evaluates all conditions of a GET or HEAD.
     *
     * @param current the validators of the current content
     * @return null to proceed; otherwise 304 with the validators, or 412
     */
    public @Nullable Response refuseRead(Validators current) {
        if (isEmpty()) {
            return null;
        }
        if (!isExpected(current)) {
            return FAILED;
        }
        boolean known = ifNoneMatch != null
                ? ifNoneMatch.matchWeakly(current.etag())
                // RFC 9110 s13.1.3: ignored beside If-None-Match, and where no date is known. One
                // that is later than now is no date of ours, and tells nothing.
                : ifModifiedSince != HttpDate.NONE && current.modifiedSecond() != HttpDate.NONE
                        && current.modifiedSecond() <= ifModifiedSince
                        && ifModifiedSince <= System.currentTimeMillis() / 1000;
        return known ? current.on(NOT_MODIFIED) : null;
    }

    /**
     * Evaluates the conditions of a PUT, DELETE or any other change.
     *
     * @param current the validators of the current content; null if there is none
     * @return null to proceed; otherwise 412
     */
    public @Nullable Response refuseChange(@Nullable Validators current) {
        if (isEmpty()) {
            return null;
        }
        boolean unwanted = ifNoneMatch != null && current != null
                && ifNoneMatch.matchWeakly(current.etag());
        return isExpected(current) && !unwanted ? null : FAILED;
    }

    private boolean isExpected(Validators current) {
        if (ifMatch != null) {
            return current != null && ifMatch.matchStrongly(current.etag());
        }
        // RFC 9110 s13.1.4: ignored beside If-Match, and where there is no date to compare with.
        return ifUnmodifiedSince == HttpDate.NONE || current == null
                || current.modifiedSecond() == HttpDate.NONE
                || current.modifiedSecond() <= ifUnmodifiedSince;
    }
}
