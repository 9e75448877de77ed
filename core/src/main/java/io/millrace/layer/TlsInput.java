package io.millrace.layer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/**
 * What has come on a TLS connection and was not taken yet: encrypted records, and what of a
 * decrypted one did not fit to where it was wanted. In the worker's buffers during a visit, on the
 * heap between two if anything is left then.
 *
 * <p>Threads: the owning worker only.
 */
final class TlsInput {

    /** RFC 8446 section 5.1: a record's type, version and length. */
    private static final int RECORD_HEAD_BYTES = 5;

    private final ReadableByteChannel socket;
    private final TlsBuffers buffers;
    private ByteBuffer keptRecords;
    private ByteBuffer keptPlain;
    /** The peer sends no more: it has said so, or the socket has ended. */
    private boolean isEnded;

    TlsInput(ReadableByteChannel socket, TlsBuffers buffers) {
        this.socket = socket;
        this.buffers = buffers;
    }

    void beginVisit() {
        TlsBuffers.load(keptRecords, buffers.in);
        TlsBuffers.load(keptPlain, buffers.plain);
        keptRecords = null;
        keptPlain = null;
    }

    void endVisit() {
        keptRecords = TlsBuffers.keep(buffers.in);
        keptPlain = TlsBuffers.keep(buffers.plain);
    }

    int keptBytes() {
        return TlsBuffers.bytes(keptRecords) + TlsBuffers.bytes(keptPlain);
    }

    /** The encrypted bytes, during a visit. */
    ByteBuffer records() {
        return buffers.in;
    }

    /** Where to decrypt what has no room where it is wanted; empty. To be flipped then. */
    ByteBuffer spare() {
        return buffers.plain.clear();
    }

    boolean hasPlain() {
        return buffers.plain.hasRemaining();
    }

    /** Moves decrypted bytes on. */
    void takePlain(ByteBuffer target) {
        ByteBuffer plain = buffers.plain;
        int count = Math.min(plain.remaining(), target.remaining());
        if (count > 0) {
            target.put(target.position(), plain, plain.position(), count);
            target.position(target.position() + count);
            plain.position(plain.position() + count);
        }
    }

    /** Whether a whole record is here, or the head of one that is too long. */
    boolean hasRecord() {
        ByteBuffer in = buffers.in;
        if (in.remaining() < RECORD_HEAD_BYTES) {
            return false;
        }
        int bytes = RECORD_HEAD_BYTES + (in.getShort(in.position() + 3) & 0xffff);
        return in.remaining() >= bytes || bytes > TlsBuffers.RECORD_BYTES;
    }

    /**
     * Reads from the socket what is wanted and not much more, as what is left has to be kept; false
     * if nothing has come.
     *
     * @param plainBytes wanted
     */
    boolean fill(int plainBytes) throws IOException {
        ByteBuffer in = buffers.in;
        in.compact();
        int read;
        try {
            in.limit(Math.min(in.capacity(), TlsBuffers.encryptedBytes(plainBytes)));
            read = buffers.read(socket, in);
        } finally {
            in.flip();
        }
        // Cut off or ended by the peer: a message tells by itself whether it is whole.
        isEnded |= read < 0;
        return read > 0;
    }

    boolean isEnded() {
        return isEnded;
    }

    void end() {
        isEnded = true;
    }

    /** Drops all that is here. */
    void drop() {
        buffers.in.limit(buffers.in.position());
        buffers.plain.limit(buffers.plain.position());
    }
}
