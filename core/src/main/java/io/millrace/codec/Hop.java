package io.millrace.codec;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * What one proxy says of a request that it has forwarded.
 *
 * <p>Threads: any, immutable.
 *
 * @param client from whom it has come, as the proxy has written it; null if it doesn't say
 * @param scheme by which it has come; null if it doesn't say
 */
record Hop(String client, String scheme) {

    private static final String UNKNOWN = "unknown";

    /**
     * A node (RFC 7239 section 6).
     *
     * @param address null if the proxy hides it
     * @param name what it is called then: {@code unknown}, or an identifier like {@code _hidden}
     */
    record Node(InetSocketAddress address, String name) {

        /** Whether it is the same client. Ports may differ: few proxies tell them. */
        boolean isSame(Node other) {
            return address == null || other.address == null
                    ? address == other.address && name.equals(other.name)
                    : address.getAddress().equals(other.address.getAddress());
        }
    }

    /**
     * The client, of whose port only digits count.
     *
     * @param isBareAllowed whether IPv6 may stand without its brackets, and has no port then
     * @return null if the text is malformed
     */
    Node node(boolean isBareAllowed) {
        int colon = client.startsWith("[") ? client.indexOf("]:") + 1 : client.indexOf(':');
        if (isBareAllowed && colon > 0 && client.charAt(0) != '['
                && client.indexOf(':', colon + 1) > 0) {
            colon = -1;
        }
        String name = colon > 0 ? client.substring(0, colon) : client;
        int port = colon > 0 ? port(client.substring(colon + 1)) : 0;
        if (port < 0) {
            return null;
        }
        if (name.equalsIgnoreCase(UNKNOWN) || isObfuscated(name)) {
            return new Node(null, name);
        }
        InetAddress address = address(name, isBareAllowed);
        return address == null ? null : new Node(new InetSocketAddress(address, port), null);
    }

    private static InetAddress address(String name, boolean isBareAllowed) {
        if (name.startsWith("[") && name.endsWith("]")) {
            String literal = name.substring(1, name.length() - 1);
            return IpText.isIpv4(literal) ? null : IpText.address(literal);
        }
        return isBareAllowed || IpText.isIpv4(name) ? IpText.address(name) : null;
    }

    /** -1 if it is none. */
    private static int port(String text) {
        return isObfuscated(text) ? 0 : IpText.port(text);
    }

    private static boolean isObfuscated(String text) {
        if (text.length() < 2 || text.charAt(0) != '_') {
            return false;
        }
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean isAllowed = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
                    || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-';
            if (!isAllowed) {
                return false;
            }
        }
        return true;
    }
}
