package io.millrace.bucket.engine;

/**
 * How the bodies of PUTs are cut into requests to the engine. The numbers are those of AWS's
 * PutObject and UploadPart, which other engines have, too; tests have smaller ones.
 *
 * <p>Threads: any, immutable.
 *
 * @param collectedBytes longest body that is collected before the engine is asked; such a request
 *     can be repeated
 * @param wholeBytes longest body that the engine takes in one request
 * @param partBytes size of the parts of a body of unknown length
 * @param maxPartBytes what those parts grow to, and the least size of parts of a known length
 * @param maxParts most parts of one object
 * @param growEvery parts of a body of unknown length double after so many
 * @param roundBytes sizes of parts are multiples of this
 */
public record PutLimits(int collectedBytes, long wholeBytes, long partBytes, long maxPartBytes,
        int maxParts, int growEvery, long roundBytes) { // decision 325

    private static final long MIB = 1 << 20;

    /** Those of a store with these rules. */
    static PutLimits of(WriteRules rules) {
        return new PutLimits(BucketBuffers.FIRST_BYTES, 5L << 30, rules.partBytes(), 64 * MIB,
                10_000, 1000, MIB);
    }

    /** Size of each part but the last of a body that is streamed in parts. */
    public long streamedPartBytes(long lengthBytes) {
        long least = (lengthBytes + maxParts - 1) / maxParts;
        long rounded = (least + roundBytes - 1) / roundBytes * roundBytes;
        return Math.max(maxPartBytes, rounded);
    }

    /** The longest body that can be streamed in parts. */
    public long longestBytes() {
        return wholeBytes > Long.MAX_VALUE / maxParts ? Long.MAX_VALUE : wholeBytes * maxParts;
    }

    /**
     * Size that a part of a body of unknown length should have, if there is memory for it.
     *
     * @param number of the part, from 1
     */
    public long wantedPartBytes(int number) {
        long wanted = partBytes;
        for (int past = number - 1; past >= growEvery && wanted < maxPartBytes;
                past -= growEvery) {
            wanted = Math.min(maxPartBytes, 2 * wanted);
        }
        return wanted;
    }
}
