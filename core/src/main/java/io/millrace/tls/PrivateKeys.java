package io.millrace.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.interfaces.RSAKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Makes a private key of a PEM file: PKCS#8, encrypted or not, PKCS#1 as {@code openssl genrsa} has
 * written for long, and SEC 1 as {@code openssl ecparam -genkey} does.
 *
 * <p>Threads: any.
 */
final class PrivateKeys {

    private static final String PKCS8 = "PRIVATE KEY";
    private static final String ENCRYPTED = "ENCRYPTED PRIVATE KEY";
    private static final String PKCS1 = "RSA PRIVATE KEY";
    private static final String SEC1 = "EC PRIVATE KEY";
    private static final String EC_PARAMETERS = "EC PARAMETERS";

    private static final String RSA_OID = "1.2.840.113549.1.1.1";
    private static final String EC_OID = "1.2.840.10045.2.1";
    private static final String PBES2 = "PBES2";
    /** Clients of today refuse shorter ones (CA/Browser Forum, section 6.1.5). */
    private static final int MIN_RSA_BITS = 2048;

    private PrivateKeys() {
    }

    /**
     * The one private key among the blocks of a file.
     *
     * @param password null if there is none
     * @throws TlsException if there is none, or more than one, or it can't be used
     */
    static PrivateKey read(Path file, List<PemBlock> blocks, char[] password)
            throws TlsException {
        PemBlock found = null;
        byte[] curve = null;
        for (PemBlock block : blocks) {
            if (block.label().equals(EC_PARAMETERS)) {
                curve = block.bytes();
            } else if (block.label().endsWith(PKCS8)) {
                if (found != null) {
                    throw new TlsException(file + " has more than one private key, in lines "
                            + found.line() + " and " + block.line() + ": leave one");
                }
                found = block;
            }
        }
        if (found == null) {
            throw noKey(file, blocks);
        }
        try {
            return key(pkcs8(file, found, curve, password));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new TlsException("the private key in line " + found.line() + " of " + file
                    + " can't be read; it must be an RSA key, an EC key of a named curve"
                    + " (P-256, P-384, P-521), Ed25519 or Ed448, and whole: openssl pkey -in "
                    + file + " -check", e);
        }
    }

    /**
     * Checks that clients accept a key of its length.
     *
     * @param which key, for people
     */
    static void checkLength(String which, PrivateKey key) throws TlsException {
        if (key instanceof RSAKey rsa && rsa.getModulus().bitLength() < MIN_RSA_BITS) {
            throw new TlsException(which + " is RSA with " + rsa.getModulus().bitLength()
                    + " bits, which clients refuse: make one of " + MIN_RSA_BITS
                    + " or more, or an EC key, and request a certificate for it");
        }
    }

    private static TlsException noKey(Path file, List<PemBlock> blocks) {
        String label = blocks.get(0).label();
        return new TlsException(file + " has no private key, but a " + label
                + (label.equals(Chain.CERTIFICATE)
                        ? ": name the file of the key, if the two are not swapped" : ""));
    }

    private static byte[] pkcs8(Path file, PemBlock block, byte[] curve, char[] password)
            throws TlsException {
        boolean isEncrypted = block.isEncrypted() || block.label().equals(ENCRYPTED);
        // OpenSSL's old format derives its key by MD5; the JDK can't, and nobody should.
        if (block.isEncrypted() || isEncrypted && password == null) {
            throw new TlsException("the private key " + file + " is encrypted"
                    + (password == null ? " and there is no password for it: give one"
                            + " (--tls-key-password-file, Tls.Builder.certificate), or"
                            : " in OpenSSL's old format:")
                    + " decrypt it: openssl pkcs8 -topk8 -nocrypt -in " + file + " -out FILE");
        }
        return switch (block.label()) {
            case PKCS8 -> block.bytes();
            case ENCRYPTED -> decrypted(file, block.bytes(), password);
            case PKCS1 -> wrapped(Der.oid(RSA_OID), Der.nothing(), block.bytes());
            case SEC1 -> wrapped(Der.oid(EC_OID), curve(block.bytes(), curve), block.bytes());
            default -> throw new TlsException("the private key " + file + " is a "
                    + block.label() + ": only RSA, EC, Ed25519 and Ed448 keys can be used");
        };
    }

    /** RFC 5208 s5: the version, which algorithm, and the key in the algorithm's own form. */
    private static byte[] wrapped(byte[] algorithm, byte[] parameters, byte[] key) {
        return Der.sequence(Der.integer(0), Der.sequence(algorithm, parameters), Der.octets(key));
    }

    /**
     * The curve's name, from the key or, where a file has it, from the block before.
     *
     * @throws IllegalArgumentException if there is none in either
     */
    private static byte[] curve(byte[] sec1, byte[] before) {
        // RFC 5915 s3: version 1, the number, [0] the curve, [1] the public key.
        DerReader key = new DerReader(sec1).enter(Der.SEQUENCE)
                .skip(Der.INTEGER).skip(Der.OCTET_STRING);
        if (key.nextIs(0xa0)) {
            return key.enter(0xa0).whole(Der.OBJECT_IDENTIFIER);
        }
        if (before == null) {
            throw new IllegalArgumentException("no curve");
        }
        return new DerReader(before).whole(Der.OBJECT_IDENTIFIER);
    }

    private static byte[] decrypted(Path file, byte[] bytes, char[] password)
            throws TlsException {
        EncryptedPrivateKeyInfo encrypted;
        SecretKeyFactory factory;
        Cipher cipher;
        try {
            encrypted = new EncryptedPrivateKeyInfo(bytes);
            // RFC 8018 s6.2: of PBES2 only the parameters say what it is made of.
            String algorithm = encrypted.getAlgName().equals(PBES2)
                    ? String.valueOf(encrypted.getAlgParameters()) : encrypted.getAlgName();
            factory = SecretKeyFactory.getInstance(algorithm);
            cipher = Cipher.getInstance(algorithm);
        } catch (IOException | GeneralSecurityException e) {
            throw new TlsException("the private key " + file + " is encrypted in a way that Java"
                    + " can't decrypt: openssl pkcs8 -topk8 -v2 aes256 -in " + file
                    + " -out FILE", e);
        }
        PBEKeySpec secret = new PBEKeySpec(password);
        try {
            cipher.init(Cipher.DECRYPT_MODE, factory.generateSecret(secret),
                    encrypted.getAlgParameters());
            return cipher.doFinal(encrypted.getEncryptedData());
        } catch (GeneralSecurityException e) {
            throw new TlsException("the password doesn't decrypt the private key " + file, e);
        } finally {
            secret.clearPassword();
        }
    }

    private static PrivateKey key(byte[] pkcs8) throws GeneralSecurityException {
        byte[] oid = new DerReader(pkcs8).enter(Der.SEQUENCE).skip(Der.INTEGER)
                .enter(Der.SEQUENCE).whole(Der.OBJECT_IDENTIFIER);
        return KeyFactory.getInstance(algorithm(oid)).generatePrivate(
                new PKCS8EncodedKeySpec(pkcs8));
    }

    private static String algorithm(byte[] oid) {
        for (String[] known : new String[][] {{RSA_OID, "RSA"},
                {"1.2.840.113549.1.1.10", "RSASSA-PSS"}, {EC_OID, "EC"},
                {"1.3.101.112", "EdDSA"}, {"1.3.101.113", "EdDSA"}}) {
            if (Arrays.equals(oid, Der.oid(known[0]))) {
                return known[1];
            }
        }
        throw new IllegalArgumentException("algorithm " + HexFormat.of().formatHex(oid));
    }
}
