package io.millrace.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * A sink that has no room at times: the socket is not read then, so the client has to wait too.
 *
 * <p>Before each piece the server asks for {@link #room} and writes no more than that. If there is
 * none, it lets {@link #whenRoom} tell it when to go on, and leaves the connection alone until
 * then, for {@code ServerOptions.answerTimeout} at most.
 *
 * <p>A sink that wants no more of the body is no longer {@linkplain #isOpen open}. Its exchange is
 * then abandoned with what {@link #write} throws, and what {@link Exchange#abandon} returns is the
 * answer.
 *
 * <p>Threads: called by the worker that owns the connection; the callback may be run by any.
 *
 * @since 0.1
 */
public interface PacedSink extends WritableByteChannel {

    /** How many bytes the next {@link #write} may bring; 0 if none now. Never negative. */
    int room();

    /**
     * Asks for one call of {@code callback} when there is room, at once if there is some already.
     * Called only after {@link #room} was 0, and not again before that call has come.
     *
     * @param callback safe to be run on any thread, more than once, and after the exchange has
     *     ended
     */
    void whenRoom(Runnable callback);

    /**
     * Asks for one call of {@code callback} when the sink is no longer open, at once if it isn't
     * any more: otherwise the server notices when the next byte comes. Called once, before the
     * first byte. A sink that stays open as long as its exchange has nothing to tell.
     *
     * @param callback safe to be run on any thread, more than once, and after the exchange has
     *     ended
     */
    default void whenClosed(Runnable callback) {
    }

    /**
     * Takes all of {@code source}, which has at most {@link #room} bytes; never blocks.
     *
     * @throws IOException to end the body here: the exchange is then abandoned; always if the sink
     *     is no longer open
     */
    @Override
    int write(ByteBuffer source) throws IOException;
}
