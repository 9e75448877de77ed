package io.millrace.event;

import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.log.SafeLog;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The events that one client gets, in the order in which they are sent.
 *
 * <pre>{@code
 * Handler progress = request -> EventStream.open(request, stream -> job.listen(stream::send));
 * }</pre>
 *
 * <p>Sending never blocks: an event that the socket doesn't take yet waits in memory. If the client
 * is so slow that more than 256 KiB wait, the stream ends ({@link Overflow#CLOSE}). A client
 * that hears nothing for 15 s gets a comment, so that proxies between don't take the connection for
 * a dead one. Both can be set with {@link EventBroadcast#builder}, whose streams are like these.
 *
 * <p>A stream is open until {@link #close} is called, its client leaves, too much waits for it, or
 * the server ends the connection. A client that closes its sending side has left: for browsers and
 * {@code curl} this is how they leave. The stream holds no thread, and while it is quiet no buffer.
 *
 * <p>Threads: any.
 *
 * @since 0.1
 */
public final class EventStream {

    /** A comment, which clients skip. */
    private static final byte[] HEARTBEAT = {':', '\n', '\n'};

    private final StreamOptions options;
    private final String lastEventId;

    // Below: guarded by this.
    /** What is sent before the queue and doesn't count for its bound; null if there is nothing. */
    private ArrayDeque<byte[]> replay;
    /** Null while nothing waits. */
    private ArrayDeque<byte[]> queue;
    /** Bytes in the queue. */
    private long queuedBytes;
    /** What has been taken from the queue and was not read whole; null if there is nothing. */
    private byte[] current;
    private int currentPosition;
    /** Once true this is always true: nothing is sent after what waits. */
    private boolean closed;
    /** What is run when it closes; null if there is nothing. */
    private List<Runnable> whenClosed;
    /** The worker's, to be run once when there is something to read; null if it doesn't wait. */
    private Runnable callback;

    EventStream(RequestHead request, StreamOptions options) {
        this.options = options;
        lastEventId = LastEventId.of(request);
    }

    /**
     * A response that stays open and brings events.
     *
     * @param request what is answered
     * @param opened gets the stream when the server begins to send it, on the worker's thread, and
     *     so must not block. It is never called for a response to HEAD. An exception from it
     *     becomes a 500
     */
    public static Response open(RequestHead request, Consumer<? super EventStream> opened) {
        return EventBody.response(request, new EventStream(request, StreamOptions.DEFAULTS),
                Objects.requireNonNull(opened));
    }

    /** Sends an event without a name that has this data. As {@link #send(Event)}. */
    public boolean send(String data) {
        return send(Event.of(data));
    }

    /**
     * Sends an event.
     *
     * @return whether the stream takes it; false if it is closed. That it arrives can't be known
     */
    public boolean send(Event event) {
        offer(event.encode());
        tell();
        return isOpen();
    }

    /** Ends the stream when the client has what was sent before. A browser then reconnects. */
    public void close() {
        end(false);
        tell();
    }

    /** Whether the stream still takes events. */
    public synchronized boolean isOpen() {
        return !closed;
    }

    /**
     * Lets an action run when the stream closes, for whatever reason; at once if it is closed. It
     * runs once, on the thread that closes the stream or on one that sends at that moment, which
     * may be a worker: it must not block. What it throws is logged.
     *
     * @return this stream
     */
    public EventStream whenClosed(Runnable action) {
        Objects.requireNonNull(action);
        synchronized (this) {
            if (!closed) {
                whenClosed = whenClosed == null ? new ArrayList<>(1) : whenClosed;
                whenClosed.add(action);
                return this;
            }
        }
        runAction(action);
        return this;
    }

    /**
     * The id of the last event that the client has received before it reconnected; null if it tells
     * none, as a new client does.
     */
    public @Nullable String lastEventId() {
        return lastEventId;
    }

    /** How long the stream is silent before it sends a comment. */
    Duration heartbeat() {
        return options.heartbeat();
    }

    // What the broadcast and the body call.

    /**
     * Queues an event, or ends the stream if it would be too much. {@link #tell} has to follow,
     * outside of all locks.
     */
    synchronized void offer(byte[] event) {
        if (closed) {
            return;
        }
        // One that is longer than the bound could never be sent else.
        while (queue != null && queuedBytes + event.length > options.maxQueuedBytes()) {
            if (options.overflow() == Overflow.CLOSE) {
                end(true);
                return;
            }
            dequeue();
        }
        try {
            queue = queue == null ? new ArrayDeque<>(2) : queue;
            queue.add(event);
            queuedBytes += event.length;
        } catch (OutOfMemoryError e) { // no event is lost without a sign, and the others go on
            end(true);
        }
    }

    /** Has these sent before anything that is queued. Called by the worker before it reads. */
    synchronized void replay(ArrayDeque<byte[]> events) {
        replay = closed || events.isEmpty() ? null : events;
    }

    /** Ends the stream: its client has left. */
    void leave() {
        end(true);
        tell();
    }

    /** @param discards whether what waits isn't sent either */
    private synchronized void end(boolean discards) {
        if (discards) {
            replay = null;
            queue = null;
            current = null;
        }
        closed = true;
    }

    /** Tells who waits for what has been offered, or for the end. Throws nothing. */
    void tell() {
        Runnable told = null;
        List<Runnable> actions = null;
        synchronized (this) {
            if (closed) {
                actions = whenClosed;
                whenClosed = null;
            }
            if (closed || isReadable()) {
                told = callback;
                callback = null;
            }
        }
        if (told != null) {
            runSafely(told, "a server can't be told of events");
        }
        if (actions != null) {
            actions.forEach(EventStream::runAction);
        }
    }

    /** As {@link io.millrace.http.Body#read}. */
    synchronized int read(ByteBuffer target) {
        int start = target.position();
        while (target.hasRemaining() && isReadable()) {
            if (current == null) {
                current = replay != null ? nextReplayed() : dequeue();
                currentPosition = 0;
            }
            int count = Math.min(target.remaining(), current.length - currentPosition);
            target.put(current, currentPosition, count);
            currentPosition += count;
            if (currentPosition == current.length) {
                current = null;
            }
        }
        int total = target.position() - start;
        return total == 0 && closed && !isReadable() ? -1 : total;
    }

    /** As {@link io.millrace.http.Body#whenReadable}. */
    void whenReadable(Runnable callback) {
        synchronized (this) {
            boolean waits = !closed && !isReadable();
            this.callback = waits ? callback : null;
            if (waits) {
                return;
            }
        }
        callback.run();
    }

    /** Has a comment sent if there is nothing else. */
    synchronized void beat() {
        if (!closed && !isReadable()) {
            current = HEARTBEAT;
            currentPosition = 0;
        }
    }

    private boolean isReadable() {
        return current != null || replay != null || queue != null;
    }

    private byte[] dequeue() {
        byte[] first = queue.poll();
        queuedBytes -= first.length;
        if (queue.isEmpty()) {
            queue = null; // so that a quiet stream holds none
        }
        return first;
    }

    private byte[] nextReplayed() {
        byte[] first = replay.poll();
        if (replay.isEmpty()) {
            replay = null;
        }
        return first;
    }

    private static void runAction(Runnable action) {
        runSafely(action, "an action registered with EventStream.whenClosed failed");
    }

    private static void runSafely(Runnable action, String failed) {
        try {
            action.run();
        } catch (RuntimeException | Error e) {
            SafeLog.log(EventStream.class, Level.WARNING, failed, e);
        }
    }
}
