package io.millrace.form;

import io.millrace.http.HttpException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The value of a header field that has parameters (RFC 9110 section 5.6.6).
 *
 * <p>Threads: any.
 */
final class HeaderText {

    private HeaderText() {
    }

    /** What stands before the parameters, in lower case. */
    static String kind(String value) {
        int semicolon = value.indexOf(';');
        return (semicolon < 0 ? value : value.substring(0, semicolon)).strip()
                .toLowerCase(Locale.ROOT);
    }

    /** The parameters behind the first semicolon, by their names in lower case. */
    static Map<String, String> parameters(String value) throws HttpException {
        Map<String, String> parameters = new HashMap<>();
        int semicolon = value.indexOf(';');
        int at = semicolon < 0 ? value.length() : semicolon;
        while (at < value.length()) {
            int start = skipSpace(value, at + 1);
            if (start == value.length() || value.charAt(start) == ';') {
                at = start; // RFC 9110 s5.6.6: a parameter may be empty
                continue;
            }
            int equals = value.indexOf('=', start);
            String name = equals < 0 ? ""
                    : value.substring(start, equals).toLowerCase(Locale.ROOT);
            if (!isToken(name)) {
                throw FormFields.malformed("a parameter has no name");
            }
            StringBuilder parameter = new StringBuilder();
            at = skipSpace(value, equals + 1 < value.length() && value.charAt(equals + 1) == '"'
                    ? quoted(value, equals + 2, parameter) : plain(value, equals + 1, parameter));
            if (at < value.length() && value.charAt(at) != ';') {
                throw FormFields.malformed("there is text after the parameter " + name);
            }
            if (parameters.put(name, parameter.toString()) != null) {
                throw FormFields.malformed("the parameter " + name + " is given more than once");
            }
        }
        return parameters;
    }

    /** Reads a value without quotes, of more than tokens: boundaries have such. */
    private static int plain(String value, int from, StringBuilder out) throws HttpException {
        int at = from;
        while (at < value.length() && value.charAt(at) > ' ' && value.charAt(at) <= '~'
                && "\";\\".indexOf(value.charAt(at)) < 0) {
            out.append(value.charAt(at));
            at++;
        }
        if (at == from) {
            throw FormFields.malformed("a parameter has no value");
        }
        return at;
    }

    /**
     * Reads a value in quotes. Browsers send a backslash as it is, other clients escape it and a
     * quote by one (RFC 9110 section 5.6.4): it is an escape before either, but not before the last
     * quote of the line, which has to end the value.
     */
    private static int quoted(String value, int from, StringBuilder out) throws HttpException {
        int at = from;
        while (at < value.length() && value.charAt(at) != '"') {
            char c = value.charAt(at);
            char next = at + 1 < value.length() ? value.charAt(at + 1) : 0;
            boolean escapes = c == '\\'
                    && (next == '\\' || next == '"' && at + 2 < value.length());
            out.append(escapes ? next : c);
            at += escapes ? 2 : 1;
        }
        if (at >= value.length()) {
            throw FormFields.malformed("a quote is not closed");
        }
        return at + 1;
    }

    private static int skipSpace(String value, int from) {
        int at = from;
        while (at < value.length() && (value.charAt(at) == ' ' || value.charAt(at) == '\t')) {
            at++;
        }
        return at;
    }

    static boolean isToken(String name) {
        boolean token = !name.isEmpty();
        for (int i = 0; i < name.length() && token; i++) {
            char c = name.charAt(i);
            token = isAlphanumeric(c) || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
        }
        return token;
    }

    static boolean isAlphanumeric(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
    }
}
