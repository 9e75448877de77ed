package io.millrace.s3;

import io.millrace.tls.TestFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** An engine's TLS, with a certificate for localhost. */
final class EngineTls {

    private EngineTls() {
    }

    static SSLContext context() throws IOException, GeneralSecurityException {
        return context("ec.pem", "ec-pkcs8.key");
    }

    /** An engine's TLS with the certificate of a file, and the key of an elliptic curve. */
    static SSLContext context(String certificate, String keyFile)
            throws IOException, GeneralSecurityException {
        String pem = Files.readString(TestFiles.file(keyFile));
        PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(
                Base64.getMimeDecoder().decode(pem.replaceAll("-----.*-----", ""))));
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        try (InputStream in = Files.newInputStream(TestFiles.file(certificate))) {
            keys.setKeyEntry("engine", key, new char[0], new Certificate[] {
                CertificateFactory.getInstance("X.509").generateCertificate(in)});
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
        managers.init(keys, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    /** What trusts whom the certificate of a file has signed. */
    static SSLContext trusting(String certificate) throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(TestFiles.file(certificate))) {
            trusted.setCertificateEntry("signer",
                    CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
