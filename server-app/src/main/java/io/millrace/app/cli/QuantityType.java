package io.millrace.app.cli;

import java.time.Duration;

/**
 * Flags whose values are sizes, times and numbers, each with its range elsewhere or none.
 *
 * <p>Threads: any.
 */
public final class QuantityType {

    /** A size in bytes. */
    public static final FlagType<Long> SIZE = new Size(false);

    /** A size, or "unlimited", which is Long.MAX_VALUE. */
    public static final FlagType<Long> LIMIT = new Size(true);

    /** A time whose range somebody else checks. */
    public static final FlagType<Duration> TIME = new Time(Duration.ZERO, null);

    /** A whole number whose range somebody else checks. */
    public static final FlagType<Long> NUMBER =
            new FlagType.Number(0, Long.MAX_VALUE, "a number");

    private static final String UNLIMITED = "unlimited";

    private QuantityType() {
    }

    /** A time from min to max. */
    public static FlagType<Duration> timeIn(Duration min, Duration max) {
        return new Time(min, max);
    }

    private static final class Size extends FlagType<Long> {

        private final boolean mayBeUnlimited;

        Size(boolean mayBeUnlimited) {
            super("SIZE");
            this.mayBeUnlimited = mayBeUnlimited;
        }

        @Override
        public Long read(String text) {
            if (!mayBeUnlimited) {
                return Units.parseSize(text);
            }
            if (text.equals(UNLIMITED)) {
                return Long.MAX_VALUE;
            }
            try {
                return Units.parseSize(text);
            } catch (IllegalArgumentException wrong) {
                throw new IllegalArgumentException(
                        wrong.getMessage() + ", or " + UNLIMITED, wrong);
            }
        }

        @Override
        public String show(Long bytes) {
            return mayBeUnlimited && bytes == Long.MAX_VALUE ? UNLIMITED
                    : Units.exactSize(bytes);
        }
    }

    private static final class Time extends FlagType<Duration> {

        private final Duration min;
        /** Null if there is no range. */
        private final Duration max;

        Time(Duration min, Duration max) {
            super("TIME");
            this.min = min;
            this.max = max;
        }

        @Override
        public Duration read(String text) {
            Duration value = Units.parseDuration(text);
            if (max != null && (value.compareTo(min) < 0 || value.compareTo(max) > 0)) {
                throw new IllegalArgumentException("in [" + Units.exactDuration(min) + ", "
                        + Units.exactDuration(max) + "]");
            }
            return value;
        }

        @Override
        public String show(Duration value) {
            return Units.exactDuration(value);
        }
    }
}
