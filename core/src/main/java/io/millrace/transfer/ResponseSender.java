package io.millrace.transfer;

import io.millrace.codec.ChunkedEncoder;
import io.millrace.codec.ResponseEncoder;
import io.millrace.http.Body;
import io.millrace.http.Headers;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.log.SafeLog;
import io.millrace.transfer.BodyContract.BodyException;
import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.function.Supplier;

/**
 * Sends responses in order: heads and small bodies gather in the worker's buffer and leave together
 * in one write; large bodies of known length go from their source to the socket, others through the
 * buffer. A connection borrows one while it responds.
 *
 * <p>Threads: the owning worker only.
 */
public final class ResponseSender { // decision 531

    /** How far a response has got. */
    public enum Outcome {
        /** All of it is sent or in the buffer. */
        DONE,
        /** The socket takes no more now, or the budget is used up. */
        BLOCKED,
        /** The body has no bytes now. */
        STARVED
    }

    /** Heads that are longer are refused, so that there is always room for the next one. */
    public static final int MAX_HEAD_BYTES = 16 * 1024;
    /**
     * Bodies up to here are copied behind their head: cheaper than a system call of their own.
     * HelloLoopbackBenchmark compares both, with bodies of this length and of one byte more.
     */
    private static final int SMALL_BODY_BYTES = 32 * 1024;

    private final TransferResources resources;
    /** Of the connection that has borrowed this; null if none has. */
    private OutputBuffer out;
    /** Owned from {@link #begin} until it is sent or {@link #close}; null otherwise. */
    private Body body;
    private Status status;
    /** Whether the length of the body in progress is known before its end is found. */
    private boolean sized;
    private boolean chunked;
    /** The connection's end is all that tells the client where the last body ends. */
    private boolean endedByClose;
    /** What makes the trailers, until they are made; null if there are none. */
    private Supplier<Headers> trailers;
    private Headers trailerFields;
    /** Once true the body's pieces are read into the buffer; a short body's always are. */
    private boolean isRead;
    private long bodyPosition;
    /** {@link Long#MAX_VALUE} until the end of a body of unknown length is found. */
    private long bodyEnd;
    /** Bytes of informational responses to the request in progress. */
    private int interimBytes;

    ResponseSender(TransferResources resources) {
        this.resources = resources;
    }

    /** Lends this to a connection: the next responses are sent there. */
    void lendTo(OutputBuffer borrower) {
        assert out == null;
        out = borrower;
    }

    /** Takes this back, and forgets all responses so far. */
    void reset() {
        assert body == null;
        out = null;
        status = null;
        endedByClose = false;
        trailers = null;
        trailerFields = null;
        bodyPosition = 0;
        bodyEnd = 0;
        interimBytes = 0;
    }

    /** The status of the response that was begun last. */
    public Status status() {
        return status;
    }

    /** Bytes of that response's body that were sent or are in the buffer. */
    public long bodyBytes() {
        return bodyPosition;
    }

    /** Whether a response's body has not been sent whole. */
    public boolean isSending() {
        return body != null;
    }

    /**
     * Whether the connection's end is all that tells the client where the body in progress ends.
     */
    public boolean isEndedByClose() {
        return endedByClose && (body != null || out.hasUnsent());
    }

    /**
     * Whether a response can be sent, before anything of it is: its body's length in bytes, or
     * {@link Body#UNKNOWN_LENGTH}. Throws what the body throws.
     *
     * @throws IllegalStateException if its head is too long, or it is informational
     */
    public long check(Response response) {
        if (response.status().isInformational()) {
            throw new IllegalStateException("a response with status " + response.status()
                    + " can't be the final one: send it with RequestHead.inform");
        }
        long length = BodyContract.length(response.body());
        if (resources.encoder.maxBytes(response) > MAX_HEAD_BYTES) {
            throw new IllegalStateException("the response head exceeds " + MAX_HEAD_BYTES
                    + " bytes");
        }
        return length;
    }

