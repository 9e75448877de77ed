package io.millrace.app.cli;

/**
 * What the value of a flag looks like.
 *
 * <p>The types here are those that every start of a store declares. Others stand in classes of
 * their own, {@link QuantityType} and {@link ChoiceType}, and there are no functions: a class or a
 * lambda costs a start about half a millisecond, needed or not. Threads: any.
 *
 * @param <T> the type of the value
 */
public abstract class FlagType<T> {

    /** A folder. */
    public static final FlagType<String> FOLDER = new Text("FOLDER");

    /** A file. */
    public static final FlagType<String> FILE = new Text("FILE");

    /** A name that means something elsewhere. */
    public static final FlagType<String> NAME = new Text("NAME");

    /** A URL. */
    public static final FlagType<String> URL = new Text("URL");

    /** The path of a URL. */
    public static final FlagType<String> PATH = new Text("PATH");

    /** An address of this machine. */
    public static final FlagType<String> HOST = new Text("ADDRESS");

    /** On or off, without a value. */
    public static final FlagType<Boolean> SWITCH = new FlagType<>("") {
        @Override
        public Boolean read(String text) {
            return trueOrFalse(text);
        }
    };

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

    private static final class Text extends FlagType<String> {

        Text(String placeholder) {
            super(placeholder);
        }

        @Override
        public String read(String text) {
            return any(text);
        }
    }

    static final class Number extends FlagType<Long> {

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
