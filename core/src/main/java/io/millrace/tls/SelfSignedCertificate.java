package io.millrace.tls;

import java.io.IOException;
import java.net.IDN;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A certificate that nobody has issued, with its private key (EC, P-256), for a first try and for
 * tests. Clients trust it only if they are given it, as with {@code curl --cacert}.
 *
 * <p>Threads: any, immutable.
 *
 * @since 0.1
 */
public final class SelfSignedCertificate {

    /** Apple's clients trust none that is valid for longer. */
    private static final Duration MAX_VALIDITY = Duration.ofDays(825);
    private static final int MAX_NAMES = 100;
    private static final String CURVE = "secp256r1";

    private final byte[] certificate;
    private final byte[] key;

    private SelfSignedCertificate(byte[] certificate, byte[] key) {
        this.certificate = certificate;
        this.key = key;
    }

    /**
     * Makes a key and a certificate for it, valid from now on.
     *
     * @param names host names, which may begin with {@code *.}, and IP addresses that the
     *     certificate is for; 1 to 100
     * @param validity 1 second to 825 days
     * @throws IllegalArgumentException if a name can't be one
     */
    public static SelfSignedCertificate of(List<String> names, Duration validity) {
        return of(names, validity, Instant.now());
    }

    static SelfSignedCertificate of(List<String> names, Duration validity, Instant from) {
        if (names.isEmpty() || names.size() > MAX_NAMES) {
            throw new IllegalArgumentException(
                    "there must be 1 to " + MAX_NAMES + " names: " + names.size());
        }
        if (validity.toSeconds() < 1 || validity.compareTo(MAX_VALIDITY) > 0) {
            throw new IllegalArgumentException("validity must be in [PT1S, " + MAX_VALIDITY
                    + "]: " + validity);
        }
        List<byte[]> alternatives = names.stream().map(SelfSignedCertificate::alternative).toList();
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(CURVE));
            KeyPair pair = generator.generateKeyPair();
            byte[] certificate = new CertificateText(names.get(0), alternatives,
                    from, from.plus(validity)).signed(pair);
            return new SelfSignedCertificate(certificate, pair.getPrivate().getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has EC keys on " + CURVE, e);
        }
    }

    /** RFC 5280 s4.2.1.6: a DNS name is [2], an IP address [7]. */
    private static byte[] alternative(String name) {
        if (name.indexOf(':') >= 0 || name.matches("[0-9.]+")) {
            return Der.value(0x87, address(name));
        }
        return Der.value(0x82, hostName(name).getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] address(String text) {
        try {
            // A literal, by its characters: nothing is looked up.
            if (text.matches("[0-9a-fA-F:.]+:[0-9a-fA-F:.]*|[0-9]+(\\.[0-9]+){3}")) {
                return InetAddress.getByName(text).getAddress();
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("not an IP address: " + text, e);
        }
        throw new IllegalArgumentException("not an IP address: " + text);
    }

    private static String hostName(String text) {
        boolean isWildcard = text.startsWith("*.");
        String rest = isWildcard ? text.substring(2) : text;
        String ascii;
        try {
            ascii = IDN.toASCII(rest).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not a host name: " + text, e);
        }
        String label = "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?";
        if (ascii.length() > 253 || !ascii.matches(label + "(\\." + label + ")*")) {
            throw new IllegalArgumentException("not a host name: " + text);
        }
        return isWildcard ? "*." + ascii : ascii;
    }

    /** The certificate in PEM. */
    public String certificatePem() {
        return pem("CERTIFICATE", certificate);
    }

    /** The private key in PEM, as PKCS#8 without encryption. */
    public String keyPem() {
        return pem("PRIVATE KEY", key);
    }

    private static String pem(String label, byte[] bytes) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes)
                + "\n-----END " + label + "-----\n";
    }

    /**
     * Writes both to new files; that of the key may be read by its owner only, where the file
     * system can say so.
     *
     * @throws IOException if one can't be written, or exists already; there is neither then
     */
    public void write(Path certificateFile, Path keyFile) throws IOException {
        if (Files.exists(certificateFile)) {
            throw new FileAlreadyExistsException(certificateFile.toString());
        }
        boolean isPosix = keyFile.getFileSystem().supportedFileAttributeViews().contains("posix");
        writeNew(keyFile, keyPem(), isPosix ? new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))}
                : new FileAttribute<?>[0]);
        boolean written = false;
        try {
            writeNew(certificateFile, certificatePem());
            written = true;
        } finally {
            if (!written) {
                Files.delete(keyFile);
            }
        }
    }

    /** If it can't be written, as the disk is full, it is not there: it would be in the way. */
    private static void writeNew(Path file, String text, FileAttribute<?>... attributes)
            throws IOException {
        Set<OpenOption> asNew = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        SeekableByteChannel out = Files.newByteChannel(file, asNew, attributes);
        boolean written = false;
        try {
            try (out) {
                ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
            }
            written = true; // only now: a close fails where a system writes late
        } finally {
            if (!written) {
                Files.delete(file);
            }
        }
    }

    /** Nothing of the key. */
    @Override
    public String toString() {
        return "SelfSignedCertificate";
    }
}
