package io.millrace.app.load;

import io.millrace.app.cli.FlagType;
import io.millrace.app.cli.Units;

/**
 * How long bodies are: all alike, or each key's its own, between two sizes. Half of the keys of
 * 1 KB to 100 KB are below 10 KB, as small objects are more frequent than large ones anywhere.
 *
 * <p>Threads: any.
 */
record SizeRange(long minBytes, long maxBytes) {

    /** Sizes as a flag has them: SIZE or SIZE..SIZE. */
    static final FlagType<SizeRange> TYPE = new FlagType<>("SIZE") {
        @Override
        public SizeRange read(String text) {
            return parse(text);
        }
    };

    private static final String DOTS = "..";

    /**
     * Reads SIZE or SIZE..SIZE.
     *
     * @throws IllegalArgumentException with what is allowed, if it is neither
     */
    static SizeRange parse(String text) {
        int dots = text.indexOf(DOTS);
        if (dots < 0) {
            long bytes = Units.parseSize(text);
            return new SizeRange(bytes, bytes);
        }
        long min = Units.parseSize(text.substring(0, dots));
        long max = Units.parseSize(text.substring(dots + DOTS.length()));
        if (min > max) {
            throw new IllegalArgumentException("two sizes with the smaller one first");
        }
        return new SizeRange(min, max);
    }

    /** The size of a key, by a number that looks random. */
    long of(long scrambled) {
        if (minBytes == maxBytes) {
            return minBytes;
        }
        double octaves = Math.log((maxBytes + 1.0) / Math.max(1, minBytes));
        double bytes = Math.max(1, minBytes) * Math.exp(Scramble.fraction(scrambled) * octaves);
        return Math.max(minBytes, Math.min(maxBytes, (long) bytes));
    }

    @Override
    public String toString() {
        return minBytes == maxBytes ? Units.exactSize(minBytes)
                : Units.exactSize(minBytes) + DOTS + Units.exactSize(maxBytes);
    }
}
