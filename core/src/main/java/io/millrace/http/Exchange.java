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
import org.jspecify.annotations.Nullable;

/**
 * One request and its response, from the moment the request head has been read.
 *
 * <p>The server calls each step at most once, in this order:
 * <ol>
 *   <li>{@link #sink} returns where the body goes, or null to refuse the body. A client that sent
 *       {@code Expect: 100-continue} gets its 100 only after this step.
 *   <li>The server writes the bytes of the body to the sink.
 *   <li>{@link #complete} returns the response, once every byte of the body is in the sink.
 * </ol>
 * If the body can't be received completely or the sink fails, the server calls {@link #abandon}
 * instead of the last step. It calls exactly one of {@code complete} and {@code abandon}. An
 * exchange whose {@code complete} throws has to clean up itself: it is not abandoned as well.
 *
 * <p>A {@link Response} is the shortest exchange: it refuses the body and completes with itself.
 * The static methods make the usual exchanges that receive a body, each in constant memory.
 *
 * <p>Threads: the worker that owns the connection calls every method.
 *
 * @since 0.1
 */
public interface Exchange {

    /**
     * Where the body goes, or null to refuse it. Called only if the request has a body. The server
     * writes to a {@link java.nio.channels.FileChannel} from {@link #sinkPosition}, on its fast
     * path. It writes to any other channel in sequence; that channel must accept all bytes, like a
     * channel in blocking mode, unless it is a {@link PacedSink}. The exchange closes its sink; the
     * server never does.
     *
     * @return the channel, or null
     * @throws Exception if the sink can't be opened; handled like an exception from {@link
     *     Handler#handle}. Neither {@code complete} nor {@code abandon} follows
     */
    default @Nullable WritableByteChannel sink() throws Exception {
        return null;
    }

    /**
     * Where in the sink the first byte of the body goes, such as behind what an earlier request has
     * brought. Asked once, right after {@link #sink}, if that is a {@link
     * java.nio.channels.FileChannel}; every other channel is written to in sequence.
     *
     * @return the position in the file, in bytes; beyond its end the system fills the gap with
     *     zeros. A negative one, or an exception, abandons the exchange: {@link
     *     Abandonment#SINK_FAILED}
     * @since 0.1
     */
    default long sinkPosition() {
        return 0;
    }

    /**
     * The response, if it may be sent before the body is whole; null, the default, if it is sent
     * after {@link #complete}. Asked once, right after {@link #sink}, if that returned a channel.
     * When the stage completes, the server begins the response and goes on with the body: both move
     * at the same time, each as fast as its sink and its body allow. HTTP/1.1 lets a server do so
     * (RFC 9112 section 9.3); a client that reads nothing before it has sent everything stops such
     * an exchange, which then ends after {@code ServerOptions.progressTimeout}.
     *
     * <p>{@code complete} is still called when the body is whole, and then must not block; what it
     * returns is ignored. A sink that is no longer {@linkplain PacedSink#isOpen open} ends the
     * body, not the response. If the response has been sent before the body is whole, the body ends
     * with {@link Abandonment#STOPPED}. If the body can't be received, or the response's body
     * or {@code complete} fails, after the response has begun, the connection is cut.
     *
     * @return a stage that completes in any case, even after {@link #abandon}; or null. One that
     *     fails is handled like an exception from {@link Handler#handle}, and its exchange is
     *     abandoned; an exception from this method does the same
     * @since 0.1
     */
    default @Nullable CompletionStage<Response> earlyResponse() {
        return null;
    }

    /**
     * Reports how much of the body is in the sink: after each visit that brought bytes, and for the
     * last time, before {@link #complete}, when all are there. An exception ends the body, and the
     * exchange is abandoned with the exception as the cause.
     *
     * @param receivedBytes bytes of the body received so far
     */
    default void onProgress(long receivedBytes) {
    }

    /**
     * Returns the response. If {@link #sink} returned a channel, every byte of the body is in it.
     *
     * @return the response, never null
     * @throws Exception handled like an exception from {@link Handler#handle}
     */
    Response complete() throws Exception;

    /**
     * Cleans up because the body is incomplete or the sink failed: closes and removes what was
     * begun.
     *
     * @param why what went wrong, and so who is to blame
     * @param cause the details; for {@link Abandonment#SINK_FAILED} what the sink threw. Decide by
     *     {@code why}, never by its class
     * @return the response to send if the client can still read it; null to let the server choose:
     *     a 500 if the sink failed, or what it wanted, if an {@link HttpException} is the cause of
     *     the exception that it threw
     */
    default @Nullable Response abandon(Abandonment why, Throwable cause) {
        return null;
    }

