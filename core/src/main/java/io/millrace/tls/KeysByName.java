package io.millrace.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Chooses the identity of a handshake: by the name that the client has asked for (SNI, RFC 6066
 * section 3), then by the kind of key that the client can verify. An exact name goes before a
 * wildcard, and of equal ones the first. Without a name, or with one that no certificate has, it is
 * the first identity; those with the same names stand in for it if they have another kind of key.
 *
 * <p>Threads: any, immutable.
 */
final class KeysByName extends X509ExtendedKeyManager {

    private static final int HOST_NAME = 0; // the only type that RFC 6066 s3 defines

    private final List<Identity> identities;
    /** An alias is an identity's index. */
    private final Map<String, List<Integer>> byName = new HashMap<>();
    private final List<Integer> standard = new ArrayList<>();

    /** @param identities at least one; the first is the default */
    KeysByName(List<Identity> identities) {
        this.identities = List.copyOf(identities);
        for (int i = 0; i < identities.size(); i++) {
            for (String name : identities.get(i).names()) {
                byName.computeIfAbsent(name, any -> new ArrayList<>()).add(i);
            }
            if (i == 0 || identities.get(i).names().equals(identities.get(0).names())) {
                standard.add(i);
            }
        }
    }

    @Override
    public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
        return choose(keyType, requestedName(engine));
    }

    /**
     * The alias of an identity.
     *
     * @param name null if the client has asked for none
     * @return null if the one for this name has another kind of key; the JDK then asks for that
     */
    String choose(String keyType, String name) {
        for (int index : named(name)) {
            if (identities.get(index).key().getAlgorithm().equals(keyType)) {
                return String.valueOf(index);
            }
        }
        return null;
    }

    private List<Integer> named(String name) {
        if (name == null) {
            return standard;
        }
        String plain = name.toLowerCase(Locale.ROOT);
        List<Integer> exact = byName.get(plain);
        if (exact != null) {
            return exact;
        }
        // RFC 6125 s6.4.3: the star stands for one label, the leftmost.
        int dot = plain.indexOf('.');
        return dot > 0 ? byName.getOrDefault("*" + plain.substring(dot), standard) : standard;
    }

    private static String requestedName(SSLEngine engine) {
        if (engine.getHandshakeSession() instanceof ExtendedSSLSession session) {
            for (SNIServerName name : session.getRequestedServerNames()) {
                if (name.getType() == HOST_NAME && name instanceof SNIHostName host) {
                    return host.getAsciiName();
                }
            }
        }
        return null;
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return identities.get(Integer.parseInt(alias)).key();
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return identities.get(Integer.parseInt(alias)).chain().toArray(X509Certificate[]::new);
    }

    // Sockets and clients have nothing to choose here: the server has engines only.

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        return null;
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        return new String[0];
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
        return null;
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        return new String[0];
    }
}
