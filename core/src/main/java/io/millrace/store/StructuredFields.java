package io.millrace.store;

import io.millrace.http.HttpException;
import io.millrace.http.Status;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Parses a dictionary of items (RFC 9651 section 4.2.2), strictly. What an item means is for those
 * to say who asked for it; inner lists are refused, as no field of the store has any.
 *
 * <p>Threads: one at a time.
 */
final class StructuredFields {

    private final String field;
    private final String text;
    private int at;

    private StructuredFields(String field, String text) {
        this.field = field;
        this.text = text;
    }

    /**
     * The members of a field, in order: names, and items as they were sent without their
     * parameters.
     *
     * @throws HttpException 400 if it is no such dictionary
     */
    static Map<String, String> parse(String field, String value) throws HttpException {
        return new StructuredFields(field, value).members();
    }

    private Map<String, String> members() throws HttpException {
        Map<String, String> members = new LinkedHashMap<>();
        skipBlanks();
        while (at < text.length()) {
            String name = key();
            String item = "?1"; // a member without a value is true
            if (isNext('=')) {
                at++;
                item = item();
            }
            parameters();
            members.put(name, item); // the last of a name counts
            skipBlanks();
            if (at < text.length()) {
                expect(',');
                skipBlanks();
                if (at == text.length()) {
                    throw malformed();
                }
            }
        }
        return members;
    }

    private void parameters() throws HttpException {
        while (isNext(';')) {
            at++;
            skipBlanks();
            key();
            if (isNext('=')) {
                at++;
                item();
            }
        }
    }

    private String key() throws HttpException {
        int start = at;
        while (at < text.length() && isKey(text.charAt(at), at == start)) {
            at++;
        }
        if (at == start) {
            throw malformed();
        }
        return text.substring(start, at);
    }

    private static boolean isKey(char c, boolean first) {
        return c >= 'a' && c <= 'z' || c == '*'
                || !first && (isDigit(c) || c == '_' || c == '-' || c == '.');
    }

    private String item() throws HttpException {
        int start = at;
        if (at == text.length()) {
            throw malformed();
        }
        char c = text.charAt(at++);
        if (c == ':') {
            until(':');
        } else if (c == '"') {
            until('"');
        } else if (c == '-' || isDigit(c)) {
            while (at < text.length() && (isDigit(text.charAt(at)) || text.charAt(at) == '.')) {
                at++;
            }
        } else if (c == '?') {
            at++;
        } else if (isLetter(c) || c == '*') {
            while (at < text.length() && isToken(text.charAt(at))) {
                at++;
            }
        } else {
            throw malformed();
        }
        if (at > text.length()) {
            throw malformed();
        }
        return text.substring(start, at);
    }

    private void until(char end) throws HttpException {
        while (!isNext(end)) {
            at += isNext('\\') ? 2 : 1; // a backslash escapes a quote, and is in no byte sequence
            if (at >= text.length()) {
                throw malformed();
            }
        }
        at++;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    private static boolean isToken(char c) {
        return isLetter(c) || isDigit(c) || "!#$%&'*+-.^_`|~:/".indexOf(c) >= 0;
    }

    private boolean isNext(char c) {
        return at < text.length() && text.charAt(at) == c;
    }

    private void expect(char c) throws HttpException {
        if (!isNext(c)) {
            throw malformed();
        }
        at++;
    }

    private void skipBlanks() {
        while (isNext(' ') || isNext('\t')) {
            at++;
        }
    }

    private HttpException malformed() {
        return new HttpException(Status.BAD_REQUEST, field + " is malformed at character " + at);
    }
}
