package io.millrace.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Reads a file of PEM blocks, with any text around them, as tools and people leave it there.
 *
 * <p>Threads: any.
 */
final class PemFile {

    /** Room for some five hundred certificates. */
    static final int MAX_BYTES = 1 << 20;

    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";

    private final Path file;
    private final String[] lines;
    /** The line that is read next, from 0. */
    private int next;

    private PemFile(Path file, String text) {
        this.file = file;
        this.lines = text.split("\r\n|\n|\r", -1);
    }

    /**
     * Reads all blocks of a file.
     *
     * @return at least one
     * @throws TlsException if there is none, one is malformed, or the file can't be read
     */
    static List<PemBlock> read(Path file) throws TlsException {
        byte[] bytes = bytes(file);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        List<PemBlock> blocks = new PemFile(file, text).blocks();
        if (blocks.isEmpty()) {
            throw noPem(file, bytes, text);
        }
        return blocks;
    }

    /**
     * Reads a whole file.
     *
     * @throws TlsException if it can't be read, is empty, or has more than {@link #MAX_BYTES}
     */
    static byte[] bytes(Path file) throws TlsException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            throw new TlsException("there is no file " + file, e);
        } catch (AccessDeniedException e) {
            throw new TlsException(file + " can't be read by this user: chown or chmod it", e);
        } catch (IOException e) {
            throw new TlsException(Files.isDirectory(file)
                    ? file + " is a folder: name a file" : file + " can't be read: " + e, e);
        }
        if (bytes.length == 0) {
            throw new TlsException(file + " is empty");
        }
        if (bytes.length > MAX_BYTES) {
            throw new TlsException(file + " is larger than 1 MiB: it can't be a key or a chain");
        }
        return bytes;
    }

    private List<PemBlock> blocks() throws TlsException {
        List<PemBlock> blocks = new ArrayList<>();
        while (next < lines.length) {
            String line = lines[next++].strip();
            if (line.startsWith(BEGIN) && line.endsWith(DASHES)) {
                blocks.add(block(line.substring(BEGIN.length(), line.length() - DASHES.length())));
            }
        }
        return blocks;
    }

    private PemBlock block(String label) throws TlsException {
        int begin = next;
        boolean isEncrypted = false;
        StringBuilder base64 = new StringBuilder();
        while (next < lines.length) {
            String line = lines[next++].strip();
            if (line.equals(END + label + DASHES)) {
                return new PemBlock(label, begin, isEncrypted, decoded(base64, label, begin));
            }
            if (line.startsWith(DASHES)) {
                break; // another block begins before this one has ended
            }
            // RFC 1421 s4.4: fields such as Proc-Type and DEK-Info, which base64 can't contain.
            if (line.indexOf(':') >= 0) {
                isEncrypted |= line.startsWith("Proc-Type:") && line.endsWith("ENCRYPTED");
            } else {
                base64.append(line);
            }
        }
        throw new TlsException(file + " is incomplete: " + BEGIN + label + DASHES + " in line "
                + begin + " has no " + END + label + DASHES + "; copy the whole file again");
    }

    private byte[] decoded(StringBuilder base64, String label, int begin) throws TlsException {
        try {
            byte[] bytes = Base64.getDecoder().decode(base64.toString());
            if (bytes.length > 0) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            throw new TlsException(file + " is damaged: what follows " + BEGIN + label + DASHES
                    + " in line " + begin + " is not base64; copy the whole file again", e);
        }
        throw new TlsException(file + " is damaged: nothing follows " + BEGIN + label + DASHES
                + " in line " + begin + "; copy the whole file again");
    }

    private static TlsException noPem(Path file, byte[] bytes, String text) {
        if (text.contains(BEGIN)) {
            return new TlsException(file + " has " + BEGIN.strip() + " within a line: each such"
                    + " line must stand alone, with real line ends and not the letters \\n");
        }
        if (bytes[0] == Der.SEQUENCE) {
            return new TlsException(file + " is DER or PKCS#12, not PEM: convert it, a certificate"
                    + " with openssl x509 -inform der, a key with openssl pkey -inform der,"
                    + " a .p12 or .pfx with openssl pkcs12 -nodes");
        }
        if (text.startsWith("\u00fe\u00ed\u00fe\u00ed")) {
            return new TlsException(file + " is a Java key store (JKS), not PEM: convert it with"
                    + " keytool -importkeystore -deststoretype pkcs12, then openssl pkcs12 -nodes");
        }
        return new TlsException(file + " is not PEM: there is no line " + BEGIN + "...-----");
    }
}
