package io.millrace.app.load.stats;

/**
 * Counts durations so that their percentiles can be told to within 1 %, in memory that doesn't grow
 * with their number.
 *
 * <p>Log-linear: each power of two is an octave of 128 buckets of one width. Octaves come into
 * being when a value falls into them, so that a thousand histograms of similar values cost little.
 *
 * <p>Threads: one at a time.
 */
public final class Histogram {

    private static final int BUCKET_BITS = 7;
    static final int BUCKETS = 1 << BUCKET_BITS;
    static final int OCTAVES = Long.SIZE - BUCKET_BITS;

    /** Octaves 0 and 1, values below 2 * BUCKETS, are exact; each after them is coarser by 2. */
    private final long[][] octaves = new long[OCTAVES][];
    private long count;
    private long maxNs;
    private double sumNs;

    /** Counts a duration; a negative one as 0. */
    public void record(long ns) {
        long value = Math.max(0, ns);
        int octave = octave(value);
        long[] buckets = octaves[octave];
        if (buckets == null) {
            buckets = octaves[octave] = new long[BUCKETS];
        }
        buckets[bucket(value, octave)]++;
        count++;
        sumNs += value;
        maxNs = Math.max(maxNs, value);
    }

    /** Counts what another histogram has counted. */
    public void add(Histogram other) {
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
        sumNs += other.sumNs;
        maxNs = Math.max(maxNs, other.maxNs);
    }

    /** How many there are. */
    public long count() {
        return count;
    }

    /** The longest duration, exactly; 0 if there is none. */
    public long maxNs() {
        return maxNs;
    }

    /**
     * A duration that this percentage of all don't exceed: the end of the bucket that the
     * percentile is in, or the longest if that is less; 0 if there is none.
     */
    public long percentileNs(double percent) {
        // Of 41,000 the 99.9th is the 40,959th, which the product without this is just above.
        long rank = (long) Math.ceil(count * Math.nextDown(percent) / 100);
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

    /** The mean, exactly; 0 if there is none. */
    public double meanNs() {
        return count == 0 ? 0 : sumNs / count;
    }

    /** The standard deviation, as if each duration were its bucket's last. */
    public double deviationNs() {
        double squares = 0;
        for (int octave = 0; octave < octaves.length; octave++) {
            for (int bucket = 0; octaves[octave] != null && bucket < BUCKETS; bucket++) {
                double distance = Math.min(maxNs, last(octave, bucket)) - meanNs();
                squares += octaves[octave][bucket] * distance * distance;
            }
        }
        return count == 0 ? 0 : Math.sqrt(squares / count);
    }

    /** How many don't exceed a duration, with those that its bucket can't tell from it. */
    public long countUpTo(long ns) {
        long sum = 0;
        for (int octave = 0; octave < octaves.length; octave++) {
            for (int bucket = 0; octaves[octave] != null && bucket < BUCKETS; bucket++) {
                sum += first(octave, bucket) <= ns ? octaves[octave][bucket] : 0;
            }
        }
        return sum;
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

    /** The smallest value that falls into a bucket. */
    private static long first(int octave, int bucket) {
        return octave == 0 ? bucket : (long) (BUCKETS + bucket) << (octave - 1);
    }
}
