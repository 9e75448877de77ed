package io.millrace.resume;

import io.millrace.content.Digests;
import io.millrace.http.Headers;
import io.millrace.http.HttpException;
import io.millrace.http.PacedSink;
import io.millrace.http.Status;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * The checksums that the body of one request has to have: {@code Upload-Checksum} of tus, {@code
 * Content-Digest} (RFC 9530) or {@code Content-MD5}. Threads: one at a time.
 */
final class PieceDigest {

    /** The algorithms of tus, by the names of Java. */
    static final List<String> TUS_ALGORITHMS = List.of("sha1", "sha256", "sha512", "md5");

    private static final String CHECKSUM = "Upload-Checksum";

    /** What one checksum has to be. */
    private record Expected(String field, MessageDigest digest, byte[] value) {
    }

    private final List<Expected> all;

    private PieceDigest(List<Expected> all) {
        this.all = all;
    }

    /**
     * What the fields of a request of tus say of its body.
     *
     * @return null if they say nothing
     * @throws HttpException 400 if a field is malformed or its algorithm unknown
     */
    static PieceDigest ofTus(Headers headers) throws HttpException {
        List<Expected> all = new ArrayList<>(1);
        String checksum = headers.first(CHECKSUM);
        if (checksum != null) {
            int space = checksum.indexOf(' ');
            String name = space < 0 ? checksum : checksum.substring(0, space);
            if (!TUS_ALGORITHMS.contains(name) || headers.all(CHECKSUM).size() > 1) {
                throw refused(CHECKSUM + ": use one of " + String.join(", ", TUS_ALGORITHMS)
                        + " and the checksum in base64");
            }
            MessageDigest digest = digest(name);
            all.add(new Expected(CHECKSUM, digest,
                    decode(checksum.substring(space + 1), digest.getDigestLength())));
        }
        add(all, headers);
        return all.isEmpty() ? null : new PieceDigest(all);
    }

    /** What {@code Content-Digest} and {@code Content-MD5} say; else as {@link #ofTus}. */
    static PieceDigest ofContent(Headers headers) throws HttpException {
        List<Expected> all = new ArrayList<>(1);
        add(all, headers);
        return all.isEmpty() ? null : new PieceDigest(all);
    }

    private static void add(List<Expected> all, Headers headers) throws HttpException {
        if (!headers.contains("Content-Digest") && !headers.contains("Content-MD5")) {
            return;
        }
        List<String> own = new ArrayList<>();
        for (String name : List.of("Content-Digest", "Content-MD5")) {
            for (String value : headers.all(name)) {
                own.add(name);
                own.add(value);
            }
        }
        // Without Repr-Digest, which is that of the whole.
        for (Digests.Expected one : Digests.expected(Headers.of(own.toArray(new String[0])))) {
            all.add(new Expected(one.field(), one.algorithm().start(), one.digest()));
        }
    }

    private static MessageDigest digest(String name) {
        try {
            return MessageDigest.getInstance(switch (name) {
                case "sha1" -> "SHA-1";
                case "sha256" -> "SHA-256";
                case "sha512" -> "SHA-512";
                default -> "MD5";
            });
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has these
        }
    }

    private static byte[] decode(String text, int length) throws HttpException {
        byte[] value;
        try {
            value = Base64.getDecoder().decode(text.strip());
        } catch (IllegalArgumentException e) {
            throw refused(CHECKSUM + ": the checksum must be in base64");
        }
        if (value.length != length) {
            throw refused(CHECKSUM + ": the checksum must have " + length + " bytes");
        }
        return value;
    }

    private static HttpException refused(String why) {
        return new HttpException(Status.BAD_REQUEST, why);
    }

    /** A channel that writes to another one in sequence, and sees all bytes. */
    WritableByteChannel over(WritableByteChannel channel) {
        return channel instanceof PacedSink paced ? new PacedHashing(paced) : new Hashing(channel);
    }

    /** The field whose checksum the bytes don't have; null if they have all. Once only. */
    String mismatch() {
        for (Expected one : all) {
            if (!MessageDigest.isEqual(one.digest.digest(), one.value)) {
                return one.field;
            }
        }
        return null;
    }

    private class Hashing implements WritableByteChannel {

        private final WritableByteChannel channel;

        Hashing(WritableByteChannel channel) {
            this.channel = channel;
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            ByteBuffer same = bytes.duplicate();
            int written = channel.write(bytes);
            same.limit(same.position() + written);
            for (Expected one : all) {
                one.digest.update(same.duplicate());
            }
            return written;
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
    private final class PacedHashing extends Hashing implements PacedSink {

        private final PacedSink sink;

        PacedHashing(PacedSink sink) {
            super(sink);
            this.sink = sink;
        }

        @Override
        public int room() {
            return sink.room();
        }

        @Override
        public void whenRoom(Runnable callback) {
            sink.whenRoom(callback);
        }

        @Override
        public void whenClosed(Runnable callback) {
            sink.whenClosed(callback);
        }
    }
}
