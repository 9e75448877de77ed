package io.millrace.layer;

import java.nio.ByteBuffer;

/**
 * What a worker lends to the TLS connection that it is visiting. Made for its first one.
 *
 * <p>Threads: the owning worker only.
 */
public final class TlsBuffers {

    /** The largest record, with its header, as the JDK wants room for one: twice the usual. */
    static final int RECORD_BYTES = 33_093 + 5;
    /** What a record adds to its plain bytes at most, over both protocols. */
    private static final int OVERHEAD_BYTES = 128;
    private static final int PLAIN_PER_RECORD = 16 << 10;

    /** Encrypted bytes that have come. */
    final ByteBuffer in;
    /** Encrypted bytes that are to go. */
    final ByteBuffer out;
    /** Decrypted bytes that did not fit to where they were wanted. */
    final ByteBuffer plain;

    /**
     * @param pieceBytes the most that is read at once
     * @param outBytes the most that is written at once
     */
    public TlsBuffers(int pieceBytes, int outBytes) {
        in = ByteBuffer.allocateDirect(encryptedBytes(pieceBytes));
        out = ByteBuffer.allocateDirect(encryptedBytes(outBytes));
        plain = ByteBuffer.allocateDirect(RECORD_BYTES);
    }

    /** Bytes that so many plain ones take at most when encrypted, and room for one record more. */
    static int encryptedBytes(int plainBytes) {
        return plainBytes + (plainBytes / PLAIN_PER_RECORD + 1) * OVERHEAD_BYTES + RECORD_BYTES;
    }

    /** Makes the buffer ready to be read, with what was kept; null for nothing. */
    static void load(ByteBuffer kept, ByteBuffer buffer) {
        buffer.clear();
        if (kept != null) {
            buffer.put(kept);
        }
        buffer.flip();
    }

    /** A copy of what is left; null if that is nothing. */
    static ByteBuffer keep(ByteBuffer buffer) {
        return buffer.hasRemaining()
                ? ByteBuffer.allocate(buffer.remaining()).put(buffer).flip() : null;
    }

    /** Bytes of memory that something kept takes. */
    static int bytes(ByteBuffer kept) {
        return kept == null ? 0 : kept.capacity();
    }
}
