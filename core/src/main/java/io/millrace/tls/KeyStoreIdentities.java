package io.millrace.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * All keys of a PKCS#12 file with their chains.
 *
 * <p>Threads: any; one at a time reads.
 */
record KeyStoreIdentities(Path file, char[] password) implements IdentitySource {

    @Override
    public List<Path> files() {
        return List.of(file);
    }

    @Override
    public List<Identity> read() throws TlsException {
        byte[] bytes = PemFile.bytes(file);
        if (bytes[0] != Der.SEQUENCE) {
            throw new TlsException(file + " is not PKCS#12: name a .p12 or .pfx file, which openssl"
                    + " pkcs12 -export makes of a chain and a key");
        }
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(bytes), password);
            List<Identity> identities = new ArrayList<>();
            for (String alias : Collections.list(store.aliases())) {
                if (store.getKey(alias, password) instanceof PrivateKey key
                        && store.getCertificateChain(alias) != null) {
                    identities.add(identity(alias, key, store.getCertificateChain(alias)));
                }
            }
            if (identities.isEmpty()) {
                throw new TlsException(file + " has no private key with its certificate:"
                        + " export both with openssl pkcs12 -export -inkey KEY -in CHAIN");
            }
            return identities;
        } catch (IOException | GeneralSecurityException e) {
            if (e instanceof TlsException wrong) {
                throw wrong;
            }
            throw new TlsException(isPassword(e) ? "the password doesn't open " + file
                    : file + " can't be read as PKCS#12: " + e.getMessage(), e);
        }
    }

    private Identity identity(String alias, PrivateKey key, Certificate[] found)
            throws TlsException, GeneralSecurityException {
        List<X509Certificate> all =
                Arrays.stream(found).map(X509Certificate.class::cast).toList();
        if (!new KeyProof(key).fits(all.get(0))) {
            throw new TlsException("the key " + alias + " in " + file
                    + " doesn't fit its certificate: export the file again");
        }
        PrivateKeys.checkLength("the key " + alias + " in " + file, key);
        List<X509Certificate> chain = Chain.from(all.get(0), all);
        return new Identity(file + " (" + alias + ")", key, chain, List.of());
    }

    private static boolean isPassword(Exception failure) {
        return failure instanceof UnrecoverableKeyException
                || failure.getCause() instanceof UnrecoverableKeyException;
    }

    /** Nothing of the password. */
    @Override
    public String toString() {
        return "KeyStoreIdentities[" + file + "]";
    }
}
