package io.millrace.layer;

import io.millrace.http.ConnectionInfo;
import io.millrace.http.HttpException;
import io.millrace.http.Status;
import io.millrace.transfer.Layer;
import io.millrace.transfer.OpeningException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/**
 * TLS: decrypts what comes and encrypts what goes, through the worker's buffers. Between two visits
 * it keeps no buffer, unless a record has come in part, or the socket has not taken all.
 *
 * <p>Threads: the owning worker only, but for the {@link #task}, during which nothing else is done
 * with the engine.
 */
public final class TlsLayer implements Layer { // decision 209

    private enum State {
        /** The handshake isn't over. */
        HANDSHAKE,
        OPEN,
        /** What came is no handshake but a plain request: bytes pass unchanged. */
        PLAIN,
        /** The peer has been told that no more is sent; what still comes passes to be dropped. */
        ENDED
    }

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    /** RFC 8446 section 5.1: the type of the record that begins a handshake. */
    private static final byte HANDSHAKE_RECORD = 22;
    /** Of an open connection: what it has goes on, and TLS 1.2 can't begin anew. */
    private static final String[] NO_OTHER_HANDSHAKE = {"TLSv1.3"};
    /** A record may have one byte only, and to fill a buffer with such would take a second. */
    static final int RECORDS_PER_READ = 256;
    /** In a row. Updates of keys cost the most; BoringSSL draws the line at as many. */
    static final int MOST_EMPTY_RECORDS = 32;

    private final ByteChannel socket;
    /** What stands between this one and the socket. */
    private final Layer below;
    private final SSLEngine engine;
    private final TlsBuffers buffers;
    private State state = State.HANDSHAKE;
    private HandshakeStatus status = HandshakeStatus.NEED_UNWRAP;
    private boolean hasBegun;
    /** Records that the read in progress may still decrypt. */
    private int recordsLeft;
    /** Records without a byte for the connection, since the last that had one. */
    private int emptyRecords;
    /** Once true this is always true: the end has been read. */
    private boolean isEndRead;
    private boolean isOutputEnded;
    /** What runs on another thread, or is to; null if nothing. */
    private HandshakeTask task;

    private final TlsInput in;
    private boolean isVisited;
    /** What the socket did not take in the last visit; null if it took all. */
    private ByteBuffer keptOut;

    /**
     * @param socket of the connection
     * @param below what stands between this one and the socket, {@link Layer#NONE} for nothing
     * @param engine of this connection alone, in server mode
     */
    public TlsLayer(ByteChannel socket, Layer below, SSLEngine engine, TlsBuffers buffers) {
        this.socket = below == NONE ? socket : below;
        this.below = below;
        this.engine = engine;
        this.buffers = buffers;
        in = new TlsInput(this.socket, buffers);
    }

    @Override
    public void beginVisit() {
        below.beginVisit();
        in.beginVisit();
        TlsBuffers.load(keptOut, buffers.out);
        keptOut = null;
        isVisited = true;
        if (task != null && task.isDone()) {
            task = null;
            status = engine.getHandshakeStatus();
        }
    }

    @Override
    public void endVisit() {
        in.endVisit();
        keptOut = TlsBuffers.keep(buffers.out);
        isVisited = false;
        below.endVisit();
    }

    @Override
    public int keptBytes() {
        return in.keptBytes() + TlsBuffers.bytes(keptOut) + below.keptBytes();
    }

    @Override
    public boolean isOpening() {
        return state == State.HANDSHAKE;
    }

    @Override
    public boolean hasBegun() {
        return hasBegun || below.hasBegun();
    }

    @Override
    public ByteChannel direct(ByteChannel socket) {
        return null;
    }

    @Override
    public ConnectionInfo tell(ConnectionInfo known) {
        ConnectionInfo told = below.tell(known);
        return state == State.OPEN ? told.toBuilder().tlsSession(engine.getSession()).build()
                : told;
    }

    @Override
    public boolean isBusy() {
        return task != null;
    }

    @Override
    public Runnable task() {
        return task != null && task.take() ? task : null;
    }

    // Reading.

    @Override
    public boolean hasInput() {
        if (state == State.PLAIN || state == State.ENDED) {
            return below.hasInput();
        }
        boolean isAtHand = in.hasPlain() || in.hasRecord() || in.isEnded() && !isEndRead;
        return task == null && isAtHand || below.hasInput();
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        if (state == State.PLAIN || state == State.ENDED) {
            return socket.read(target);
        }
        int start = target.position();
        recordsLeft = RECORDS_PER_READ;
        try {
            in.takePlain(target);
            while (target.hasRemaining() && goOn(target)) {
                in.takePlain(target);
            }
        } catch (SSLException e) {
            throw failed(e);
        }
        int count = target.position() - start;
        isEndRead = count == 0 && in.isEnded();
        return isEndRead ? -1 : count;
    }

    /** Does the next step; false if it has to wait, for whatever it may be. */
    private boolean goOn(ByteBuffer target) throws IOException {
        if (task != null || in.isEnded()) {
            return false;
        }
        switch (status) {
            case NEED_TASK -> {
                task = new HandshakeTask(engine, socket);
                return false;
            }
            case NEED_WRAP -> {
                return wrap(NOTHING);
            }
            default -> {
                return decrypt(target);
            }
        }
    }

