package io.millrace.server;

import io.millrace.http.Abandonment;
import io.millrace.http.ConnectionInfo;
import io.millrace.http.RequestHead;
import io.millrace.http.RequestNotes;
import io.millrace.http.Status;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a request and its response, for a {@link ServerListener}. Each exchange has one,
 * always the same object, which grows with it and stays as it is after the exchange's last event.
 *
 * <p>A request that is refused or cut before its head is whole has no method, target or head: only
 * the {@link #requestLine}, as far as it has come.
 *
 * <p>Threads: that of the listener's calls; after the last one any.
 *
 * @since 0.1
 */
public final class ExchangeInfo {

    private final ConnectionInfo connection;
    private final long number;
    private final String method;
    private final String target;
    private final String requestLine;
    private final RequestNotes notes = RequestNotes.kept();
    private final long startNs;
    private final long headNs;
    /** Null once the exchange has ended, as its bytes become those of another one. */
    private RequestHead head;
    private Status status;
    private long firstByteNs;
    private long receivedBytes;
    private long sentBytes;
    private boolean isWaiting;
    private long waitingSinceNs;
    private long applicationNs;
    private long endNs;
    private Abandonment whyCut;
    private Throwable cause;

    /** A request whose head is whole. */
    ExchangeInfo(ConnectionInfo connection, long number, RequestHead head, long startNs,
            long nowNs) {
        this.connection = connection;
        this.number = number;
        this.head = head;
        this.startNs = startNs;
        method = head.method();
        target = head.target();
        requestLine = null;
        headNs = nowNs;
    }

    /** What never became a request. */
    ExchangeInfo(ConnectionInfo connection, long number, String requestLine, long startNs,
            long nowNs) {
        this.connection = connection;
        this.number = number;
        this.requestLine = requestLine;
        this.startNs = startNs;
        method = null;
        target = null;
        headNs = nowNs;
    }

    /** The connection of the request, as {@link io.millrace.http.RequestHead#connection} has it. */
    public ConnectionInfo connection() {
        return connection;
    }

    /** The number of the exchange, counted on its connection from 0; there may be gaps. */
    public long number() {
        return number;
    }

    /** The request's method; null if its head never became whole. */
    public @Nullable String method() {
        return method;
    }

    /** The request target as {@link RequestHead#target} has it; null as for {@link #method}. */
    public @Nullable String target() {
        return target;
    }

    /**
     * The first line of what has come of a head that never became whole, as ISO 8859-1: it may have
     * any byte in it, and may be empty. Null if the head became whole.
     */
    public @Nullable String requestLine() {
        return requestLine;
    }

    /**
     * The head, from {@link ServerListener#onHead} to the end of the exchange's last event: take
     * from it what is needed later. Null after that, and if the head never became whole.
     */
    public @Nullable RequestHead head() {
        return head;
    }

    /** What the application has noted about the request. */
    public RequestNotes notes() {
        return notes;
    }

    /**
     * The pattern of the route that handles the request, for figures by route: what {@link
     * RequestNotes#route} has, which {@link io.millrace.http.Handler handlers} such as {@code
     * Routes} note. Null if none has.
     */
    public @Nullable String route() {
        return notes.route();
    }

    /** {@link System#nanoTime} when the server read the head's first byte. */
    public long startNs() {
        return startNs;
    }

    /** {@link System#nanoTime} when the head was whole, or was refused or cut. */
    public long headNs() {
        return headNs;
    }

    /** The status of the response; null if none has begun. */
    public @Nullable Status status() {
        return status;
    }

    /**
     * {@link System#nanoTime} when the response's first byte was ready to leave with the next write
     * to the socket. Of no meaning while {@link #status} is null.
     */
    public long firstByteNs() {
        return firstByteNs;
    }

    /** Bytes of the request's body that have reached the sink. */
    public long receivedBytes() {
        return receivedBytes;
    }

    /** Bytes of the response's body that were passed on, as of the exchange's last event. */
    public long sentBytes() {
        return sentBytes;
    }

    /**
     * How long the exchange has waited for the application, in nanoseconds: for a decision or a
     * response that was promised, for room in a sink, for bytes of a response's body.
     */
    public long applicationNs() {
        return applicationNs;
    }

    /** {@link System#nanoTime} of the exchange's last event, from that on. */
    public long endNs() {
        return endNs;
    }

    /** Who is to blame for the cut; null if the exchange was not cut. */
    public @Nullable Abandonment whyCut() {
        return whyCut;
    }

    /** What cut the exchange, for people; null if it was not cut. */
    public @Nullable Throwable cause() {
        return cause;
    }

    // The observer's side.

    void received(long bytes) {
        receivedBytes = bytes;
    }

    void responds(Status status, long nowNs) {
        this.status = status;
        firstByteNs = nowNs;
    }

    void waits(long nowNs) {
        if (!isWaiting) {
            isWaiting = true;
            waitingSinceNs = nowNs;
        }
    }

    boolean isWaiting() {
        return isWaiting;
    }

    void goesOn(long nowNs) {
        if (isWaiting) {
            isWaiting = false;
            applicationNs += nowNs - waitingSinceNs;
        }
    }

    void ends(long sentBytes, long nowNs) {
        goesOn(nowNs);
        this.sentBytes = sentBytes;
        endNs = nowNs;
    }

    void cut(Abandonment why, Throwable cause) {
        whyCut = why;
        this.cause = cause;
    }

    /** Lets go of the head: no call of a listener follows. */
    void close() {
        head = null;
    }

    /** The request, its number and its connection. */
    @Override
    public String toString() {
        return (method == null ? "what is no request" : method + " " + target) + ", request "
                + number + " on " + connection;
    }
}