    /**
     * Writes an informational response to the buffer, unless there is no room for it beside a final
     * response, or the request has had {@link #MAX_HEAD_BYTES} of them.
     *
     * @param interim checked by {@link #checkInterim}
     */
    public void inform(Response interim) { // decision 240
        int bytes = ResponseEncoder.interimBytes(interim);
        int room = out.bytes().remaining() - MAX_HEAD_BYTES - resources.encoder.continueBytes();
        if (!out.hasUnsent() && bytes <= room && interimBytes + bytes <= MAX_HEAD_BYTES) {
            interimBytes += bytes;
            ResponseEncoder.encodeInterim(interim, out.bytes());
        }
    }

    /** Throws an {@link IllegalArgumentException} unless it may be an informational response. */
    public static void checkInterim(Response interim) {
        if (interim.stage() != null || !interim.status().isInformational()) {
            throw new IllegalArgumentException("not an informational response: " + interim);
        }
        if (BodyContract.length(interim.body()) != 0 || interim.trailers() != null) {
            throw new IllegalArgumentException(
                    "an informational response has no body and no trailers: " + interim);
        }
        if (interim.closes() || interim.headers().contains("Upgrade")) {
            throw new IllegalArgumentException(
                    "Connection and Upgrade belong into the final response: " + interim);
        }
        if (ResponseEncoder.interimBytes(interim) > MAX_HEAD_BYTES) {
            throw new IllegalArgumentException("the informational response exceeds "
                    + MAX_HEAD_BYTES + " bytes");
        }
    }

    public void sendContinue() {
        resources.encoder.encodeContinue(out.bytes());
    }

    /**
     * Takes a response over, its body included, and writes its head to the buffer.
     *
     * @param length what the body has said of its length
     * @param asked whether the client has said keep-alive
     * @param withBody false for a response to HEAD
     */
    public void begin(Response response, long length, boolean http11, boolean keepAlive,
            boolean asked, boolean withBody) {
        assert body == null;
        body = response.body();
        status = response.status();
        bodyPosition = 0;
        bodyEnd = 0; // nothing is in flight if the body can't tell its length
        sized = length != Body.UNKNOWN_LENGTH;
        chunked = http11 && (!sized || response.trailers() != null);
        trailers = response.trailers();
        trailerFields = Headers.empty();
        out.mark();
        resources.encoder.encode(response, length, chunked, keepAlive, asked,
                resources.epochMillis, out.bytes());
        if (!withBody || response.status().isBodiless()) {
            chunked = false;
        } else {
            bodyEnd = sized ? length : Long.MAX_VALUE;
            endedByClose = !sized && !chunked;
        }
        isRead = !sized || chunked;
        resources.counters.inFlight(0, knownRemaining());
    }

    /**
     * Writes a refusal of what is no request to the buffer, as the connection's last response.
     *
     * @param refusal short, with its body in memory
     */
    public void refuse(Response refusal, boolean withBody) throws IOException {
        begin(refusal, refusal.body().length(), true, false, false, withBody);
        Outcome outcome = send(0);
        assert outcome == Outcome.DONE : outcome; // there is room for a whole head and more
    }

    /** Bytes of the body that are certain to go; 0 if its length is unknown. */
    private long knownRemaining() {
        return sized ? bodyEnd - bodyPosition : 0;
    }

    private void advance(long bytes) {
        long before = knownRemaining();
        bodyPosition += bytes;
        resources.counters.inFlight(before, knownRemaining());
    }

    /**
     * Sends on, as far as the budget goes.
     *
     * @throws IOException of the socket, or a {@link BodyException} of the body; the connection has
     *     to be cut
     */
    public Outcome send(VisitBudget budget) throws IOException {
        long before = out.sent();
        Outcome outcome = send(budget.bytes());
        budget.spend(out.sent() - before);
        return outcome;
    }

    private Outcome send(long budget) throws IOException {
        if (body == null) {
            return Outcome.DONE; // before this visit; the socket had yet to take the end of it
        }
        Outcome outcome = isRead ? sendPieces(budget) : sendSized(budget);
        if (outcome == Outcome.DONE) {
            close();
        }
        return outcome;
    }

    /** Asks a starved body to tell when there is more. */
    public void whenReadable(Runnable callback) throws BodyException {
        BodyContract.whenReadable(body, callback);
    }

    /** Tells a starved body that its time is up; whether it goes on all the same. */
    public boolean goesOnStalled() throws BodyException {
        return BodyContract.onStall(body);
    }

