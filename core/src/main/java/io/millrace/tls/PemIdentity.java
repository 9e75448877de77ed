package io.millrace.tls;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A certificate with its chain in one PEM file and its key in another one, or both in the same.
 *
 * <p>Threads: any; one at a time reads.
 *
 * @param password of the key; null if it has none
 */
record PemIdentity(Path chainFile, Path keyFile, char[] password) implements IdentitySource {

    @Override
    public List<Path> files() {
        return chainFile.equals(keyFile) ? List.of(chainFile) : List.of(chainFile, keyFile);
    }

    @Override
    public List<Identity> read() throws TlsException {
        List<PemBlock> blocks = PemFile.read(chainFile);
        List<X509Certificate> certificates = Chain.read(chainFile, blocks);
        PrivateKey key = PrivateKeys.read(keyFile,
                chainFile.equals(keyFile) ? blocks : PemFile.read(keyFile), password);
        PrivateKeys.checkLength("the key " + keyFile, key);
        X509Certificate own = fitting(key, certificates);
        List<X509Certificate> chain = Chain.from(own, certificates);
        return List.of(new Identity(chainFile.toString(), key, chain,
                Chain.leftOver(chain, certificates)));
    }

    private X509Certificate fitting(PrivateKey key, List<X509Certificate> certificates)
            throws TlsException {
        KeyProof proof;
        try {
            proof = new KeyProof(key);
        } catch (GeneralSecurityException e) {
            throw new TlsException("the key " + keyFile + " can't sign: " + e.getMessage(), e);
        }
        for (X509Certificate certificate : certificates) {
            if (proof.fits(certificate)) {
                return certificate;
            }
        }
        X509Certificate first = certificates.get(0);
        throw new TlsException("the key " + keyFile + " doesn't fit the certificate " + chainFile
                + ": the key is " + key.getAlgorithm() + ", the certificate "
                + first.getPublicKey().getAlgorithm() + " of " + first.getSubjectX500Principal()
                + "; name the key that the certificate was requested with");
    }

    /** Nothing of the password. */
    @Override
    public String toString() {
        return "PemIdentity[" + chainFile + "]";
    }
}
