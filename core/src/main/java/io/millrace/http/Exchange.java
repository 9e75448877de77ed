package io.millrace.http;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;

/**
 * One request and its response, from the moment the head is known.
 *
 * <p>The server takes an exchange through this lifecycle, each step at most once and in this order:
 * <ol>
 *   <li>{@link #sink} is asked where the body goes. Null refuses the body. Only after this step
 *       does a client that sent {@code Expect: 100-continue} get its 100.
 *   <li>The body's bytes are written to the sink.
 *   <li>{@link #complete} answers, once every byte of the body is in the sink.
 * </ol>
 * or, when the body can't be had whole or the sink fails, {@link #abandon} instead of the last
 * step. Exactly one of {@code complete} and {@code abandon} is called; if {@code complete} throws,
 * the exchange is not abandoned as well: it cleans up after itself.
 *
 * <p>A {@link Response} is the shortest exchange: it wants no body and is its own answer. The
 * static methods make the usual ones that do want it, each in constant memory.
 *
 * <p>Threads: every method is called by the worker that owns the connection.
 *
 * @since 0.1
 */
public interface Exchange {

    /**
     * Where the body goes, or null if the exchange does not want it. Asked only when the request
     * has a body. The bytes of a {@link java.nio.channels.FileChannel} are written from position 0
     * on by the server's fast path; any other channel gets its bytes in sequence and must take them
     * as a channel in blocking mode does, unless it is a {@link PacedSink}. The exchange closes its
     * sink; the server never does.
     *
     * @return the channel, or null
     * @throws Exception if the sink can't be opened; answered like an exception of
     *     {@link Handler#handle}, and neither {@code complete} nor {@code abandon} follows
     */
    default WritableByteChannel sink() throws Exception {
        return null;
    }

    /**
     * Tells how much of the body is in the sink: after each visit that brought some, and the last
     * time with the whole, before {@link #complete}. What this throws ends the body: the exchange
     * is abandoned with it as the cause.
     *
     * @param receivedBytes bytes of the body since its beginning
     */
    default void onProgress(long receivedBytes) {
    }

    /**
     * The answer. If {@link #sink} returned a channel, every byte of the body is in it.
     *
     * @return the response, never null
     * @throws Exception answered like an exception of {@link Handler#handle}
     */
    Response complete() throws Exception;

    /**
     * The body will not be complete, or the sink failed: close and remove what was begun.
     *
     * @param why what went wrong, and so who is to blame
     * @param cause the details; of {@link Abandonment#SINK_FAILED} what the sink threw. Its class
     *     tells nothing that {@code why} doesn't
     * @return the response that the client should get if it can still hear it, or null to leave
     *     that to the server
     */
    default Response abandon(Abandonment why, Throwable cause) {
        return null;
    }

    /**
     * Where the exchange comes from if it is not known yet, see {@link #later}; null if it is this
     * one.
     */
    default CompletionStage<? extends Exchange> stage() {
        return null;
    }

    /**
     * An exchange that is not known yet: neither where the body goes nor whether it is wanted. The
     * connection waits, without a thread and without asking for the body, until the stage completes
     * on whatever thread; a stage that fails is treated like an exception of {@link
     * Handler#handle}.
     */
    static Exchange later(CompletionStage<? extends Exchange> stage) {
        return new LaterExchange(Objects.requireNonNull(stage));
    }

    /**
     * Drops the body, however long it is, and then answers.
     *
     * @param answer gets the body's length in bytes
     */
    static Exchange discard(Responder<Long> answer) {
        return new DiscardExchange(answer);
    }

    /**
     * Collects the body in memory.
     *
     * @param request the head
     * @param maxBytes bytes of the body; a longer one is answered with 413, before its first byte
     *     if its length is known
     * @param answer gets the body
     */
    static Exchange collect(RequestHead request, int maxBytes, Responder<byte[]> answer) {
        return CollectExchange.of(request, maxBytes, answer);
    }

    /**
     * Writes the body to a channel from position 0 on, by the server's fast path. The exchange owns
     * the channel: it is closed before the answer is made, and when the body can't be had whole.
     *
     * @param channel open for writing; what it had behind the body's length stays
     * @param answer gets the body's length in bytes
     */
    static Exchange into(FileChannel channel, Responder<Long> answer) {
        return new ChannelExchange(channel, answer);
    }

    /**
     * Writes the body to a file beside {@code file}, which takes its place in one step when the
     * last byte is in. If the body can't be had whole, what stood there stands, and nothing is
     * left.
     *
     * @param file in a folder that exists, on a file system that can replace a file in one step
     * @param answer gets {@code file}
     */
    static Exchange into(Path file, Responder<Path> answer) {
        return new PathExchange(file, answer);
    }

    /**
     * Hands the body piece by piece to a subscriber. The socket is read only while the subscriber
     * has asked for more, so the client has to wait for a slow one. Its methods are called by the
     * worker, and must not block; each piece is a buffer of the subscriber's own, of 32 KiB at
     * most. {@code onError} says that the body will not be complete, and 500 is answered if the
     * subscriber itself is to blame. A subscriber that cancels ends the body there; its answer is
     * sent as soon as it is known, and ends the connection unless little of the body is left.
     *
     * @param subscriber the last piece may look like any other: as long as it has not been
     *     completed it has to ask for one more
     * @param answer the response, completed by the subscriber at any time from any thread
     */
    static Exchange publish(Flow.Subscriber<? super ByteBuffer> subscriber,
            CompletionStage<Response> answer) {
        return new PublishingExchange(subscriber, answer);
    }

    /**
     * Lets a thread of its own read the body as a stream. The socket is read 64 KiB at most ahead
     * of that thread. Reading throws when the body will not be complete. An answer that is made
     * before the body's end is sent at once, and the rest is not wanted.
     *
     * @param executor runs {@code answer}, which may block; never the calling thread, which is the
     *     worker's: that is refused, with 500. When it rejects the task, 503 is answered
     * @param answer gets the body, which needs no closing
     */
    static Exchange stream(Executor executor, Responder<InputStream> answer) {
        return new StreamExchange(executor, answer);
    }
}
