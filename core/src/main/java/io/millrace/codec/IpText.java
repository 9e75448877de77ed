package io.millrace.codec;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;

/**
 * IP addresses and ports as text, in the one form that RFC 3986 section 3.2.2 allows: no zone, no
 * leading zeros, no short forms of IPv4. No name is ever looked up. Threads: any.
 */
final class IpText {

    private static final int MOST_PORT_DIGITS = 5;
    private static final int MOST_PORT = 0xffff;

    private IpText() {
    }

    /** The address, of IPv4 for one that is mapped into IPv6; null if the text is none. */
    static InetAddress address(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        try {
            if (isIpv4(text)) {
                return InetAddress.getByName(text);
            }
            // In brackets it is parsed, never looked up.
            return Host.isAddress(bytes, 0, bytes.length)
                    ? InetAddress.getByName("[" + text + "]") : null;
        } catch (UnknownHostException e) {
            throw new AssertionError(text, e);
        }
    }

    static boolean isIpv4(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return Host.isIpv4(bytes, 0, bytes.length);
    }

    /** The number that the text is, from 0 to 65535; -1 if it is none. */
    static int port(String text) {
        if (text.isEmpty() || text.length() > MOST_PORT_DIGITS
                || text.length() > 1 && text.charAt(0) == '0') {
            return -1;
        }
        int port = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            port = port * 10 + digit;
        }
        return port > MOST_PORT ? -1 : port;
    }
}
