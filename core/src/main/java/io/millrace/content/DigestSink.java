package io.millrace.content;

import io.millrace.http.PacedSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;
import java.util.EnumMap;
import java.util.Map;

/**
 * A sink that passes bytes on and computes their digests. Wrap the sink of an upload in it, and
 * compare with {@link Digests#expected}.
 *
 * <p>Threads: one at a time.
 *
 * @since 0.1
 */
public final class DigestSink implements PacedSink {

    private final WritableByteChannel target;
    /** The target, if it has no room at times; null otherwise. */
    private final PacedSink paced;
    private final Map<DigestAlgorithm, MessageDigest> running =
            new EnumMap<>(DigestAlgorithm.class);
    private final Map<DigestAlgorithm, byte[]> finished = new EnumMap<>(DigestAlgorithm.class);

    /**
     * A sink.
     *
     * @param target gets the bytes; closed together with this. Has this pace if it is a {@link
     *     PacedSink}, and room at any time if not
     */
    public DigestSink(WritableByteChannel target) {
        this.target = target;
        paced = target instanceof PacedSink one ? one : null;
    }

    /** Adds an algorithm. Call it before the first byte. */
    public void add(DigestAlgorithm algorithm) {
        running.computeIfAbsent(algorithm, DigestAlgorithm::start);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        ByteBuffer taken = source.duplicate();
        int count = target.write(source);
        taken.limit(source.position());
        for (MessageDigest digest : running.values()) {
            digest.update(taken.duplicate());
        }
        return count;
    }

    @Override
    public int room() {
        return paced == null ? Integer.MAX_VALUE : paced.room();
    }

    @Override
    public void whenRoom(Runnable callback) {
        if (paced == null) {
            callback.run();
        } else {
            paced.whenRoom(callback);
        }
    }

    @Override
    public void whenClosed(Runnable callback) {
        if (paced != null) {
            paced.whenClosed(callback);
        }
    }

    /**
     * The digest of all bytes. Call it after the last byte.
     *
     * @throws IllegalArgumentException if the algorithm was not added
     */
    public byte[] digest(DigestAlgorithm algorithm) {
        if (!running.containsKey(algorithm)) {
            throw new IllegalArgumentException("call add(" + algorithm + ") before the first byte");
        }
        return finished.computeIfAbsent(algorithm, key -> running.get(key).digest());
    }

    @Override
    public boolean isOpen() {
        return target.isOpen();
    }

    @Override
    public void close() throws IOException {
        target.close();
    }
}
