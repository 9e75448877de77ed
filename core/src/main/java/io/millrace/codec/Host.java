package io.millrace.codec;

import io.millrace.http.HttpException;
import io.millrace.http.Status;

/**
 * The grammar of a host with an optional port (RFC 3986 section 3.2.2, RFC 9110 section 7.2).
 * Threads: any.
 */
final class Host {

    private Host() {
    }

    /** Checks the value of a Host field: may be empty, has no user information. */
    static void checkField(byte[] bytes, int from, int to) throws HttpException {
        if (from < to) {
            check(bytes, from, to, false, "Host");
        }
    }

    /**
     * Checks the authority of a request target.
     *
     * @param needsPort whether the port may not be left out, as for CONNECT
     */
    static void checkAuthority(byte[] bytes, int from, int to, boolean needsPort)
            throws HttpException {
        // RFC 9110 s4.2.1: an http URI with an empty host is invalid.
        if (from == to || bytes[from] == ':') {
            throw malformed("the request target's host");
        }
        check(bytes, from, to, needsPort, "the request target's host");
    }

    private static void check(byte[] bytes, int from, int to, boolean needsPort, String what)
            throws HttpException {
        int at = bytes[from] == '[' ? afterLiteral(bytes, from, to, what)
                : afterName(bytes, from, to, what);
        if (at == to && !needsPort) {
            return;
        }
        if (at == to || bytes[at] != ':') {
            throw malformed(what);
        }
        // RFC 3986 s3.2.3: port = *DIGIT; CONNECT needs at least one.
        int digits = to - at - 1;
        int port = 0;
        for (int i = at + 1; i < to; i++) {
            if (!Ascii.isDigit(bytes[i])) {
                throw malformed(what);
            }
            port = Math.min(port * 10 + bytes[i] - '0', 1 << 16);
        }
        if (port > 0xffff || needsPort && digits == 0) {
            throw malformed(what);
        }
    }

    private static int afterName(byte[] bytes, int from, int to, String what)
            throws HttpException {
        int at = from;
        while (at < to && Ascii.isHost(bytes[at])) {
            if (bytes[at] == '%') {
                boolean encoded = at + 2 < to && Ascii.hexValue(bytes[at + 1]) >= 0
                        && Ascii.hexValue(bytes[at + 2]) >= 0;
                if (!encoded) {
                    throw malformed(what);
                }
                at += 2;
            }
            at++;
        }
        // A port without a host before it is no authority.
        if (at == from) {
            throw malformed(what);
        }
        return at;
    }

    // IP-literal = "[" ( IPv6address / IPvFuture ) "]". The address's own syntax is only checked as
    // far as its alphabet: nothing here connects to it.
    private static int afterLiteral(byte[] bytes, int from, int to, String what)
            throws HttpException {
        int at = from + 1;
        boolean colon = false;
        while (at < to && bytes[at] != ']') {
            byte b = bytes[at];
            colon |= b == ':';
            if (Ascii.hexValue(b) < 0 && b != ':' && b != '.' && b != 'v') {
                throw malformed(what);
            }
            at++;
        }
        if (at == to || !colon) {
            throw malformed(what);
        }
        return at + 1;
    }

    private static HttpException malformed(String what) {
        return new HttpException(Status.BAD_REQUEST, what + " is malformed");
    }
}
