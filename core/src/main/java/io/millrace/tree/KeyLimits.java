package io.millrace.tree;

import io.millrace.http.HttpException;
import java.nio.charset.StandardCharsets;

/**
 * How long the keys of a store may be.
 *
 * <p>Threads: any, immutable.
 *
 * @param maxBytes most bytes of a name in UTF-8, the slashes between its segments included
 * @param maxSegmentBytes most bytes of one segment
 * @param maxSegments most segments
 * @param flat whether keys of several segments are none
 */
public record KeyLimits(int maxBytes, int maxSegmentBytes, int maxSegments, boolean flat) {

    /** Those of a store with the default options. */
    public static final KeyLimits DEFAULTS = new KeyLimits(1024, 255, 64, false);

    /** How many segments there are at most in the names of this store's objects. */
    public int depth() {
        return flat ? 1 : maxSegments;
    }

    /** @throws HttpException 400 if a name is longer than that, or has more segments */
    void check(String name, int segments) throws HttpException {
        if (!flat && segments > maxSegments) {
            throw Key.unsafe("more than " + maxSegments + " segments");
        }
        if (name.length() > maxBytes
                || name.getBytes(StandardCharsets.UTF_8).length > maxBytes) {
            throw Key.unsafe("longer than " + maxBytes + " bytes");
        }
    }
}
