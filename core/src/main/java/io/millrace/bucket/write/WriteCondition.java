package io.millrace.bucket.write;

import io.millrace.bucket.engine.BucketResponses;
import io.millrace.bucket.engine.Holds;
import io.millrace.content.Preconditions;
import io.millrace.content.Validators;
import io.millrace.http.Headers;
import io.millrace.http.HttpDate;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.tree.KeyResponses;
import java.util.Map;

/**
 * What has to be true of the object that is there for a PUT or DELETE to change it, as an engine
 * can decide it in the moment of the change: nothing, that there is no object, or that it has one
 * entity tag. Any other condition of RFC 9110 needs a look at the object first, and is then pinned
 * to what the look has seen.
 *
 * <p>Threads: any, immutable.
 */
public final class WriteCondition { // decision 322

    private enum Kind {
        /** No condition. */
        NONE,
        /** There must be no object. */
        ABSENT,
        /** There must be an object with the tag. */
        ETAG,
        /** A look must tell. */
        LOOK
    }

    private static final Response UNHELD_PARTED = KeyResponses.text(Status.NOT_IMPLEMENTED,
            "the engine of this store doesn't hold conditional writes of objects in parts: send "
                    + "Content-Length, or leave the conditions out");
    private static final WriteCondition NONE = new WriteCondition(Kind.NONE, null, null);

    private final Kind kind;
    /** Null unless the object must have it. */
    private final String etag;
    /** The client's; null if there are none. */
    private final Preconditions preconditions;

    private WriteCondition(Kind kind, String etag, Preconditions preconditions) {
        this.kind = kind;
        this.etag = etag;
        this.preconditions = preconditions;
    }

    /**
     * The condition of a PUT or DELETE.
     *
     * @throws HttpException 400 if {@code If-Match} or {@code If-None-Match} is malformed
     */
    public static WriteCondition of(RequestHead request) throws HttpException {
        Headers headers = request.headers();
        Preconditions preconditions = Preconditions.of(request);
        String match = value(headers, "If-Match");
        String noneMatch = value(headers, "If-None-Match");
        // RFC 9110 s13.1.4: ignored beside If-Match, and if it is no date.
        String since = match == null ? headers.first("If-Unmodified-Since") : null;
        boolean hasDate = since != null && HttpDate.parse(since) != HttpDate.NONE;
        if (match == null && noneMatch == null && !hasDate) {
            return NONE;
        }
        Kind kind = Kind.LOOK;
        if (match == null && !hasDate && noneMatch.equals("*")) {
            kind = Kind.ABSENT;
        } else if (noneMatch == null && match != null && isOneStrongTag(match)) {
            kind = Kind.ETAG;
        }
        return new WriteCondition(kind, kind == Kind.ETAG ? match : null, preconditions);
    }

    private static String value(Headers headers, String name) {
        return headers.contains(name) ? String.join(", ", headers.all(name)) : null;
    }

    /** Whether a well-formed list is one tag, which is compared strongly. */
    private static boolean isOneStrongTag(String match) {
        return match.length() >= 2 && match.startsWith("\"")
                && match.indexOf('"', 1) == match.length() - 1
                // What HttpClient would send otherwise than as it came.
                && match.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    /** Whether the object may be changed whatever it is. */
    public boolean isNone() {
        return kind == Kind.NONE;
    }

    /** Whether no engine can decide it: {@link #seen} has to follow. */
    boolean needsLook() {
        return kind == Kind.LOOK;
    }

    /** Whether the change can only make a new object. */
    boolean isOfNew() {
        return kind == Kind.ABSENT;
    }

    /** Whether the change can only replace an object. */
    boolean isOfPresent() {
        return kind == Kind.ETAG;
    }

    /**
     * The condition that the object is still what a look has seen, if that is as the client wants
     * it.
     *
     * @param current what was seen; null if there was no object
     * @throws HttpException 412 if it isn't; 502 if it has no entity tag to tell it by
     */
    WriteCondition seen(Validators current) throws HttpException {
        refuse(current);
        if (current == null) {
            return new WriteCondition(Kind.ABSENT, null, preconditions);
        }
        if (!current.isStrong()) {
            throw new HttpException(BucketResponses.UNTAGGED);
        }
        return new WriteCondition(Kind.ETAG, current.etag(), preconditions);
    }

    /**
     * The condition that the object is still what a look has seen; null if it isn't as the client
     * wants it, or if the engine can't hold that.
     *
     * @param current what was seen; null if there was no object
     */
    WriteCondition pinned(Validators current, Holds holds) {
        try {
            WriteCondition pinned = seen(current);
            return holdsOf(current) && pinned.refuse(holds, false) == null ? pinned : null;
        } catch (HttpException e) {
            return null;
        }
    }

    /**
     * Judges by what a look has seen.
     *
     * @throws HttpException 412 if the object isn't as the client wants it
     */
    public void refuse(Validators current) throws HttpException {
        if (preconditions != null && preconditions.refuseChange(current) != null) {
            throw new HttpException(preconditions.refuseChange(current));
        }
    }

    /**
     * Whether it holds of what is there. After {@link #seen}, if that had to follow.
     *
     * @param current null if there is no object
     */
    boolean holdsOf(Validators current) {
        return kind == Kind.NONE || (current == null ? kind == Kind.ABSENT
                : kind == Kind.ETAG && etag.equals(current.etag()));
    }

    /** Why the engine can't be trusted with it; null if it can. */
    public Response refuse(Holds holds, boolean isParted) {
        boolean isHeld = switch (kind) {
            case NONE -> true;
            case ABSENT -> holds.create();
            case ETAG -> holds.replace();
            case LOOK -> holds.create() && holds.replace();
        };
        Response refused = BucketResponses.refuse(holds, isHeld, BucketResponses.UNHELD);
        return refused != null || kind == Kind.NONE || !isParted ? refused
                : BucketResponses.refuse(holds, holds.complete(), UNHELD_PARTED);
    }

    /** The fields of a request to the engine. */
    Map<String, String> fields() {
        return switch (kind) {
            case NONE -> Map.of();
            case ABSENT -> Map.of("If-None-Match", "*");
            case ETAG -> Map.of("If-Match", etag);
            case LOOK -> throw new IllegalStateException("look at the object first");
        };
    }
}
