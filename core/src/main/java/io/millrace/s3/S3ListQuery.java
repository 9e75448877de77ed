package io.millrace.s3;

import java.util.Objects;

/**
 * What to list (ListObjectsV2).
 *
 * @param prefix what keys begin with, below the place's prefix; empty for all
 * @param delimiter keys that have it behind the prefix are put together; null for none
 * @param startAfter a key, below the place's prefix, behind which the list begins; null for none
 * @param continuation the {@link S3ListPage#next} of the page before; null for the first
 * @param maxKeys most objects and prefixes of a page, 1 to 1,000
 */
public record S3ListQuery(String prefix, String delimiter, String startAfter, String continuation,
        int maxKeys) {

    /** What engines give at most. */
    public static final int MOST_KEYS = 1000;

    /**
     * A checked query.
     *
     * @throws IllegalArgumentException if maxKeys is out of its range
     */
    public S3ListQuery {
        Objects.requireNonNull(prefix);
        if (maxKeys < 1 || maxKeys > MOST_KEYS) {
            throw new IllegalArgumentException("maxKeys must be in [1, 1000]: " + maxKeys);
        }
    }

    /** All objects whose keys begin with the prefix. */
    public static S3ListQuery of(String prefix) {
        return new S3ListQuery(prefix, null, null, null, MOST_KEYS);
    }

    /** Put together by a delimiter. */
    public S3ListQuery by(String delimiter) {
        return new S3ListQuery(prefix, delimiter, startAfter, continuation, maxKeys);
    }

    /** Behind a key. */
    public S3ListQuery after(String key) {
        return new S3ListQuery(prefix, delimiter, key, continuation, maxKeys);
    }

    /** The page that follows. */
    public S3ListQuery from(String next) {
        return new S3ListQuery(prefix, delimiter, startAfter, next, maxKeys);
    }

    /** With smaller pages. */
    public S3ListQuery atMost(int keys) {
        return new S3ListQuery(prefix, delimiter, startAfter, continuation, keys);
    }
}
