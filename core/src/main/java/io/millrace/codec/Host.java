package io.millrace.codec;

import io.millrace.http.HttpException;
import io.millrace.http.Status;

/**
 * The grammar of a host with an optional port (RFC 3986 section 3.2.2, RFC 9110 section 7.2).
 * Threads: any.
 */
final class Host {

    private static final String IN_TARGET = "the host in the request target";

    private Host() {
    }

    /** Checks the value of a Host field: may be empty, has no user information. */
    static void checkField(byte[] bytes, int from, int to) throws HttpException {
        if (from < to) {
            check(bytes, from, to, false, "the Host header field");
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
            throw malformed(IN_TARGET);
        }
        check(bytes, from, to, needsPort, IN_TARGET);
    }

    /** Where the host ends in an authority that was checked: at its port's colon, or at the end. */
    static int nameEnd(byte[] bytes, int from, int to) {
        int at = from;
        // RFC 3986 s3.2.2: within brackets colons are the address's.
        while (at < to && (bytes[at] != ':' || bytes[from] == '[' && bytes[at - 1] != ']')) {
            at++;
        }
        return at;
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

    // IP-literal = "[" ( IPv6address / IPvFuture ) "]".
    private static int afterLiteral(byte[] bytes, int from, int to, String what)
            throws HttpException {
        int end = from + 1;
        while (end < to && bytes[end] != ']') {
            end++;
        }
        boolean future = from + 1 < end && (bytes[from + 1] | 0x20) == 'v';
        if (end == to || !(future ? isFutureAddress(bytes, from + 2, end)
                : isAddress(bytes, from + 1, end))) {
            throw malformed(what);
        }
        return end + 1;
    }

    // IPvFuture = "v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" )
    private static boolean isFutureAddress(byte[] bytes, int from, int to) {
        int dot = from;
        while (dot < to && Ascii.hexValue(bytes[dot]) >= 0) {
            dot++;
        }
        if (dot == from || dot + 1 >= to || bytes[dot] != '.') {
            return false;
        }
        for (int i = dot + 1; i < to; i++) {
            if (bytes[i] != ':' && (!Ascii.isHost(bytes[i]) || bytes[i] == '%')) {
                return false;
            }
        }
        return true;
    }

    // IPv6address: eight groups of up to four digits, the last two perhaps as an IPv4 address, and
    // once "::" for at least one group of zeros.
    static boolean isAddress(byte[] bytes, int from, int to) {
        int groups = 0;
        boolean compressed = false;
        int at = from;
        if (to - from >= 2 && bytes[from] == ':' && bytes[from + 1] == ':') {
            compressed = true;
            at = from + 2;
        }
        while (at < to) {
            int end = at;
            while (end < to && Ascii.hexValue(bytes[end]) >= 0) {
                end++;
            }
            if (end < to && bytes[end] == '.') {
                groups += 2;
                return isIpv4(bytes, at, to) && (compressed ? groups <= 7 : groups == 8);
            }
            if (end == at || end - at > 4) {
                return false;
            }
            groups++;
            if (end == to) {
                break;
            }
            if (bytes[end] != ':') {
                return false;
            }
            at = end + 1;
            if (at < to && bytes[at] == ':') {
                if (compressed) {
                    return false;
                }
                compressed = true;
                at++;
            } else if (at == to) {
                return false;
            }
        }
        return compressed ? groups <= 7 : groups == 8;
    }

    static boolean isIpv4(byte[] bytes, int from, int to) {
        int octets = 0;
        int at = from;
        while (at < to) {
            int value = 0;
            int start = at;
            while (at < to && at - start < 3 && Ascii.isDigit(bytes[at])) {
                value = value * 10 + bytes[at] - '0';
                at++;
            }
            boolean leadingZero = at - start > 1 && bytes[start] == '0';
            if (at == start || value > 255 || leadingZero) {
                return false;
            }
            octets++;
            if (at < to && (bytes[at] != '.' || ++at == to)) {
                return false;
            }
        }
        return octets == 4;
    }

    private static HttpException malformed(String what) {
        return new HttpException(Status.BAD_REQUEST, what + " is malformed");
    }
}
