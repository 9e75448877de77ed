package io.millrace.event;

import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Sends each event to all clients that have opened a stream.
 *
 * <pre>{@code
 * EventBroadcast news = EventBroadcast.create();
 * Handler subscribe = news::open;
 * news.send("it rains");
 * }</pre>
 *
 * <p>All clients get the events in the same order. An event is encoded once, and its bytes are
 * shared. With a {@linkplain Builder#history history} a client that reconnects gets what it has
 * missed, each event once. A broadcast has no thread: there is nothing to close if it isn't used
 * any more.
 *
 * <p>Threads: any.
 *
 * @since 0.1
 */
public final class EventBroadcast implements AutoCloseable {

    /** Enough that no two broadcasts of one place number their events alike. */
    private static final int EPOCH_BITS = 40;

    private final StreamOptions options;
    private final boolean numbers;
    /** What the ids of this broadcast begin with: those of an earlier process are others. */
    private final String epoch;
    private final Set<EventStream> streams = ConcurrentHashMap.newKeySet();

    /** Held while an event goes to all streams and while a stream joins: it is all or nothing. */
    private final Object order = new Object();
    // Below: guarded by it.
    private final History history;
    private long nextNumber = 1;
    /** Once true this is always true. */
    private boolean closed;

    private EventBroadcast(Builder builder) {
        options = new StreamOptions(builder.heartbeat, builder.maxQueuedBytes, builder.overflow);
        history = new History(builder.history);
        numbers = builder.history > 0;
        epoch = numbers ? Long.toString(
                new SecureRandom().nextLong() >>> Long.SIZE - EPOCH_BITS, Character.MAX_RADIX) : "";
    }

    /** A broadcast with the defaults and without a history. */
    public static EventBroadcast create() {
        return builder().build();
    }

    /** Settings of a broadcast. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * A response that stays open and brings the events that are sent from now on.
     */
    public Response open(RequestHead request) {
        return open(request, stream -> { });
    }

    /**
     * As {@link #open(RequestHead)}, for those who want to know the stream.
     *
     * @param opened gets the stream before it gets an event, as with {@link EventStream#open}. What
     *     it sends on the stream comes behind the events that a reconnected client has missed
     */
    public Response open(RequestHead request, Consumer<? super EventStream> opened) {
        Objects.requireNonNull(opened);
        return EventBody.response(request, new EventStream(request, options), stream -> {
            opened.accept(stream);
            join(stream);
        });
    }

    private void join(EventStream stream) {
        stream.whenClosed(() -> streams.remove(stream));
        synchronized (order) {
            stream.replay(history.since(stream.lastEventId()));
            if (!closed && stream.isOpen()) {
                streams.add(stream);
            }
        }
        if (closed() || !stream.isOpen()) { // the latter perhaps before it was added
            streams.remove(stream);
            stream.close();
        }
    }

    private boolean closed() {
        synchronized (order) {
            return closed;
        }
    }

    /** Sends an event without a name that has this data. As {@link #send(Event)}. */
    public void send(String data) {
        send(Event.of(data));
    }

    /**
     * Sends an event to all open streams, without waiting for any of them. With a history an event
     * that has no id gets one. Nothing happens once the broadcast is closed. A stream that finds no
     * memory for the event ends, as beyond its bound; an error from here has sent it to none.
     */
    public void send(Event event) {
        EventStream[] all;
        synchronized (order) {
            if (closed) {
                return;
            }
            Event numbered = numbers && event.id() == null
                    ? event.id(epoch + '-' + nextNumber++) : event;
            byte[] bytes = numbered.encode();
            // First, as memory may be short: all streams get the event, or none and no history.
            all = streams.toArray(new EventStream[0]);
            history.add(numbered.id(), bytes);
            for (EventStream stream : all) {
                stream.offer(bytes);
            }
        }
        for (EventStream stream : all) {
            stream.tell();
        }
    }

    /** Streams that are open now. */
    public int size() {
        return streams.size();
    }

    /**
     * Ends all streams when their clients have what was sent before. A stream that is opened later
     * ends at once. To be called before the server stops, which waits for open streams.
     */
    @Override
    public void close() {
        synchronized (order) {
            closed = true;
        }
        streams.forEach(EventStream::close);
    }

    /**
     * Settings of a broadcast.
     *
     * <p>Threads: one at a time.
     *
     * @since 0.1
     */
    public static final class Builder {

        private Duration heartbeat = StreamOptions.DEFAULT_HEARTBEAT;
        private int maxQueuedBytes = StreamOptions.DEFAULT_QUEUED_BYTES;
        private Overflow overflow = Overflow.CLOSE;
        private int history;

        private Builder() {
        }

        /**
         * How long a stream is silent before its client gets a comment, which clients skip. The
         * default is 15 s; {@link RequestHead#NO_TIMEOUT} for none.
         *
         * @throws IllegalArgumentException if it isn't positive
         */
        public Builder heartbeat(Duration every) {
            if (every.isNegative() || every.isZero()) {
                throw new IllegalArgumentException("heartbeat must be positive: " + every);
            }
            heartbeat = every;
            return this;
        }

        /**
         * How many bytes of events may wait for a client that reads slowly, beside what the socket
         * holds. An event that is longer is taken if no other one waits. The default is 256 KiB.
         *
         * @throws IllegalArgumentException if it isn't positive
         */
        public Builder maxQueuedBytes(int bytes) {
            if (bytes <= 0) {
                throw new IllegalArgumentException("maxQueuedBytes must be positive: " + bytes);
            }
            maxQueuedBytes = bytes;
            return this;
        }

        /** What happens beyond {@link #maxQueuedBytes}. The default is {@link Overflow#CLOSE}. */
        public Builder overflow(Overflow overflow) {
            this.overflow = Objects.requireNonNull(overflow);
            return this;
        }

        /**
         * How many of the last events are kept for clients that reconnect. A client that tells an
         * id that is not among them gets all that are kept. The default is 0: none are kept, and
         * events get no ids.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder history(int events) {
            if (events < 0) {
                throw new IllegalArgumentException("history must not be negative: " + events);
            }
            history = events;
            return this;
        }

        /** The broadcast. */
        public EventBroadcast build() {
            return new EventBroadcast(this);
        }
    }
}
