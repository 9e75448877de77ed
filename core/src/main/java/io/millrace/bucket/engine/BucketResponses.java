package io.millrace.bucket.engine;

import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.tree.KeyResponses;

/**
 * The responses that only a store in a bucket has, and that are always the same. Threads: any, they
 * are immutable.
 */
public final class BucketResponses {

    // Why: docs/decisions.md 313.
    public static final Response NO_MOVE = KeyResponses.text(Status.NOT_IMPLEMENTED,
            "a bucket has no rename, so nothing is moved at once here: GET the object, PUT it "
                    + "under the other path, then DELETE it");
    public static final Response NO_ARCHIVE = KeyResponses.text(Status.NOT_IMPLEMENTED,
            "a folder in a bucket can't be read at one moment, so there are no archives: GET the "
                    + "objects of the listing");
    public static final Response UNHELD = KeyResponses.text(Status.NOT_IMPLEMENTED,
            "the engine of this store doesn't hold conditional writes against races: leave "
                    + "If-Match, If-None-Match and If-Unmodified-Since out");
    public static final Response UNHELD_DELETE = KeyResponses.text(Status.NOT_IMPLEMENTED,
            "the engine of this store doesn't hold conditional DELETE against races: leave "
                    + "If-Match, If-None-Match and If-Unmodified-Since out");
    public static final Response UNTAGGED = KeyResponses.text(Status.BAD_GATEWAY,
            "the engine gives the object no strong entity tag, without which this condition can't "
                    + "be held");
    static final Response UNPROBED = retry(1,
            "the engine has yet to be probed for conditional writes; retry later");
    public static final Response CHANGING = retry(1,
            "the object changes all the time; retry later");

    private BucketResponses() {
    }

    /** A 503 that passes. */
    public static Response retry(int seconds, String line) {
        return KeyResponses.text(Status.SERVICE_UNAVAILABLE, line)
                .with("Retry-After", Integer.toString(seconds));
    }

    /** Why a condition can't be held; null if it can. */
    public static Response refuse(Holds holds, boolean isHeld, Response unheld) {
        return isHeld ? null : holds.isKnown() ? unheld : UNPROBED;
    }
}
