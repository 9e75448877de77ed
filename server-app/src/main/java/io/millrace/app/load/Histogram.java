package io.millrace.app.load;

/**
 * Counts durations so that their percentiles can be told to within 1 %, in memory that doesn't grow
 * with their number.
 *
 * <p>Log-linear: each power of two is an octave of 128 buckets of one width. Octaves come into
 * being when a value falls into them, so that a thousand histograms of similar values cost little.
 *
 * <p>Threads: one at a time.
 */
final class Histogram {

    private static final int BUCKET_BITS = 7;
    private static final int BUCKETS = 1 << BUCKET_BITS;

    /** Octaves 0 and 1, values below 2 * BUCKETS, are exact; each after them is coarser by 2. */
    private final long[][] octaves = new long[Long.SIZE - BUCKET_BITS][];
    private long count;
    private long maxNs;

    /** Counts a duration; a negative one as 0. */
    void record(long ns) {
        long value = Math.max(0, ns);
        int octave = octave(value);
        long[] buckets = octaves[octave];
        if (buckets == null) {
            buckets = octaves[octave] = new long[BUCKETS];
        }
        buckets[bucket(value, octave)]++;
        count++;
        maxNs = Math.max(maxNs, value);
    }

    /** Counts what another histogram has counted. */
    void add(Histogram other) {
        for (int octave = 0; octave < octaves.length; octave++) {
            long[] more = other.octaves[octave];
            if (more == null) {
                continue;
            }
            if (octaves[octave] == null) {
                octaves[octave] = new long[BUCKETS];
            }
            for (int bucket = 0; bucket < BUCKETS; bucket++) {
                octaves[octave][bucket] += more[bucket];
            }
        }
        count += other.count;
        maxNs = Math.max(maxNs, other.maxNs);
    }

    long count() {
        return count;
    }

    /** The longest duration, exactly; 0 if there is none. */
    long maxNs() {
        return maxNs;
    }

    /**
     * A duration that this percentage of all don't exceed: the end of the bucket that the
     * percentile is in, or the longest if that is less; 0 if there is none.
     */
    long percentileNs(double percent) {
        long rank = (long) Math.ceil(count * percent / 100);
        long below = 0;
        for (int octave = 0; octave < octaves.length; octave++) {
            for (int bucket = 0; octaves[octave] != null && bucket < BUCKETS; bucket++) {
                below += octaves[octave][bucket];
                if (below >= rank && below > 0) {
                    return Math.min(maxNs, last(octave, bucket));
                }
            }
        }
        return maxNs;
    }

    private static int octave(long value) {
        return value < BUCKETS ? 0
                : Long.SIZE - BUCKET_BITS - Long.numberOfLeadingZeros(value);
    }

    private static int bucket(long value, int octave) {
        return (int) (octave == 0 ? value : (value >>> (octave - 1)) - BUCKETS);
    }

    /** The largest value that falls into a bucket. */
    private static long last(int octave, int bucket) {
        return octave == 0 ? bucket : ((long) (BUCKETS + bucket + 1) << (octave - 1)) - 1;
    }
}
