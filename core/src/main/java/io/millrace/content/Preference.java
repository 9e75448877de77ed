package io.millrace.content;

import io.millrace.http.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One element of a field that says what a client accepts (RFC 9110 section 12.4), such as {@code
 * text/html;level=1;q=0.5}.
 *
 * <p>Malformed elements are left out: a preference that can't be read is none. Weights are read as
 * clients write them, {@code .2} and {@code 0.3333} too. Threads: any, immutable.
 *
 * @param value in lower case, without parameters and white space around it
 * @param parameters alternating names, in lower case, and values, without quotes
 * @param weight in thousandths; 0: not acceptable
 */
record Preference(String value, List<String> parameters, int weight) { // decision 385

    static final int FULL_WEIGHT = 1000;

    /** All elements of all lines of a field, in their order. */
    static List<Preference> all(Headers headers, String field) {
        List<Preference> all = new ArrayList<>();
        for (int i = 0; i < headers.size(); i++) {
            if (headers.name(i).equalsIgnoreCase(field)) {
                addAll(headers.value(i), all);
            }
        }
        return all;
    }

    private static void addAll(String line, List<Preference> all) {
        int from = 0;
        while (from < line.length()) {
            int to = end(line, from, ',');
            if (to < 0) {
                return; // a quote is not closed: the rest is one malformed element
            }
            Preference element = element(line.substring(from, to));
            if (element != null) {
                all.add(element);
            }
            from = to + 1;
        }
    }

    /** Where the separator is, or the text ends; -1 within quotes that are not closed. */
    private static int end(String text, int from, char separator) {
        boolean quoted = false;
        int at = from;
        while (at < text.length() && (quoted || text.charAt(at) != separator)) {
            char c = text.charAt(at);
            quoted ^= c == '"';
            at += quoted && c == '\\' ? 2 : 1;
        }
        return quoted || at > text.length() ? -1 : at;
    }

    /** Null if it is empty or malformed. */
    private static Preference element(String text) {
        int to = end(text, 0, ';');
        String value = text.substring(0, to).strip().toLowerCase(Locale.ROOT);
        List<String> parameters = List.of();
        int weight = FULL_WEIGHT;
        while (to < text.length()) {
            int from = to + 1;
            to = end(text, from, ';');
            String parameter = text.substring(from, to).strip();
            if (parameter.isEmpty()) {
                continue; // RFC 9110 s5.6.6
            }
            int equals = parameter.indexOf('=');
            if (equals < 1) {
                return null;
            }
            String name = parameter.substring(0, equals).strip().toLowerCase(Locale.ROOT);
            String argument = parameter.substring(equals + 1).strip();
            if (name.equals("q")) {
                weight = weight(argument);
                break; // RFC 9110 s12.5.1: what stands behind it is deprecated, and ignored
            }
            parameters = parameters.isEmpty() ? new ArrayList<>(2) : parameters;
            parameters.add(name);
            parameters.add(unquoted(argument));
        }
        return value.isEmpty() || weight < 0 ? null : new Preference(value, parameters, weight);
    }

    /** In thousandths, what is beyond them cut off; -1 if it is malformed or more than 1. */
    private static int weight(String text) {
        int point = text.indexOf('.');
        String whole = point < 0 ? text : text.substring(0, point);
        String decimals = point < 0 ? "" : text.substring(point + 1);
        if (!isDigits(whole) || !isDigits(decimals) || whole.length() + decimals.length() == 0
                || whole.length() > 1) {
            return -1;
        }
        int weight = whole.isEmpty() ? 0 : whole.charAt(0) - '0';
        for (int i = 0; i < 3; i++) {
            weight = weight * 10 + (i < decimals.length() ? decimals.charAt(i) - '0' : 0);
        }
        return weight > FULL_WEIGHT ? -1 : weight;
    }

    private static boolean isDigits(String text) {
        return text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static String unquoted(String text) {
        if (text.length() < 2 || text.charAt(0) != '"') {
            return text;
        }
        StringBuilder plain = new StringBuilder();
        for (int i = 1; i < text.length() - 1; i++) {
            i += text.charAt(i) == '\\' ? 1 : 0;
            plain.append(text.charAt(i));
        }
        return plain.toString();
    }

    /** Elements of an offer's own text, such as {@code text/html;level=1}. */
    static Preference offer(String text) {
        int end = end(text, 0, ',');
        Preference offer = end < text.length() ? null : element(text);
        if (offer == null) {
            throw new IllegalArgumentException("malformed offer: " + text);
        }
        return offer;
    }

    /** The value of a parameter; null if there is none. */
    String parameter(String name) {
        for (int i = 0; i < parameters.size(); i += 2) {
            if (parameters.get(i).equals(name)) {
                return parameters.get(i + 1);
            }
        }
        return null;
    }
}
