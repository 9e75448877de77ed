package io.millrace.codec;

import io.millrace.http.ConnectionInfo;
import io.millrace.http.Headers;
import io.millrace.http.HttpException;
import io.millrace.http.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Decides who has sent a request that has come from a proxy: by the fields Forwarded (RFC 7239),
 * X-Forwarded-For and X-Forwarded-Proto, which count only from networks that are trusted.
 *
 * <p>Each proxy adds a hop at the right end. From there on each client that is trusted is a proxy,
 * too, and its own hop counts; the first that isn't trusted is the client. What stands left of its
 * hop is what it has sent itself, and is not looked at.
 *
 * <p>A client can send any of the fields, and a proxy that sets one passes the others on. So where
 * two tell the same, they have to agree (decision 212).
 *
 * <p>Threads: any, immutable.
 */
public final class TrustedProxies {

    private static final String X_FOR = "X-Forwarded-For";
    private static final String X_PROTO = "X-Forwarded-Proto";

    private final Networks trusted;

    /** @param trusted where proxies are */
    public TrustedProxies(Networks trusted) {
        this.trusted = trusted;
    }

    /**
     * What the hops of one kind tell.
     *
     * @param client null if they don't tell
     * @param isProxy whether the client is trusted, so that there is one before it that isn't told
     * @param isSecure null if they don't tell
     */
    private record Told(Hop.Node client, boolean isProxy, Boolean isSecure) {
    }

    /**
     * The connection as that of this request.
     *
     * @param connection what is known of it without the request
     * @throws HttpException with 400 if a field of a trusted proxy is malformed
     */
    public ConnectionInfo resolve(Headers headers, ConnectionInfo connection)
            throws HttpException {
        if (!trusted.contain(connection.peer())) {
            return connection;
        }
        Told standard = forwarded(headers);
        Told custom = xForwarded(headers);
        if (!standard.isProxy && !custom.isProxy) {
            checkSame(standard, custom);
        }
        boolean isCustomFirst = standard.isProxy && !custom.isProxy && custom.client != null;
        Told first = isCustomFirst ? custom : standard;
        Told second = isCustomFirst ? standard : custom;
        return with(first.client != null ? first.client : second.client,
                first.isSecure != null ? first.isSecure : second.isSecure, connection);
    }

    private static ConnectionInfo with(Hop.Node client, Boolean isSecure,
            ConnectionInfo connection) {
        if (client == null && isSecure == null) {
            return connection;
        }
        ConnectionInfo.Builder request = connection.toBuilder();
        if (client != null) {
            request.peer(client.address()).local(null);
        }
        if (client != null && client.name() != null) {
            request.peerName(client.name());
        }
        return isSecure == null ? request.build() : request.secure(isSecure).build();
    }

    private static void checkSame(Told standard, Told custom) throws HttpException {
        if (standard.client != null && custom.client != null
                && !standard.client.isSame(custom.client)) {
            throw new HttpException(Status.BAD_REQUEST, ForwardedParser.FIELD + " and " + X_FOR
                    + " name different clients");
        }
        if (standard.isSecure != null && custom.isSecure != null
                && !standard.isSecure.equals(custom.isSecure)) {
            throw new HttpException(Status.BAD_REQUEST, ForwardedParser.FIELD + " and " + X_PROTO
                    + " name different schemes");
        }
    }

    private Told forwarded(Headers headers) throws HttpException {
        List<Hop> hops = ForwardedParser.hops(headers);
        if (hops == null) {
            throw malformed(ForwardedParser.FIELD);
        }
        Hop.Node client = null;
        String scheme = null;
        boolean isProxy = true; // the one whose hop is next
        for (int i = hops.size() - 1; i >= 0 && isProxy; i--) {
            Hop hop = hops.get(i);
            scheme = hop.scheme();
            if (hop.client() == null) {
                break;
            }
            client = node(hop, false, ForwardedParser.FIELD);
            isProxy = trusted.contain(client.address());
        }
        return new Told(client, client != null && isProxy,
                scheme == null ? null : (Boolean) isSecure(scheme, ForwardedParser.FIELD));
    }

    private Told xForwarded(Headers headers) throws HttpException {
        List<String> clients = list(headers, X_FOR);
        List<String> schemes = list(headers, X_PROTO);
        Hop.Node client = null;
        int hops = 0;
        boolean isProxy = true;
        while (hops < clients.size() && isProxy) {
            hops++;
            Hop hop = new Hop(clients.get(clients.size() - hops), null);
            client = node(hop, true, X_FOR);
            isProxy = trusted.contain(client.address());
        }
        // Some proxies add theirs, like an address; others leave the one that has come.
        int added = Math.min(Math.max(hops, 1), schemes.size());
        return new Told(client, client != null && isProxy, schemes.isEmpty() ? null
                : (Boolean) isSecure(schemes.get(schemes.size() - added), X_PROTO));
    }

    private static Hop.Node node(Hop hop, boolean isBareAllowed, String field)
            throws HttpException {
        Hop.Node node = hop.node(isBareAllowed);
        if (node == null) {
            throw malformed(field);
        }
        return node;
    }

    private static boolean isSecure(String scheme, String field) throws HttpException {
        return switch (scheme.toLowerCase(Locale.ROOT)) {
            case "https", "wss" -> true;
            case "http", "ws" -> false;
            default -> throw malformed(field);
        };
    }

    /** The elements of all fields of this name that are not empty. */
    private static List<String> list(Headers headers, String field) {
        List<String> elements = new ArrayList<>();
        for (String value : headers.all(field)) {
            for (String element : value.split(",")) {
                if (!element.isBlank()) {
                    elements.add(element.strip());
                }
            }
        }
        return elements;
    }

    private static HttpException malformed(String field) {
        return new HttpException(Status.BAD_REQUEST, "the field " + field + " is malformed");
    }
}
