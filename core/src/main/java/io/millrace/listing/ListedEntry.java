package io.millrace.listing;

import java.time.Instant;

/**
 * An object or a folder in a listing. Threads: any, immutable.
 *
 * @param name its name in the folder, decoded and without a slash
 * @param isFolder whether it is a folder
 * @param sizeBytes length of an object; 0 for a folder
 * @param modified when it was changed; null for a folder that is nothing but the beginning of its
 *     objects' names, as in a bucket
 * @param etag the entity tag that a GET of the object has; null for a folder
 */
public record ListedEntry(String name, boolean isFolder, long sizeBytes, Instant modified,
        String etag) {

    private static final long NS_PER_SECOND = 1_000_000_000L;

    /** A time in nanoseconds since 1970. */
    static Instant time(long ns) {
        return Instant.ofEpochSecond(Math.floorDiv(ns, NS_PER_SECOND),
                Math.floorMod(ns, NS_PER_SECOND));
    }
}