    private boolean decrypt(ByteBuffer target) throws IOException {
        if (!in.hasRecord()) {
            return fill(target.remaining());
        }
        if (recordsLeft-- == 0) {
            return false; // hasInput() tells that there is more
        }
        SSLEngineResult result = engine.unwrap(in.records(), target);
        if (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
            ByteBuffer plain = in.spare();
            try {
                result = engine.unwrap(in.records(), plain);
            } finally {
                plain.flip();
            }
        }
        switch (result.getStatus()) {
            case CLOSED -> in.end();
            case BUFFER_UNDERFLOW, BUFFER_OVERFLOW ->
                throw new SSLException("a record is longer than TLS allows");
            case OK -> checkUse(result.bytesProduced());
        }
        passed(result);
        return true;
    }

    /** Alerts that only warn, and updates of keys, cost the client less than the worker. */
    private void checkUse(int plainBytes) throws SSLException {
        if (state == State.HANDSHAKE || plainBytes > 0) {
            emptyRecords = 0;
        } else if (++emptyRecords > MOST_EMPTY_RECORDS) {
            throw new SSLException("more than " + MOST_EMPTY_RECORDS
                    + " records without data in a row");
        }
    }

    private boolean fill(int plainBytes) throws IOException {
        boolean hasCome = in.fill(plainBytes);
        if (hasCome && !hasBegun) {
            begin(in.records().get(in.records().position()));
        }
        return hasCome;
    }

    /** A person who types http:// for https:// is told so; the JDK would only say that it fails. */
    private void begin(byte first) throws OpeningException {
        hasBegun = true;
        if (first == HANDSHAKE_RECORD) {
            return;
        }
        boolean isText = first >= 'A' && first <= 'Z' || first == '\r' || first == '\n';
        state = isText ? State.PLAIN : State.ENDED;
        in.drop();
        throw new OpeningException("no TLS handshake but byte " + (first & 0xff),
                isText ? new HttpException(Status.BAD_REQUEST,
                        "this address needs TLS: use https") : null, null);
    }

    private void passed(SSLEngineResult result) throws SSLException {
        status = result.getHandshakeStatus();
        boolean isQuiet = status == HandshakeStatus.FINISHED
                || status == HandshakeStatus.NOT_HANDSHAKING;
        if (state == State.HANDSHAKE) {
            state = isQuiet ? State.OPEN : State.HANDSHAKE;
            if (isQuiet) {
                engine.setEnabledProtocols(NO_OTHER_HANDSHAKE);
            }
        } else if (status == HandshakeStatus.NEED_TASK) { // an update of keys needs none
            throw otherHandshake();
        }
    }

    /** With a fatal alert: its task finds no protocol, and ends before it signs anything. */
    private SSLException otherHandshake() {
        SSLException refusal = new SSLException("a client may not begin another handshake");
        engine.getDelegatedTask().run();
        try {
            engine.unwrap(NOTHING, NOTHING);
        } catch (SSLException e) {
            refusal.initCause(e);
        }
        return refusal;
    }

    // Writing.

    @Override
    public int unsentBytes() {
        int own = isVisited ? buffers.out.remaining() : keptOut == null ? 0 : keptOut.remaining();
        return own + below.unsentBytes();
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        if (state == State.PLAIN) {
            return socket.write(source);
        }
        if (isOutputEnded || state == State.ENDED) {
            throw new EOFException("the TLS connection has ended");
        }
        int start = source.position();
        boolean goesOn = true;
        while (goesOn && source.hasRemaining()) {
            goesOn = wrap(source);
        }
        return source.position() - start;
    }

    /** Encrypts as much as fits, and writes it; false if nothing more can be written yet. */
    private boolean wrap(ByteBuffer source) throws IOException {
        if (!flush() || isOutputEnded) {
            return false;
        }
        ByteBuffer out = buffers.out.clear();
        try {
            SSLEngineResult result;
            do {
                result = engine.wrap(source, out);
                passed(result);
            } while (out.remaining() >= TlsBuffers.RECORD_BYTES
                    && result.getStatus() == SSLEngineResult.Status.OK
                    && (source.hasRemaining() || status == HandshakeStatus.NEED_WRAP));
            isOutputEnded = result.getStatus() == SSLEngineResult.Status.CLOSED;
        } finally {
            out.flip();
        }
        return flush() && !isOutputEnded;
    }

    @Override
    public boolean flush() throws IOException {
        ByteBuffer out = buffers.out;
        if (isVisited && out.hasRemaining()) {
            buffers.write(socket, out);
            if (out.hasRemaining()) {
                return false;
            }
        }
        return below.flush();
    }

    // The end.

    /** The peer gets the alert that says what is wrong, if the socket takes it. */
    private IOException failed(SSLException failure) {
        boolean wasOpening = state == State.HANDSHAKE;
        try {
            end();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
        return wasOpening ? new OpeningException(failure.getMessage(), null, failure) : failure;
    }

    @Override
    public void endOutput() throws IOException {
        if (state != State.OPEN || task != null) {
            return;
        }
        boolean wasVisited = isVisited;
        if (!wasVisited) {
            beginVisit();
        }
        try {
            end();
        } finally {
            if (!wasVisited) {
                endVisit();
            }
        }
        below.endOutput();
    }

    private void end() throws IOException {
        state = State.ENDED;
        in.drop();
        engine.closeOutbound();
        if (flush()) {
            ByteBuffer out = buffers.out.clear();
            try {
                engine.wrap(NOTHING, out);
            } finally {
                out.flip();
            }
            flush();
        }
    }

    @Override
    public boolean isOpen() {
        return socket.isOpen();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
