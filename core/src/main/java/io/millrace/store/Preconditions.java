package io.millrace.store;

import io.millrace.http.Headers;
import io.millrace.http.HttpDate;
import io.millrace.http.HttpException;
import io.millrace.http.Response;

/**
 * The conditions that a request sets to the version it meets, in the order of RFC 9110 section
 * 13.2.2. Taken from the head once, so that a PUT can ask again when its body is in.
 *
 * <p>Threads: any, immutable.
 */
final class Preconditions {

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
     * The conditions of a request.
     *
     * @throws HttpException 400 if an entity tag is malformed; a malformed date is ignored, as RFC
     *     9110 sections 13.1.3 and 13.1.4 demand
     */
    static Preconditions of(Headers headers) throws HttpException {
        EntityTags ifMatch = tags(headers, "If-Match");
        EntityTags ifNoneMatch = tags(headers, "If-None-Match");
        long ifUnmodifiedSince = date(headers, "If-Unmodified-Since");
        long ifModifiedSince = date(headers, "If-Modified-Since");
        boolean none = ifMatch == null && ifNoneMatch == null
                && ifUnmodifiedSince == HttpDate.NONE && ifModifiedSince == HttpDate.NONE;
        return none ? NONE
                : new Preconditions(ifMatch, ifUnmodifiedSince, ifNoneMatch, ifModifiedSince);
    }

    private static EntityTags tags(Headers headers, String name) throws HttpException {
        return headers.contains(name)
                ? EntityTags.of(String.join(", ", headers.all(name))) : null;
    }

    private static long date(Headers headers, String name) {
        String value = headers.first(name);
        return value == null ? HttpDate.NONE : HttpDate.parse(value);
    }

    /** Whether the request sets none. */
    boolean isEmpty() {
        return this == NONE;
    }

    /**
     * Asks all conditions of a GET or HEAD.
     *
     * @param version what the key names
     * @return null to go on; else 304 or 412
     */
    Response refuseRead(Version version) {
        if (isEmpty()) {
            return null;
        }
        if (!isExpected(version)) {
            return Responses.PRECONDITION_FAILED;
        }
        boolean known = ifNoneMatch != null
                ? ifNoneMatch.matchWeakly(version.etag())
                // RFC 9110 s13.1.3: ignored beside If-None-Match.
                : ifModifiedSince != HttpDate.NONE && version.modifiedSecond() <= ifModifiedSince;
        return known
                ? Responses.NOT_MODIFIED.with("ETag", version.etag())
                        .with("Last-Modified", version.lastModified())
                : null;
    }

    /**
     * Asks the conditions of a PUT or DELETE.
     *
     * @param version what the key names; null if nothing
     * @return null to go on; else 412
     */
    Response refuseChange(Version version) {
        if (isEmpty()) {
            return null;
        }
        boolean unwanted = ifNoneMatch != null && version != null
                && ifNoneMatch.matchWeakly(version.etag());
        return isExpected(version) && !unwanted ? null : Responses.PRECONDITION_FAILED;
    }

    private boolean isExpected(Version version) {
        if (ifMatch != null) {
            return version != null && ifMatch.matchStrongly(version.etag());
        }
        // RFC 9110 s13.1.4: ignored beside If-Match, and where there is no date to compare with.
        return ifUnmodifiedSince == HttpDate.NONE || version == null
                || version.modifiedSecond() <= ifUnmodifiedSince;
    }
}
