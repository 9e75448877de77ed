package io.millrace.tls;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;

/**
 * Finds the certificate that a private key fits, by a signature that its public key must verify:
 * the same for all algorithms.
 *
 * <p>Threads: any.
 */
final class KeyProof {

    private static final byte[] MESSAGE = "does the key fit the certificate".getBytes(
            StandardCharsets.US_ASCII);

    private final PrivateKey key;
    private final byte[] signature;

    /** @throws GeneralSecurityException if nothing can be signed with the key */
    KeyProof(PrivateKey key) throws GeneralSecurityException {
        this.key = key;
        Signature signing = signature(key.getAlgorithm());
        signing.initSign(key);
        signing.update(MESSAGE);
        signature = signing.sign();
    }

    boolean fits(X509Certificate certificate) {
        PublicKey its = certificate.getPublicKey();
        if (!its.getAlgorithm().equals(key.getAlgorithm())) {
            return false;
        }
        try {
            Signature verifying = signature(key.getAlgorithm());
            verifying.initVerify(its);
            verifying.update(MESSAGE);
            return verifying.verify(signature);
        } catch (GeneralSecurityException e) {
            return false; // a key of another length or curve, which can't have made it
        }
    }

    private static Signature signature(String algorithm) throws GeneralSecurityException {
        switch (algorithm) {
            case "EC" -> {
                return Signature.getInstance("SHA256withECDSA");
            }
            case "RSA" -> {
                return Signature.getInstance("SHA256withRSA");
            }
            case "RSASSA-PSS" -> {
                AlgorithmParameterSpec sha256 = new PSSParameterSpec(
                        "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1);
                Signature pss = Signature.getInstance(algorithm);
                pss.setParameter(sha256);
                return pss;
            }
            default -> {
                return Signature.getInstance(algorithm);
            }
        }
    }
}
