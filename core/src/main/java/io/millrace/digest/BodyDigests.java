package io.millrace.digest;

import io.millrace.content.DigestAlgorithm;
import io.millrace.content.DigestSink;
import io.millrace.content.Digests;
import io.millrace.http.Headers;
import io.millrace.http.HttpException;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.tree.NullSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The digests of one PUT: those that its body must have, and the one that its client wants to know.
 *
 * <p>Threads: one at a time.
 */
public final class BodyDigests {

    /** Bytes hashed at a time. */
    private static final int PIECE_BYTES = 128 * 1024;

    private final List<Digests.Expected> expected;
    private final DigestAlgorithm wanted;
    private final boolean isWhole;
    private final boolean keepsDigests;
    /** What computes digests of the bytes on their way; null if none is needed. */
    private DigestSink sink;

    /**
     * The digests of a PUT.
     *
     * @param isWhole whether the body is the whole object, so that its digest is the object's
     * @param keepsDigests whether that is computed in any case, to be kept
     */
    public BodyDigests(Headers headers, boolean isWhole, boolean keepsDigests)
            throws HttpException {
        this.isWhole = isWhole;
        this.keepsDigests = isWhole && keepsDigests;
        expected = Digests.expected(headers);
        wanted = isWhole ? Digests.wanted(headers, "Want-Repr-Digest") : null;
    }

    /** Those of the body that the request announces and that can prove integrity; unproven yet. */
    public Map<DigestAlgorithm, byte[]> announced() {
        Map<DigestAlgorithm, byte[]> announced = new EnumMap<>(DigestAlgorithm.class);
        for (Digests.Expected one : expected) {
            if (isWhole && one.algorithm() != DigestAlgorithm.MD5) {
                announced.put(one.algorithm(), one.digest());
            }
        }
        return announced;
    }

    /** Whether any has to be computed. */
    public boolean areNeeded() {
        return !expected.isEmpty() || wanted != null || keepsDigests;
    }

    /**
     * Computes them of a file that has the whole body, in place of {@link #over}. Reads all of it.
     *
     * @param file at its beginning
     */
    public void compute(ReadableByteChannel file) throws IOException {
        WritableByteChannel to = over(new NullSink());
        ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
        while (file.read(piece) >= 0) {
            to.write(piece.flip());
            piece.clear();
        }
    }

    /** Where the body's bytes go so that they are hashed on their way to a channel. */
    public WritableByteChannel over(WritableByteChannel channel) {
        if (!areNeeded()) {
            return channel;
        }
        sink = new DigestSink(channel);
        for (Digests.Expected one : expected) {
            sink.add(one.algorithm());
        }
        if (wanted != null) {
            sink.add(wanted);
        }
        if (keepsDigests) {
            sink.add(DigestAlgorithm.SHA_256);
        }
        return sink;
    }

    /** Compares digests; 400 if one is wrong. */
    public Response refuse() {
        for (Digests.Expected one : expected) {
            if (!Arrays.equals(sink.digest(one.algorithm()), one.digest())) {
                return Response.text("the body does not match its " + one.field() + " ("
                        + one.algorithm().key() + ")\n").with(Status.BAD_REQUEST);
            }
        }
        return null;
    }

    /** All that can be kept with the object, once the body is whole. */
    public Map<DigestAlgorithm, byte[]> toKeep() {
        if (sink == null) {
            return Map.of();
        }
        Map<DigestAlgorithm, byte[]> known = announced();
        if (wanted != null) {
            known.put(wanted, digest());
        }
        if (keepsDigests) {
            known.put(DigestAlgorithm.SHA_256, sink.digest(DigestAlgorithm.SHA_256));
        }
        return known;
    }

    /** The algorithm of the digest that the client wants to know; null if none. */
    public DigestAlgorithm wanted() {
        return wanted;
    }

    /** That digest. */
    public byte[] digest() {
        return sink.digest(wanted);
    }
}
