package io.millrace.layer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/**
 * What a worker lends to the TLS connection that it is visiting. Made for its first one.
 *
 * <p>Encrypted bytes stand on the heap: the JDK ciphers those of a direct buffer in small steps,
 * with two copies each, and needs twice the time. One direct buffer, empty between two
 * calls, stands between them and the socket.
 *
 * <p>Threads: the owning worker only.
 */
public final class TlsBuffers { // decision 500

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
    /** What a socket is read into and written from. */
    private final ByteBuffer wire;

    /**
     * @param pieceBytes the most that is read at once
     * @param outBytes the most that is written at once
     */
    public TlsBuffers(int pieceBytes, int outBytes) {
        in = ByteBuffer.allocate(encryptedBytes(pieceBytes));
        out = ByteBuffer.allocate(encryptedBytes(outBytes));
        plain = ByteBuffer.allocateDirect(RECORD_BYTES);
        wire = ByteBuffer.allocateDirect(out.capacity());
    }

    /** Reads once into the buffer, as much as fits; what the channel says of it. */
    int read(ReadableByteChannel channel, ByteBuffer target) throws IOException {
        wire.clear().limit(Math.min(wire.capacity(), target.remaining()));
        int read = channel.read(wire);
        target.put(wire.flip());
        return read;
    }

    /** Writes once from the buffer, which goes on by what the channel has taken. */
    void write(WritableByteChannel channel, ByteBuffer source) throws IOException {
        int count = Math.min(wire.capacity(), source.remaining());
        wire.clear().put(0, source, source.position(), count).limit(count);
        source.position(source.position() + channel.write(wire));
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