    /** The stage of an exchange made by {@link #later}; null for every other exchange. */
    default @Nullable CompletionStage<? extends Exchange> stage() {
        return null;
    }

    /**
     * An exchange that is decided later. The connection waits, without a thread and without reading
     * the body, until the stage completes on any thread. A failed stage is handled like an
     * exception from {@link Handler#handle}.
     */
    static Exchange later(CompletionStage<? extends Exchange> stage) {
        return new LaterExchange(Objects.requireNonNull(stage));
    }

    /**
     * Discards a body of any length, then responds.
     *
     * @param responder gets the length of the body in bytes
     */
    static Exchange discard(Responder<Long> responder) {
        return new DiscardExchange(responder);
    }

    /**
     * Collects the body in memory.
     *
     * @param request the request head
     * @param maxBytes largest body, in bytes. A larger one gets 413, before its first byte is read
     *     if its length is known
     * @param responder gets the body
     */
    static Exchange collect(RequestHead request, int maxBytes, Responder<byte[]> responder) {
        return CollectExchange.of(request, maxBytes, responder);
    }

    /**
     * Writes the body to a channel from position 0, on the server's fast path. The exchange owns
     * the channel and closes it, before the responder runs or when the body is incomplete.
     *
     * @param channel open for writing; it is not truncated: bytes beyond the length of the body
     *     stay
     * @param responder gets the length of the body in bytes
     */
    static Exchange into(FileChannel channel, Responder<Long> responder) {
        return new ChannelExchange(channel, responder);
    }

    /**
     * Writes the body to a temporary file beside {@code file}, and renames that over {@code file}
     * when the last byte is in. If the body is incomplete, {@code file} stays as it was and the
     * temporary file is removed.
     *
     * @param file in an existing folder, on a file system with atomic rename
     * @param responder gets {@code file}
     */
    static Exchange into(Path file, Responder<Path> responder) {
        return new PathExchange(file, responder);
    }

    /**
     * Publishes the body to a subscriber, piece by piece. The socket is read only while the
     * subscriber has requested more, so a slow subscriber slows the client down. Each piece is a
     * new buffer of at most 64 KiB. The worker calls the subscriber's methods; they must not block.
     * {@code onError} means that the body is incomplete; the response is 500 if the subscriber is
     * to blame. A subscriber that cancels ends the body: its response is sent as soon as it is
     * known, and closes the connection unless little of the body is left.
     *
     * @param subscriber must keep requesting until {@code onComplete}: the last piece is not marked
     * @param response the response, completed by the subscriber at any time on any thread
     */
    static Exchange publish(Flow.Subscriber<? super ByteBuffer> subscriber,
            CompletionStage<Response> response) {
        return new PublishingExchange(subscriber, response);
    }

    /**
     * Lets a thread of an executor read the body as a stream. The socket is read at most 64 KiB
     * ahead of that thread. Reading throws if the body is incomplete. A response returned before
     * the end of the body is sent at once, and the rest of the body is not read.
     *
     * @param executor runs {@code responder}, which may block. It must not run tasks on the calling
     *     thread, which is a worker: the response is then 500. If it rejects the task, the response
     *     is 503
     * @param responder gets the body; it need not close the stream
     */
    static Exchange stream(Executor executor, Responder<InputStream> responder) {
        return new StreamExchange(executor, responder);
    }

    /**
     * As {@link #transform(Executor, Response, Transformation)}, on a thread of {@link
     * Blocking#executor}.
     *
     * @since 0.1
     */
    static Exchange transform(Response response, Transformation transformation) {
        return transform(Blocking.executor(), response, transformation);
    }

    /**
     * Lets a thread of an executor make the response's body of the request's body while both are on
     * their way: to compress, encrypt or transcode bodies of any length in constant memory. It
     * reads the request's body and writes the response's; the socket is read at most 64 KiB ahead
     * of it and written at most 64 KiB behind it. The client has to read while it sends, as curl
     * and Node do; one that sends everything first, such as {@code java.net.http}, and gets more
     * than fits into the buffers between, is cut after {@code ServerOptions.progressTimeout}.
     *
     * @param executor runs {@code transformation}, which may block. It must not run tasks on the
     *     calling thread, which is a worker: the response is then 500. If it rejects the task, the
     *     response is 503
     * @param response the status and header fields, and trailers if there are any; its body is
     *     replaced
     * @param transformation run once, for a request without a body as well
     * @throws IllegalStateException if {@code response} was made by {@link Response#later}
     * @since 0.1
     */
    static Exchange transform(Executor executor, Response response,
            Transformation transformation) {
        return new TransformExchange(executor, response, transformation);
    }
}
