package io.millrace.accesslog;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads one line as a JSON object of strings, numbers and such objects, by the grammar of RFC 8259
 * and nothing beside it: no white space, no duplicate name, no number with a fraction.
 */
final class StrictJson {

    private final String text;
    private int at;

    private StrictJson(String text) {
        this.text = text;
    }

    /** Numbers are {@link Long}. */
    static Map<String, Object> parse(String line) {
        StrictJson json = new StrictJson(line);
        Map<String, Object> object = json.object();
        if (json.at != line.length()) {
            throw new IllegalArgumentException("more behind the object: " + line);
        }
        return object;
    }

    private char next() {
        if (at == text.length()) {
            throw new IllegalArgumentException("ends too early: " + text);
        }
        return text.charAt(at++);
    }

    private void expect(char expected) {
        char c = next();
        if (c != expected) {
            throw new IllegalArgumentException(
                    "no " + expected + " at " + (at - 1) + ": " + text);
        }
    }

    private Map<String, Object> object() {
        Map<String, Object> members = new LinkedHashMap<>();
        expect('{');
        char c;
        do {
            String name = string();
            expect(':');
            if (members.put(name, value()) != null) {
                throw new IllegalArgumentException("twice: " + name);
            }
            c = next();
        } while (c == ',');
        at--;
        expect('}');
        return members;
    }

    private Object value() {
        char c = text.charAt(at);
        return c == '"' ? string() : c == '{' ? object() : number();
    }

    private Long number() {
        int start = at;
        while (Character.digit(text.charAt(at), 10) >= 0 && text.charAt(at) < 0x7f) {
            at++;
        }
        String digits = text.substring(start, at);
        if (digits.isEmpty() || digits.length() > 1 && digits.startsWith("0")) {
            throw new IllegalArgumentException("no number at " + start + ": " + text);
        }
        return Long.valueOf(digits);
    }

    private String string() {
        StringBuilder string = new StringBuilder();
        expect('"');
        for (char c = next(); c != '"'; c = next()) {
            if (c < ' ' || c > '~') {
                throw new IllegalArgumentException("not visible ASCII at " + at + ": " + text);
            }
            if (c == '\\') {
                char escaped = next();
                if (escaped == 'u') {
                    c = (char) Integer.parseInt(text.substring(at, at + 4), 16);
                    at += 4;
                } else if (escaped == '"' || escaped == '\\') {
                    c = escaped;
                } else {
                    throw new IllegalArgumentException("escape at " + at + ": " + text);
                }
            }
            string.append(c);
        }
        return string.toString();
    }
}
