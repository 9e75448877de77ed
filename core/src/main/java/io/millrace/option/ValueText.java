package io.millrace.option;

import java.time.Duration;
import java.util.Set;

/** Writes values of options for people. Threads: any. */
final class ValueText {

    private static final String[] BINARY = {"TiB", "GiB", "MiB", "KiB"};

    private ValueText() {
    }

    /** The value in its largest whole unit; other numbers stand alone. */
    static String of(Object value, String unit) {
        if (value == null) {
            return "none";
        }
        if (value instanceof Boolean on) {
            return on ? "on" : "off";
        }
        if (value instanceof Duration time) {
            return ofTime(time);
        }
        if (value instanceof Number number) {
            return ofNumber(number.longValue(), unit.startsWith("bytes"));
        }
        if (value instanceof Set<?> set && set.isEmpty()) {
            return "none";
        }
        return value.toString();
    }

    private static String ofTime(Duration time) {
        long ms = time.toMillis();
        if (!time.equals(Duration.ofMillis(ms))) {
            return time.toString();
        }
        if (ms > 0 && ms % 86_400_000 == 0) {
            return ms == 86_400_000 ? "1 day" : ms / 86_400_000 + " days";
        }
        if (ms > 0 && ms % 3_600_000 == 0) {
            return ms / 3_600_000 + " h";
        }
        if (ms > 60_000 && ms % 60_000 == 0) {
            return ms / 60_000 + " min";
        }
        return ms % 1000 == 0 ? ms / 1000 + " s" : ms + " ms";
    }

    private static String ofNumber(long number, boolean bytes) {
        if (number == Long.MAX_VALUE) {
            return "unlimited";
        }
        for (int i = 0; i < BINARY.length && bytes && number > 0; i++) {
            int shift = 10 * (BINARY.length - i);
            if (number % (1L << shift) == 0) {
                return (number >> shift) + " " + BINARY[i];
            }
        }
        return Long.toString(number);
    }
}
