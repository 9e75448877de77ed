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

/** An engine's TLS, with a certificate for localhost. */
final class EngineTls {

    private EngineTls() {
    }

    static SSLContext context() throws IOException, GeneralSecurityException {
        String pem = Files.readString(TestFiles.file("ec-pkcs8.key"));
        PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(
                Base64.getMimeDecoder().decode(pem.replaceAll("-----.*-----", ""))));
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        try (InputStream in = Files.newInputStream(TestFiles.file("ec.pem"))) {
            keys.setKeyEntry("engine", key, new char[0], new Certificate[] {
                CertificateFactory.getInstance("X.509").generateCertificate(in)});
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
        managers.init(keys, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }
}
