package io.millrace.app.load;

/**
 * Numbers that look random and are the same in each run: what a seed and a number, or a text, make.
 *
 * <p>Threads: any.
 */
final class Scramble {

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private Scramble() {
    }

    /** Of a seed and a number; the finalizer of SplitMix64 (Steele, Lea, Flood 2014). */
    static long of(long seed, long number) {
        long mixed = seed * GOLDEN + number + GOLDEN;
        mixed = (mixed ^ mixed >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }

    /** Of a seed and a text. */
    static long of(long seed, CharSequence text) {
        long mixed = seed;
        for (int i = 0; i < text.length(); i++) {
            mixed = mixed * 31 + text.charAt(i);
        }
        return of(seed, mixed);
    }

    /** A number from 0 to below a bound, evenly but for one in 2^63. */
    static long below(long scrambled, long bound) {
        return (scrambled >>> 1) % bound;
    }

    /** A number from 0 to below 1. */
    static double fraction(long scrambled) {
        return (scrambled >>> 11) * 0x1p-53;
    }
}
