package io.millrace.codec;

import io.millrace.http.HttpException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Decides which hosts a server has requests for (RFC 9110 sections 7.4 and 15.5.20). Ports don't
 * matter, and neither does case.
 *
 * <p>No name is ever looked up. Threads: one at a time.
 */
public final class HostRules {

    private static final String EVERY = "*";
    private static final String WILDCARD = "*.";
    private static final String IPV6_LOOPBACK = "[0:0:0:0:0:0:0:1]";

    private final boolean isForEvery;
    private final Set<String> names = new HashSet<>();
    /** Null once it is among the names, and if only the names count. */
    private Supplier<String> machineName;
    private final boolean isForThisMachine;
    /** The authority that was allowed last: clients send the same again. */
    private String lastAllowed = "";

    private HostRules(boolean isForEvery, Supplier<String> machineName) {
        this.isForEvery = isForEvery;
        this.machineName = machineName;
        isForThisMachine = machineName != null;
    }

    /** Allows every host. */
    public static HostRules forEvery() {
        return new HostRules(true, null);
    }

    /** Allows only names for which {@link #isName} holds. */
    public static HostRules forNames(List<String> names) {
        HostRules rules = new HostRules(names.contains(EVERY), null);
        for (String name : names) {
            rules.names.add(canonical(name.toLowerCase(Locale.ROOT)));
        }
        return rules;
    }

    /**
     * Allows names that no public DNS has, so that no page of another host can be behind them
     * (decision 120): loopback addresses, localhost and what is below it, and single labels.
     *
     * @param machineName asked once, if a request has another name: it is allowed, too
     */
    public static HostRules forThisMachine(Supplier<String> machineName) {
        return new HostRules(false, machineName);
    }

    /**
     * Whether the text is a name or address without a port; "*." may stand before a name for one
     * label, and "*" alone for every host.
     */
    public static boolean isName(String text) {
        if (text.equals(EVERY)) {
            return true;
        }
        boolean isWildcard = text.startsWith(WILDCARD);
        String name = isWildcard ? text.substring(WILDCARD.length()) : text;
        byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
        try {
            Host.checkAuthority(bytes, 0, bytes.length, false);
        } catch (HttpException e) {
            return false; // which the caller says in its own words
        }
        return Host.nameEnd(bytes, 0, bytes.length) == bytes.length && name.indexOf('*') < 0
                && !(isWildcard && isAddress(name));
    }

    /** Whether the server has requests like this one. HTTP/1.0 may come without a host. */
    public boolean allow(ParsedHead head) {
        if (isForEvery || head.authorityIs(lastAllowed)) {
            return true;
        }
        String host = head.host();
        if (host.isEmpty()) {
            return true;
        }
        boolean isAllowed = allow(canonical(host));
        if (isAllowed) {
            lastAllowed = head.authority();
        }
        return isAllowed;
    }

    private boolean allow(String host) {
        if (isForThisMachine && (isLocalName(host) || isLoopback(host))) {
            return true;
        }
        if (machineName != null && !names.contains(host)) {
            names.add(canonical(machineName.get().toLowerCase(Locale.ROOT)));
            machineName = null;
        }
        int dot = host.indexOf('.');
        return names.contains(host) || dot > 0 && names.contains("*" + host.substring(dot));
    }

    /** RFC 6761 s6.3: what is below localhost is loopback. No name in the DNS is a single label. */
    private static boolean isLocalName(String host) {
        // What is percent-encoded may be a dot.
        return host.endsWith(".localhost")
                || host.charAt(0) != '[' && host.indexOf('.') < 0 && host.indexOf('%') < 0;
    }

    private static boolean isLoopback(String host) {
        return host.equals(IPV6_LOOPBACK) || host.startsWith("127.") && isAddress(host);
    }

    /** Whether a host is not a name: no top-level domain is a number (RFC 3696 s2). */
    private static boolean isAddress(String host) {
        if (host.charAt(0) == '[') {
            return true;
        }
        for (int i = 0; i < host.length(); i++) {
            if (host.charAt(i) != '.' && !Ascii.isDigit((byte) host.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** One spelling for all: no dot of the root, an address as the JDK writes it. */
    private static String canonical(String host) {
        if (host.startsWith("[")) {
            return canonicalLiteral(host);
        }
        return host.length() > 1 && host.endsWith(".") ? host.substring(0, host.length() - 1)
                : host;
    }

    private static String canonicalLiteral(String literal) {
        if (literal.startsWith("[v")) {
            return literal;
        }
        try {
            // In brackets it is parsed, never looked up.
            InetAddress address = InetAddress.getByName(literal);
            String text = address.getHostAddress();
            return address instanceof Inet6Address ? "[" + text + "]" : text; // mapped IPv4
        } catch (UnknownHostException e) {
            return literal; // no other spelling is known for it
        }
    }
}
