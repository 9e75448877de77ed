package io.millrace.testkit;

import io.millrace.http.Body;
import io.millrace.http.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * Reads the body of a response, piece by piece, and checks what the body does.
 *
 * <p>Threads: the client's.
 */
final class BodyReader {

    /** A longer body of known length is asked to move its bytes itself, as by a server. */
    private static final int SMALL_BYTES = 32 * 1024;

    private final Body body;
    private final long length;
    private final Wakeups wakeups;
    private final ByteBuffer piece;
    private boolean moves;
    private long position;
    /** What was read before it was asked for; null if there is nothing. */
    private byte[] ahead;
    /** Once true this is always true. */
    private boolean hasEnded;

    /** @param pieceBytes most bytes that are read at a time */
    BodyReader(Response response, int pieceBytes, Wakeups wakeups) {
        this.wakeups = wakeups;
        body = response.body();
        length = body.length();
        if (length < Body.UNKNOWN_LENGTH) {
            throw BodyFeed.broken(body, "length() returned " + length);
        }
        moves = length > SMALL_BYTES && response.trailers() == null;
        piece = ByteBuffer.allocateDirect(pieceBytes); // as a server's, which has no array
    }

    /** In bytes, or {@link Body#UNKNOWN_LENGTH}. */
    long length() {
        return length;
    }

    /** Bytes that were read. */
    long position() {
        return position;
    }

    /** Reads what is there, as a server does before it sends the head; called once. */
    void begin() throws IOException {
        if (!moves && position != length) {
            ahead = readNow();
        }
    }

    /** The next bytes, at least one; null at the end. */
    byte[] next() throws IOException, Wakeups.LateException {
        if (ahead != null) {
            byte[] bytes = ahead;
            ahead = null;
            return bytes;
        }
        if (hasEnded || position == length) {
            hasEnded = true;
            return null;
        }
        byte[] bytes = moves ? moved() : null;
        return bytes != null ? bytes : read();
    }

    private byte[] moved() throws IOException {
        Collected target = new Collected();
        long count = Math.min(piece.capacity(), length - position);
        long moved = body.transferTo(position, count, target);
        if (Math.max(moved, 0) != target.bytes.size() || moved > count || moved < -1) {
            throw BodyFeed.broken(body, "transferTo() wrote " + target.bytes.size()
                    + " bytes but returned " + moved + " for a count of " + count);
        }
        if (moved == 0) {
            throw BodyFeed.broken(body,
                    "transferTo() returned 0 although its target takes bytes");
        }
        if (moved < 0) {
            moves = false;
            return null;
        }
        position += moved;
        return target.bytes.toByteArray();
    }

    private byte[] read() throws IOException, Wakeups.LateException {
        while (true) {
            byte[] bytes = readNow();
            if (bytes != null || hasEnded) {
                return bytes;
            }
            awaitBytes();
        }
    }

    /** Bytes that are there; null if none are, or at the end. */
    private byte[] readNow() throws IOException {
        long most = length == Body.UNKNOWN_LENGTH ? piece.capacity() : length - position;
        piece.clear().limit((int) Math.min(piece.capacity(), most));
        int limit = piece.limit();
        int read = body.read(position, piece);
        if (piece.position() != Math.max(read, 0) || read < -1 || piece.limit() != limit) {
            throw BodyFeed.broken(body, "read() wrote " + piece.position()
                    + " bytes but returned " + read);
        }
        if (read < 0 && length != Body.UNKNOWN_LENGTH) {
            throw BodyFeed.broken(body, "it ended after " + position + " of " + length
                    + " bytes, its length()");
        }
        position += Math.max(read, 0);
        hasEnded = read < 0;
        return read > 0 ? bytes(piece.flip()) : null;
    }

    private void awaitBytes() throws Wakeups.LateException {
        Wakeups.Signal told = wakeups.signal();
        body.whenReadable(told);
        try {
            wakeups.await(told::isSet, body.getClass().getName()
                    + " read 0 bytes and ran no callback of whenReadable()");
        } catch (Wakeups.LateException e) {
            if (!body.onStall()) {
                throw e;
            }
        }
    }

    /** Fails if the client waits for something for longer than it may. */
    void checkLimit(long startNs, String whatFor) {
        wakeups.checkLimit(startNs, whatFor);
    }

    /** Ends the reading, at the body's end or not; called once. */
    void close() {
        try {
            body.close();
        } catch (IOException | RuntimeException | Error e) {
            throw new AssertionError(body.getClass().getName() + ".close() threw " + e, e);
        }
    }

    private static byte[] bytes(ByteBuffer source) {
        byte[] bytes = new byte[source.remaining()];
        source.get(bytes);
        return bytes;
    }

    /** Takes all that it is given. Threads: one at a time. */
    private static final class Collected implements WritableByteChannel {

        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public int write(ByteBuffer source) {
            byte[] all = BodyReader.bytes(source);
            bytes.writeBytes(all);
            return all.length;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
        }
    }
}
