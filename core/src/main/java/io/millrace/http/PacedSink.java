package io.millrace.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * A sink that can run out of room. The server then stops reading the socket, so that the client has
 * to wait too.
 *
 * <p>Before each piece the server calls {@link #room} and writes no more than that. If there is no
 * room, it calls {@link #whenRoom} and leaves the connection alone until the callback, for at most
 * {@code ServerOptions.answerTimeout}.
 *
 * <p>To end the body early, a sink stops being {@linkplain #isOpen open}. Its exchange is then
 * abandoned with what {@link #write} throws, and {@link Exchange#abandon} returns the response.
 *
 * <p>Threads: the worker that owns the connection; any thread may run a callback.
 *
 * @since 0.1
 */
public interface PacedSink extends WritableByteChannel {

    /** Bytes that the next {@link #write} may bring; 0 if none now. Never negative. */
    int room();

    /**
     * Asks the sink to call {@code callback} once when it has room; immediately if it has some
     * already. The server calls this only after {@link #room} returned 0, and not again before the
     * callback.
     *
     * @param callback may be run by any thread, more than once, and after the exchange has ended
     */
    void whenRoom(Runnable callback);

    /**
     * Asks the sink to call {@code callback} once when it is no longer open; immediately if it is
     * closed already. Without that call the server notices at the next byte. The server calls this
     * once, before the first byte. A sink that stays open as long as its exchange need not
     * implement it.
     *
     * @param callback may be run by any thread, more than once, and after the exchange has ended
     */
    default void whenClosed(Runnable callback) {
    }

    /**
     * Accepts all of {@code source}, which has at most {@link #room} bytes. Never blocks.
     *
     * @throws IOException to end the body here; the exchange is then abandoned. Always thrown if
     *     the sink is no longer open
     */
    @Override
    int write(ByteBuffer source) throws IOException;
}
