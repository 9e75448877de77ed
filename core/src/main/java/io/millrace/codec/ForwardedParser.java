package io.millrace.codec;

import io.millrace.http.Headers;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Reads the Forwarded field (RFC 7239 section 4). Blanks around semicolons are let pass: the RFC
 * has none, many proxies do, and they change nothing.
 *
 * <p>Threads: one at a time.
 */
final class ForwardedParser {

    static final String FIELD = "Forwarded";

    private final String text;
    private int at;

    private ForwardedParser(String text) {
        this.text = text;
    }

    /** The hops in the order of the request's way, from all fields; null if one is malformed. */
    static List<Hop> hops(Headers headers) {
        List<Hop> hops = new ArrayList<>();
        for (String value : headers.all(FIELD)) {
            if (!new ForwardedParser(value).addTo(hops)) {
                return null;
            }
        }
        return hops;
    }

    /** Whether the text is well-formed. */
    private boolean addTo(List<Hop> hops) {
        do {
            skipBlanks();
            if (isAt(',') || at == text.length()) {
                continue; // RFC 9110 s5.6.1.2: empty elements of a list don't count
            }
            Hop hop = element();
            if (hop == null) {
                return false;
            }
            hops.add(hop);
        } while (take(','));
        return at == text.length();
    }

    /** Up to its comma or the end; null if it is malformed. */
    private Hop element() {
        String client = null;
        String scheme = null;
        Set<String> names = new HashSet<>(); // a client may send thousands through its proxy
        do {
            skipBlanks();
            if (isAt(';') || isAt(',') || at == text.length()) {
                continue; // the grammar lets a pair be empty
            }
            String name = token().toLowerCase(Locale.ROOT);
            if (name.isEmpty() || !names.add(name) || !take('=')) {
                return null;
            }
            String value = isAt('"') ? quoted() : token();
            if (value == null || value.isEmpty()) {
                return null;
            }
            if (name.equals("for")) {
                client = value;
            } else if (name.equals("proto")) {
                scheme = value;
            }
            skipBlanks();
        } while (take(';'));
        return new Hop(client, scheme);
    }

    private String token() {
        int from = at;
        while (at < text.length() && text.charAt(at) < 0x80
                && Ascii.isToken((byte) text.charAt(at))) {
            at++;
        }
        return text.substring(from, at);
    }

    /** What is between the quotes, escapes resolved; null if they are not closed. */
    private String quoted() {
        StringBuilder value = new StringBuilder();
        for (at++; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '"') {
                at++;
                return value.toString();
            }
            if (c == '\\' && ++at < text.length()) {
                c = text.charAt(at);
            }
            value.append(c);
        }
        return null;
    }

    private boolean isAt(char c) {
        return at < text.length() && text.charAt(at) == c;
    }

    private boolean take(char c) {
        if (!isAt(c)) {
            return false;
        }
        at++;
        return true;
    }

    private void skipBlanks() {
        while (isAt(' ') || isAt('\t')) {
            at++;
        }
    }
}
