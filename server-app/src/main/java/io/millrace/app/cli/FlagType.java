package io.millrace.app.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/**
 * What the value of a flag looks like.
 *
 * <p>Classes rather than functions, and only of the kinds that are asked for: every lambda that a
 * start has to make costs it about half a millisecond. Threads: any.
 */
public abstract class FlagType<T> {

    /** A folder. */
    public static final FlagType<String> FOLDER = new Text("FOLDER");

    /** A file. */
    public static final FlagType<String> FILE = new Text("FILE");

    /** An address of this machine. */
    public static final FlagType<String> HOST = new Text("ADDRESS");

    /** On or off, without a value. */
    public static final FlagType<Boolean> SWITCH = new FlagType<>("") {
        @Override
        public Boolean read(String text) {
            return trueOrFalse(text);
        }
    };

    /** A size in bytes. */
    public static final FlagType<Long> SIZE = new FlagType<>("SIZE") {
        @Override
        public Long read(String text) {
            return Units.parseSize(text);
        }

        @Override
        public String show(Long bytes) {
            return Units.exactSize(bytes);
        }
    };

    /** A size, or "unlimited", which is Long.MAX_VALUE. */
    public static final FlagType<Long> LIMIT = new FlagType<>("SIZE") {
        @Override
        public Long read(String text) {
            return limit(text);
        }

        @Override
        public String show(Long bytes) {
            return bytes == Long.MAX_VALUE ? "unlimited" : Units.exactSize(bytes);
        }
    };

    /** A time whose range somebody else checks. */
    public static final FlagType<Duration> TIME = new Time(Duration.ZERO, null);

    /** A whole number whose range somebody else checks. */
    public static final FlagType<Long> NUMBER = new Number(0, Long.MAX_VALUE, "a number");

    private final String placeholder;

    /** A type whose values the help shows as this placeholder. */
    protected FlagType(String placeholder) {
        this.placeholder = placeholder;
    }

    /** What stands for the value in the help; empty if the flag needs none. */
    public String placeholder() {
        return placeholder;
    }

    /**
     * The value of a text.
     *
     * @throws IllegalArgumentException with what is allowed, if it has none
     */
    public abstract T read(String text);

    /** A text that {@link #read} turns into this value. */
    public String show(T value) {
        return String.valueOf(value);
    }

    /** Whether a flag that is given twice means both values, which a comma then separates. */
    public boolean isList() {
        return false;
    }

    /** A whole number from min to max. */
    public static FlagType<Long> numberIn(long min, long max) {
        return new Number(min, max, "a number in [" + min + ", " + max + "]");
    }

    /** A time from min to max. */
    public static FlagType<Duration> timeIn(Duration min, Duration max) {
        return new Time(min, max);
    }

    /** One of the constants, in any case; shown in lower case, with dashes. */
    public static <E extends Enum<E>> FlagType<E> oneOf(Class<E> constants) {
        return oneOf(constants, Map.of());
    }

    /** The same, with other texts for some of them, which the help doesn't show. */
    public static <E extends Enum<E>> FlagType<E> oneOf(Class<E> constants,
            Map<String, E> aliases) {
        return new Choice<>(constants, aliases, true);
    }

    /** One of the constants, in any case; shown as they are written. */
    public static <E extends Enum<E>> FlagType<E> oneOfNames(Class<E> constants) {
        return new Choice<>(constants, Map.of(), false);
    }

    private static final class Text extends FlagType<String> {

        Text(String placeholder) {
            super(placeholder);
        }

        @Override
        public String read(String text) {
            return any(text);
        }
    }

    private static final class Number extends FlagType<Long> {

        private final long min;
        private final long max;
        private final String allowed;

        Number(long min, long max, String allowed) {
            super("N");
            this.min = min;
            this.max = max;
            this.allowed = allowed;
        }

        @Override
        public Long read(String text) {
            return number(text, min, max, allowed);
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

    private static final class Choice<E extends Enum<E>> extends FlagType<E> {

        /** Asked for its constants only when needed: the JDK finds them by reflection. */
        private final Class<E> type;
        private final Map<String, E> aliases;
        private final boolean lower;

        Choice(Class<E> type, Map<String, E> aliases, boolean lower) {
            super(null);
            this.type = type;
            this.aliases = aliases;
            this.lower = lower;
        }

        @Override
        public String placeholder() {
            return joined("|");
        }

        @Override
        public E read(String text) {
            for (E constant : type.getEnumConstants()) {
                if (show(constant).equalsIgnoreCase(text)) {
                    return constant;
                }
            }
            E other = aliases.get(text.toLowerCase(Locale.ROOT));
            if (other != null) {
                return other;
            }
            throw new IllegalArgumentException(joined(" or "));
        }

        @Override
        public String show(E constant) {
            return written(constant, lower);
        }

        private String joined(String between) {
            StringBuilder joined = new StringBuilder();
            for (E constant : type.getEnumConstants()) {
                joined.append(joined.length() == 0 ? "" : between).append(written(constant, lower));
            }
            return joined.toString();
        }

        private static String written(Enum<?> constant, boolean lower) {
            String name = constant.name();
            return lower ? name.toLowerCase(Locale.ROOT).replace('_', '-') : name;
        }
    }

    private static String any(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("a text that is not blank");
        }
        return text;
    }

    private static boolean trueOrFalse(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException("true or false");
        }
        return text.equals("true");
    }

    private static long limit(String text) {
        if (text.equals("unlimited")) {
            return Long.MAX_VALUE;
        }
        try {
            return Units.parseSize(text);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(wrong.getMessage() + ", or unlimited", wrong);
        }
    }

    private static long number(String text, long min, long max, String allowed) {
        // Long.parseLong would also take a sign and the digits of other scripts.
        if (isDigits(text) && text.length() <= 18) {
            long value = Long.parseLong(text);
            if (value >= min && value <= max) {
                return value;
            }
        }
        throw new IllegalArgumentException(allowed);
    }

    // No pattern: the first of all costs a start 3 ms.
    private static boolean isDigits(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return !text.isEmpty();
    }
}
