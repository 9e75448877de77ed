package io.millrace.bucket;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The text of a file with keys: lines {@code NAME=VALUE}, in profiles or not. No message shows
 * anything of a value.
 *
 * <p>Threads: one.
 */
final class KeysText {

    private final Map<String, String> values = new HashMap<>();

    /**
     * Reads a text.
     *
     * @param profile whose lines count; null for all, if there is no more than one
     * @throws IllegalArgumentException with what is wrong
     */
    KeysText(String text, String profile) {
        int profiles = 0;
        boolean isFound = profile == null;
        boolean counts = profile == null;
        int number = 0;
        for (String untrimmed : text.lines().toList()) {
            String line = untrimmed.strip();
            number++;
            if (line.isEmpty() || line.startsWith("#") || line.startsWith(";")) {
                continue;
            }
            if (line.startsWith("[")) {
                profiles++;
                counts = profile == null || isHead(line, profile);
                isFound |= counts;
            } else if (counts) {
                add(line, number);
            }
        }
        if (profile == null && profiles > 1) {
            throw new IllegalArgumentException("it has several profiles: name one of them");
        }
        if (!isFound) {
            throw new IllegalArgumentException("it has no profile [" + profile + "]");
        }
    }

    private static boolean isHead(String line, String profile) {
        int end = line.indexOf(']');
        return end > 0 && line.substring(1, end).strip().equals(profile);
    }

    private void add(String line, int number) {
        int equals = line.indexOf('=');
        if (equals < 0) {
            throw new IllegalArgumentException("line " + number + " is not NAME=VALUE");
        }
        String value = line.substring(equals + 1).strip();
        if (value.startsWith("\"") || value.startsWith("'")) {
            throw new IllegalArgumentException("line " + number + " has quotes: leave them out");
        }
        values.put(line.substring(0, equals).strip().toUpperCase(Locale.ROOT), value);
    }

    /**
     * The value of a name.
     *
     * @throws IllegalArgumentException if there is none
     */
    String value(String name) {
        String value = valueOrNull(name);
        if (value == null) {
            throw new IllegalArgumentException("it has no line " + name + "=...");
        }
        return value;
    }

    /** The value of a name; null if there is none, or an empty one. */
    String valueOrNull(String name) {
        String value = values.get(name);
        return value == null || value.isEmpty() ? null : value;
    }
}
