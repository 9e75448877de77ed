package io.millrace.coding;

import io.millrace.http.Body;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * The gzip of a body, made as it is sent. It is flushed whenever the body has no more bytes for
 * now, so that none of them waits for the next ones.
 *
 * <p>Threads: the worker that sends the response.
 */
final class GzipBody implements Body {

    /** How much is compressed before other connections have their turn, in bytes. */
    static final int TURN_BYTES = 64 * 1024;
    private static final int PIECE_BYTES = 8 * 1024;
    /** Less room is filled by way of {@link #spill}: a flush must not be cut into many. */
    private static final int LEAST_ROOM_BYTES = 64;
    // RFC 1952 s2.3: deflate, no flags, no time, unknown system.
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

    private enum Phase {
        /** The body goes on. */
        DATA,
        /** The body has no bytes now, so what the compressor holds comes out. */
        FLUSH,
        /** The body has ended. */
        FINISH,
        /** All is in {@link #spill} or has been read. */
        ENDED
    }

    private final Body body;
    private final long length;
    private final Deflaters deflaters;
    private final CRC32 crc = new CRC32();
    /** Borrowed from the first read to {@link #close}; null otherwise. */
    private Deflater deflater;
    /** What the compressor takes next, from the first read on. */
    private ByteBuffer piece;
    /** Bytes that are ready and have yet to be read. */
    private final ByteBuffer spill = ByteBuffer.allocate(LEAST_ROOM_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN).limit(0);
    private Phase phase = Phase.DATA;
    private long bodyPosition;
    /** Bytes taken from the body since the last flush. */
    private long unflushedBytes;
    /** Bytes taken from the body since {@link #read} last returned 0. */
    private int turnBytes;
    /** Whether it returned 0 because the turn was over, and not for want of bytes. */
    private boolean isPausing;

    GzipBody(Body body, Deflaters deflaters) {
        this.body = body;
        this.length = body.length();
        this.deflaters = deflaters;
    }

    @Override
    public long length() {
        return UNKNOWN_LENGTH;
    }

    @Override
    public int read(long position, ByteBuffer target) throws IOException {
        if (deflater == null) {
            deflater = deflaters.take();
            piece = ByteBuffer.allocate(PIECE_BYTES);
            spill.clear().put(HEADER).flip();
        }
        int start = target.position();
        boolean goesOn = true;
        while (goesOn && target.hasRemaining()) {
            goesOn = spill.hasRemaining() ? drain(target) : fill(target);
        }
        int read = target.position() - start;
        if (read == 0 && phase != Phase.ENDED) {
            turnBytes = 0;
            return 0;
        }
        return read > 0 ? read : -1;
    }

    private boolean drain(ByteBuffer target) {
        while (spill.hasRemaining() && target.hasRemaining()) {
            target.put(spill.get());
        }
        return true;
    }

    /** Goes on; false if nothing more can be done now, or ever. */
    private boolean fill(ByteBuffer target) throws IOException {
        switch (phase) {
            case DATA:
                if (deflate(target, Deflater.NO_FLUSH)) {
                    return true;
                }
                return takePiece();
            case FLUSH:
                if (!deflate(target, Deflater.SYNC_FLUSH)) {
                    phase = Phase.DATA;
                    unflushedBytes = 0;
                }
                return true;
            case FINISH:
                deflate(target, Deflater.NO_FLUSH);
                if (deflater.finished()) {
                    // Behind what has spilled, which leaves room for it.
                    spill.compact().putInt((int) crc.getValue()).putInt((int) bodyPosition).flip();
                    phase = Phase.ENDED;
                }
                return true;
            default:
                return false;
        }
    }

    /** Whether the compressor may have more to give: the room was used up. */
    private boolean deflate(ByteBuffer target, int flush) {
        boolean spills = target.remaining() < LEAST_ROOM_BYTES;
        // The last bytes leave room for the trailer.
        ByteBuffer out = spills ? spill.clear().limit(LEAST_ROOM_BYTES - Long.BYTES) : target;
        deflater.deflate(out, flush);
        boolean isFull = !out.hasRemaining();
        if (spills) {
            spill.flip();
        }
        return isFull;
    }

    /** Reads on in the body; false if it has no bytes now or has had its turn. */
    private boolean takePiece() throws IOException {
        isPausing = turnBytes >= TURN_BYTES;
        if (isPausing) {
            return false;
        }
        int taken = readBody();
        if (taken > 0) {
            bodyPosition += taken;
            unflushedBytes += taken;
            turnBytes += taken;
            crc.update(piece.array(), 0, taken);
            deflater.setInput(piece.array(), 0, taken);
            return true;
        }
        if (taken < 0) {
            phase = Phase.FINISH;
            deflater.finish();
            return true;
        }
        if (unflushedBytes > 0) {
            phase = Phase.FLUSH;
            return true;
        }
        return false;
    }

    /** Fills {@link #piece}: the number of bytes, 0 for none now, -1 at the end. */
    private int readBody() throws IOException {
        long most = length == UNKNOWN_LENGTH ? PIECE_BYTES
                : Math.min(PIECE_BYTES, length - bodyPosition);
        if (most == 0) {
            return -1;
        }
        piece.clear().limit((int) most);
        int read = body.read(bodyPosition, piece);
        if (read < -1 || Math.max(read, 0) != piece.position()) {
            throw new IllegalStateException(body.getClass().getName() + ": read() wrote "
                    + piece.position() + " bytes but returned " + read);
        }
        if (read < 0 && length != UNKNOWN_LENGTH) {
            throw new EOFException("the body ended after " + bodyPosition + " of " + length
                    + " bytes");
        }
        return read;
    }

    @Override
    public void whenReadable(Runnable callback) {
        if (isPausing) {
            callback.run();
        } else {
            body.whenReadable(callback);
        }
    }

    @Override
    public boolean onStall() {
        return body.onStall();
    }

    @Override
    public void close() throws IOException {
        try {
            if (deflater != null) {
                deflaters.release(deflater);
                deflater = null;
            }
        } finally {
            body.close();
        }
    }
}
