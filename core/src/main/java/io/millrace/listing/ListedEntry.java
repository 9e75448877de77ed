package io.millrace.listing;

import java.time.Instant;

/**
 * An object or a folder in a listing. Threads: any, immutable.
 *
 * @param name its name in the folder, decoded and without a slash
 * @param isFolder whether it is a folder
 * @param sizeBytes length of an object; 0 for a folder
 * @param modifiedNs when it was changed, in nanoseconds since 1970; {@link #NO_TIME} for a folder
 *     that has no time
 * @param etag the entity tag that a GET of the object has; null for a folder
 */
public record ListedEntry(String name, boolean isFolder, long sizeBytes, long modifiedNs,
        String etag) {

    /** Of a folder that is nothing but the beginning of its objects' names, as in a bucket. */
    public static final long NO_TIME = Long.MIN_VALUE;

    private static final long NS_PER_SECOND = 1_000_000_000L;

    /** When it was changed; null if it has no time. */
    public Instant modified() {
        return modifiedNs == NO_TIME ? null : Instant.ofEpochSecond(Math.floorDiv(modifiedNs, NS_PER_SECOND),
                Math.floorMod(modifiedNs, NS_PER_SECOND));
    }
}