    private Outcome sendSized(long budget) throws IOException {
        long left = budget;
        while (bodyPosition < bodyEnd) {
            long remaining = bodyEnd - bodyPosition;
            if (remaining <= SMALL_BODY_BYTES) {
                if (out.bytes().remaining() < remaining && !out.flush()) {
                    return Outcome.BLOCKED;
                }
                if (!readPiece(remaining)) {
                    return out.flush() ? Outcome.STARVED : Outcome.BLOCKED;
                }
                continue;
            }
            if (!out.flush() || left <= 0) {
                return Outcome.BLOCKED;
            }
            long moved = BodyContract.transferTo(body, bodyPosition, Math.min(remaining, left),
                    out, resources.piece);
            if (moved == 0) {
                return Outcome.BLOCKED;
            }
            if (moved < 0) {
                isRead = true;
                return sendPieces(left);
            }
            advance(moved);
            left -= moved;
        }
        return Outcome.DONE;
    }

    /** Reads some of the body; false if none is there now. */
    private boolean readOn(ByteBuffer target) throws BodyException {
        int read = BodyContract.read(body, bodyPosition, target);
        if (read > 0) {
            advance(read);
        } else if (read < 0 && sized) {
            throw new BodyException(new EOFException("the body ended after " + bodyPosition + " of "
                    + bodyEnd + " bytes"));
        } else if (read < 0) {
            bodyEnd = bodyPosition;
        }
        return read != 0;
    }

    // With the framing of a chunk around each piece if need be.
    private Outcome sendPieces(long budget) throws IOException {
        long last = bodyPosition + budget;
        while (bodyPosition < bodyEnd) {
            if (bodyPosition >= last) {
                return Outcome.BLOCKED;
            }
            int most = out.bytes().remaining() - (chunked ? ChunkedEncoder.FRAMING_BYTES : 0);
            if (most < Math.min(SMALL_BODY_BYTES, bodyEnd - bodyPosition)) {
                if (!out.flush()) {
                    return Outcome.BLOCKED;
                }
                continue;
            }
            if (!readPiece(Math.min(most, bodyEnd - bodyPosition))) {
                return out.flush() ? Outcome.STARVED : Outcome.BLOCKED;
            }
        }
        return chunked ? sendLast() : Outcome.DONE;
    }

    private boolean readPiece(long most) throws IOException {
        ByteBuffer piece = out.bytes();
        int limit = piece.limit();
        int start = chunked ? ChunkedEncoder.begin(piece) : piece.position();
        try {
            piece.limit(piece.position() + (int) Math.min(most, ChunkedEncoder.MAX_DATA_BYTES));
            return readOn(piece);
        } finally {
            piece.limit(limit);
            if (chunked) {
                ChunkedEncoder.end(piece, start);
            }
        }
    }

    private Outcome sendLast() throws IOException {
        if (trailers != null) {
            trailerFields = makeTrailers();
            trailers = null;
        }
        if (out.bytes().remaining() < ChunkedEncoder.lastBytes(trailerFields) && !out.flush()) {
            return Outcome.BLOCKED;
        }
        ChunkedEncoder.last(out.bytes(), trailerFields);
        return Outcome.DONE;
    }

    private Headers makeTrailers() throws BodyException {
        try {
            Headers made = Headers.copyOf(trailers.get());
            ChunkedEncoder.checkTrailers(made);
            if (ChunkedEncoder.lastBytes(made) > MAX_HEAD_BYTES) {
                throw new IllegalArgumentException(
                        "the trailers exceed " + MAX_HEAD_BYTES + " bytes");
            }
            return made;
        } catch (Throwable e) {
            throw new BodyException(e);
        }
    }

    /** Takes the response in progress back; false if some of it may have left. */
    public boolean takeBack() {
        if (!out.takeBack()) {
            return false;
        }
        close();
        return true;
    }

    /** Closes the body, sent or not. */
    public void close() {
        if (body != null) {
            resources.counters.inFlight(knownRemaining(), 0);
            Body closing = body;
            body = null;
            try {
                closing.close();
            } catch (Throwable e) {
                SafeLog.log(ResponseSender.class, Level.WARNING,
                        "failed to close a response body", e);
            }
        }
    }
}
