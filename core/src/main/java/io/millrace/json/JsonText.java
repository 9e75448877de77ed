package io.millrace.json;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collection;
import java.util.Map;

/** Writes JSON (RFC 8259). Threads: any. */
public final class JsonText {

    /** Lists and maps within each other. More is mostly one that contains itself. */
    public static final int MAX_DEPTH = 8;

    private JsonText() {
    }

    /** Appends a string with its quotes. */
    public static void string(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append("\\u00").append(Character.forDigit(c >> 4, 16))
                        .append(Character.forDigit(c & 0xf, 16));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    /**
     * Appends a value of a type that JSON has: a {@link String}, {@link Boolean} or null; a number
     * of {@code java.lang}, {@link BigInteger} or {@link BigDecimal}; a {@link Collection} or a
     * {@link Map} with strings as its keys, and values like these in it.
     *
     * @param maxChars what the whole text may come to
     * @throws IllegalArgumentException for a value of another type, a number that isn't finite,
     *     more than {@link #MAX_DEPTH} levels, or too many characters
     */
    public static void value(StringBuilder out, Object value, int maxChars) {
        value(out, value, maxChars, MAX_DEPTH);
    }

    private static void value(StringBuilder out, Object value, int maxChars, int levels) {
        if (value instanceof String text) {
            checkLength(out.length() + (long) text.length(), maxChars);
            string(out, text);
        } else if (value == null || value instanceof Boolean) {
            out.append(value);
        } else if (value instanceof Number number) {
            out.append(numeral(number));
        } else if (value instanceof Collection<?> list) {
            checkLevels(levels);
            char before = '[';
            for (Object element : list) {
                out.append(before);
                value(out, element, maxChars, levels - 1);
                before = ',';
            }
            out.append(before == '[' ? "[]" : "]");
        } else if (value instanceof Map<?, ?> map) {
            checkLevels(levels);
            char before = '{';
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                if (!(entry.getKey() instanceof String name)) {
                    throw new IllegalArgumentException("a name is no string: " + entry.getKey());
                }
                value(out.append(before), name, maxChars, 0);
                value(out.append(':'), entry.getValue(), maxChars, levels - 1);
                before = ',';
            }
            out.append(before == '{' ? "{}" : "}");
        } else {
            throw new IllegalArgumentException("neither string, number, boolean, list nor map: "
                    + value.getClass().getName());
        }
        checkLength(out.length(), maxChars);
    }

    private static void checkLevels(int levels) {
        if (levels == 0) {
            throw new IllegalArgumentException("more than " + MAX_DEPTH + " levels");
        }
    }

    private static void checkLength(long chars, int maxChars) {
        if (chars > maxChars) {
            throw new IllegalArgumentException("more than " + maxChars + " characters of JSON");
        }
    }

    /** The number as both of JSON and its toString write it. */
    private static String numeral(Number number) {
        boolean fraction = number instanceof Double || number instanceof Float;
        if (fraction ? !Double.isFinite(number.doubleValue())
                : !(number instanceof Integer || number instanceof Long
                        || number instanceof Short || number instanceof Byte
                        || number.getClass() == BigInteger.class
                        || number.getClass() == BigDecimal.class)) {
            throw new IllegalArgumentException("no number of JSON: " + number);
        }
        return number.toString();
    }
}
