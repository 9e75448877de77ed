package io.millrace.tls;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * Certificates of a PEM file, and their order: a server's own first, then that of its issuer, and
 * so on (RFC 8446 section 4.4.2).
 *
 * <p>Threads: any.
 */
final class Chain {

    static final String CERTIFICATE = "CERTIFICATE";

    /** Clients refuse long chains; the web's have three or four. */
    private static final int MAX_LENGTH = 10;

    private Chain() {
    }

    /**
     * All certificates of a file, in the order of the file.
     *
     * @return at least one
     * @throws TlsException if there is none, or one can't be read
     */
    static List<X509Certificate> read(Path file, List<PemBlock> blocks) throws TlsException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (PemBlock block : blocks) {
            if (block.label().equals(CERTIFICATE) || block.label().equals("X509 CERTIFICATE")) {
                certificates.add(certificate(file, block));
            }
        }
        if (certificates.isEmpty()) {
            throw noCertificate(file, blocks.get(0).label());
        }
        return certificates;
    }

    private static X509Certificate certificate(Path file, PemBlock block) throws TlsException {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(block.bytes()));
        } catch (CertificateException e) {
            throw new TlsException("the certificate in line " + block.line() + " of " + file
                    + " can't be read; copy the whole file again", e);
        }
    }

    private static TlsException noCertificate(Path file, String label) {
        if (label.endsWith("CERTIFICATE REQUEST")) {
            return new TlsException(file + " is a certificate request, not a certificate:"
                    + " send it to a certificate authority, and use the file that comes back");
        }
        if (label.equals("TRUSTED CERTIFICATE")) {
            return new TlsException(file + " is a certificate in OpenSSL's own format:"
                    + " convert it: openssl x509 -in " + file + " -out FILE");
        }
        if (label.equals("PKCS7") || label.equals("CMS")) {
            return new TlsException(file + " is PKCS#7: convert it:"
                    + " openssl pkcs7 -print_certs -in " + file + " -out FILE");
        }
        return new TlsException(file + " has no certificate, but a " + label
                + (label.endsWith("PRIVATE KEY") ? ": are the two files swapped?" : ""));
    }

    /**
     * The chain of one certificate, as far as the others can continue it. A root is left out if
     * something is below it: clients have it, or don't trust it.
     */
    static List<X509Certificate> from(X509Certificate leaf, List<X509Certificate> all) {
        List<X509Certificate> chain = new ArrayList<>(List.of(leaf));
        X509Certificate last = leaf;
        while (!isSelfIssued(last) && chain.size() < MAX_LENGTH) {
            X509Certificate issuer = issuer(last, all);
            if (issuer == null || isSelfIssued(issuer) || chain.contains(issuer)) {
                break;
            }
            chain.add(issuer);
            last = issuer;
        }
        return chain;
    }

    /**
     * Which of a file's certificates are neither in the chain nor its root. Most likely one between
     * is missing.
     */
    static List<X509Certificate> leftOver(List<X509Certificate> chain, List<X509Certificate> all) {
        List<X509Certificate> left = new ArrayList<>(all);
        left.removeAll(chain);
        left.remove(issuer(chain.get(chain.size() - 1), all));
        return left;
    }

    static boolean isSelfIssued(X509Certificate certificate) {
        return certificate.getSubjectX500Principal()
                .equals(certificate.getIssuerX500Principal());
    }

    private static X509Certificate issuer(X509Certificate issued, List<X509Certificate> all) {
        for (X509Certificate candidate : all) {
            if (candidate.getSubjectX500Principal().equals(issued.getIssuerX500Principal())
                    && hasSigned(candidate, issued)) {
                return candidate;
            }
        }
        return null;
    }

    /** Names don't suffice: an authority that renews its key keeps its name. */
    private static boolean hasSigned(X509Certificate issuer, X509Certificate issued) {
        try {
            issued.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false; // another key of the same name, or an algorithm that Java doesn't know
        }
    }
}
