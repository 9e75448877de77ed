package io.millrace.testkit;

import io.millrace.http.Headers;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A response whose body is read bit by bit, such as a stream of events that has no end. Made by
 * {@link TestClient#open}.
 *
 * <p>{@link #close} before the end is a client that leaves: the body is closed, and what {@link
 * io.millrace.http.RequestHead#whenGone} was given runs.
 *
 * <p>Threads: one at a time. Errors: an {@link AssertionError} if the body breaks its contract, or
 * if it has no bytes for longer than the client waits.
 *
 * @since 0.1
 */
public final class TestStream implements AutoCloseable {

    /** What a whole body may have, so that one without an end doesn't end the tests' JVM. */
    static final int MOST_BYTES = 32 << 20;

    private static final int CR = '\r';
    private static final int LF = '\n';

    private final LiveRequest live;
    private final TestResponse head;
    /** Null if there is none. */
    private final Response response;
    private final boolean hasTrailers;
    private final EventParser events = new EventParser();
    /** Null once the response has ended, or the client has left. */
    private BodyReader reader;
    private byte[] piece = {};
    private int pieceAt;
    private boolean skipsLineFeed;
    private Throwable failure;
    private Headers trailers = Headers.empty();

    private TestStream(LiveRequest live, TestResponse head, Response response, BodyReader reader) {
        this.live = live;
        this.head = head;
        this.response = response;
        this.reader = reader;
        hasTrailers = response != null && response.trailers() != null
                && live.request().isHttp11();
    }

    /** What a client has whose connection has ended before there was a response. */
    static TestStream none(LiveRequest live, TestResponse none) {
        return new TestStream(live, none, null, null);
    }

    /** @param reader of the response's body, which need not be sent */
    static TestStream of(LiveRequest live, TestResponse head, Response response,
            BodyReader reader) {
        TestStream stream = new TestStream(live, head, response, reader);
        // RFC 9110 s9.3.2: HEAD is GET without the body.
        if (live.request().method().equals("HEAD") || response.status().isBodiless()) {
            stream.end();
        } else {
            stream.begin();
        }
        return stream;
    }

    /** Has the body begin, so that what happens from now on is seen by it, as with a server. */
    private void begin() {
        try {
            reader.begin();
        } catch (IOException | RuntimeException e) {
            failure = e;
            end();
        } catch (Error e) {
            end();
            throw e;
        }
    }

    /** The status. */
    public Status status() {
        return head.status();
    }

    /** The header fields, as {@link TestResponse#headers} has them. */
    public Headers headers() {
        return head.headers();
    }

    /** The value of the first header field line of this name; null if there is none. */
    public String header(String name) {
        return head.header(name);
    }

    /**
     * The next bytes of the body, one at least. Waits for them.
     *
     * @return null at the end of the body
     * @throws AssertionError as well if the body has failed
     */
    public byte[] read() {
        if (pieceAt == piece.length && !fill()) {
            if (failure != null) {
                throw new AssertionError("the body of the response failed: " + failure, failure);
            }
            return null;
        }
        byte[] rest = Arrays.copyOfRange(piece, pieceAt, piece.length);
        pieceAt = piece.length;
        return rest;
    }

    /**
     * The next line in UTF-8, without its end, which is CR, LF or both. Waits for it.
     *
     * @return null at the end of the body
     */
    public String readLine() {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        boolean any = false;
        while (pieceAt < piece.length || fill()) {
            int b = piece[pieceAt++];
            boolean skipped = skipsLineFeed && b == LF;
            skipsLineFeed = false;
            if (skipped) {
                continue;
            }
            if (b == CR || b == LF) {
                skipsLineFeed = b == CR;
                return line.toString(StandardCharsets.UTF_8);
            }
            line.write(b);
            any = true;
        }
        return any ? line.toString(StandardCharsets.UTF_8) : null;
    }

    /**
     * The next event of a stream of events ({@code text/event-stream}). Waits for it.
     *
     * @return null at the end of the body
     * @throws AssertionError as well if there are only comments, such as heartbeats, for as long as
     *     the client waits
     */
    public TestEvent readEvent() {
        long startNs = System.nanoTime();
        for (String line = readLine(); line != null; line = readLine()) {
            TestEvent event = events.line(line);
            if (event != null) {
                return event;
            }
            if (reader != null && line.startsWith(":")) {
                reader.checkLimit(startNs, "there were comments, but no event");
            }
        }
        return null;
    }

    /**
     * The whole response, once its body has ended; what was read before is not in it.
     *
     * @throws AssertionError if the body has more than 32 MiB
     */
    public TestResponse readAll() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(piece, pieceAt, piece.length - pieceAt);
        pieceAt = piece.length;
        while (fill()) {
            if (bytes.size() + piece.length > MOST_BYTES) {
                throw new AssertionError("the body has more than " + MOST_BYTES + " bytes, or never"
                        + " ends; read it in pieces: TestClient.open");
            }
            bytes.writeBytes(piece);
        }
        pieceAt = piece.length;
        return head.whole(bytes.toByteArray(), trailers, failure);
    }

    /** The client leaves, unless it has read the whole response. */
    @Override
    public void close() {
        if (reader != null) {
            live.leave(); // the head stays valid, as threads may be at work with it
            closeBody();
        }
    }

    /** Reads a piece; false at the end. */
    private boolean fill() {
        if (reader == null) {
            return false;
        }
        byte[] next = null;
        try {
            next = reader.next();
            if (next == null && hasTrailers) {
                trailers = trailers();
            }
        } catch (IOException | RuntimeException | Wakeups.LateException e) {
            failure = e;
            if (reader.position() > 0 || e instanceof Wakeups.LateException) {
                live.leave(); // the connection is cut
            }
        } catch (Error e) {
            end();
            throw e;
        }
        if (next == null) {
            end();
            return false;
        }
        piece = next;
        pieceAt = 0;
        return true;
    }

    private Headers trailers() {
        Headers made = response.trailers().get();
        if (made == null) {
            throw new AssertionError("the supplier given to Response.withTrailers returned null");
        }
        return Headers.copyOf(made);
    }

    private void end() {
        closeBody();
        live.end();
    }

    private void closeBody() {
        BodyReader ended = reader;
        reader = null;
        ended.close();
    }
}
