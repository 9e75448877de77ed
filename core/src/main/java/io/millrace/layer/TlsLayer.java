package io.millrace.layer;

import io.millrace.http.ConnectionInfo;
import io.millrace.http.HttpException;
import io.millrace.http.Status;
import io.millrace.log.SafeLog;
import io.millrace.transfer.Layer;
import io.millrace.transfer.OpeningException;
import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger.Level;
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
public final class TlsLayer implements Layer {

    private enum State {
        /** The handshake isn't over. */
        HANDSHAKE,
        OPEN,
        /** What came is no handshake but a plain request: bytes pass unchanged. */
        PLAIN,
        /** The peer has been told what is wrong; what still comes is dropped. */
        FAILED
    }

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    /** RFC 8446 section 5.1: a record's type, version and length. */
    private static final int RECORD_HEAD_BYTES = 5;
    /** The type of the record that begins a handshake. */
    private static final byte HANDSHAKE_RECORD = 22;

    private final ByteChannel socket;
    /** What stands between this one and the socket. */
    private final Layer below;
    private final SSLEngine engine;
    private final TlsBuffers buffers;
    private State state = State.HANDSHAKE;
    private HandshakeStatus status = HandshakeStatus.NEED_UNWRAP;
    private boolean hasBegun;
    /** The peer sends no more: it has said so, or the socket has ended. */
    private boolean isInputEnded;
    /** Once true this is always true: the end has been read. */
    private boolean isEndRead;
    private boolean isOutputEnded;
    /** What runs on another thread, or is to; null if nothing. */
    private HandshakeTask task;

    private boolean isVisited;
    /** What was left when the last visit ended; null if nothing. */
    private ByteBuffer keptIn;
    private ByteBuffer keptOut;
    private ByteBuffer keptPlain;

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
    }

    @Override
    public void beginVisit() {
        below.beginVisit();
        buffers.clear();
        load(keptIn, buffers.in);
        load(keptOut, buffers.out);
        load(keptPlain, buffers.plain);
        keptIn = null;
        keptOut = null;
        keptPlain = null;
        isVisited = true;
        if (task != null && task.isDone()) {
            task = null;
            status = engine.getHandshakeStatus();
        }
    }

    private static void load(ByteBuffer kept, ByteBuffer buffer) {
        if (kept != null) {
            buffer.clear().put(kept).flip();
        }
    }

    @Override
    public void endVisit() {
        keptIn = keep(buffers.in);
        keptOut = keep(buffers.out);
        keptPlain = keep(buffers.plain);
        isVisited = false;
        below.endVisit();
    }

    private static ByteBuffer keep(ByteBuffer buffer) {
        return buffer.hasRemaining()
                ? ByteBuffer.allocate(buffer.remaining()).put(buffer).flip() : null;
    }

    @Override
    public int keptBytes() {
        return bytes(keptIn) + bytes(keptOut) + bytes(keptPlain) + below.keptBytes();
    }

    private static int bytes(ByteBuffer kept) {
        return kept == null ? 0 : kept.capacity();
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
        if (state == State.PLAIN || state == State.FAILED) {
            return below.hasInput();
        }
        return task == null && (buffers.plain.hasRemaining() || hasRecord()
                || isInputEnded && !isEndRead) || below.hasInput();
    }

    /** Whether a whole record is here, or the head of one that is too long. */
    private boolean hasRecord() {
        ByteBuffer in = buffers.in;
        if (in.remaining() < RECORD_HEAD_BYTES) {
            return false;
        }
        int length = in.getShort(in.position() + 3) & 0xffff;
        return in.remaining() >= Math.min(RECORD_HEAD_BYTES + length, TlsBuffers.RECORD_BYTES)
                || length > TlsBuffers.RECORD_BYTES;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        if (state == State.PLAIN || state == State.FAILED) {
            return socket.read(target);
        }
        int start = target.position();
        try {
            takePlain(target);
            while (target.hasRemaining() && goOn(target)) {
                takePlain(target);
            }
        } catch (SSLException e) {
            throw failed(e);
        }
        int count = target.position() - start;
        isEndRead = count == 0 && isInputEnded;
        return isEndRead ? -1 : count;
    }

    private void takePlain(ByteBuffer target) {
        ByteBuffer plain = buffers.plain;
        int count = Math.min(plain.remaining(), target.remaining());
        if (count > 0) {
            target.put(target.position(), plain, plain.position(), count);
            target.position(target.position() + count);
            plain.position(plain.position() + count);
        }
    }

    /** Does the next step; false if it has to wait, for whatever it may be. */
    private boolean goOn(ByteBuffer target) throws IOException {
        if (task != null || isInputEnded) {
            return false;
        }
        switch (status) {
            case NEED_TASK -> {
                task = new HandshakeTask(engine);
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
        if (!hasRecord()) {
            return fill(target.remaining());
        }
        ByteBuffer in = buffers.in;
        SSLEngineResult result = engine.unwrap(in, target);
        if (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
            ByteBuffer plain = buffers.plain.clear();
            try {
                result = engine.unwrap(in, plain);
            } finally {
                plain.flip();
            }
        }
        switch (result.getStatus()) {
            case CLOSED -> isInputEnded = true;
            case BUFFER_UNDERFLOW, BUFFER_OVERFLOW ->
                throw new SSLException("a record is longer than TLS allows");
            case OK -> { }
        }
        passed(result);
        return true;
    }

    /** A person who types http:// for https:// is told so; the JDK would only say that it fails. */
    private void begin(byte first) throws OpeningException {
        hasBegun = true;
        if (first == HANDSHAKE_RECORD) {
            return;
        }
        boolean isText = first >= 'A' && first <= 'Z' || first == '\r' || first == '\n';
        state = isText ? State.PLAIN : State.FAILED;
        buffers.in.limit(buffers.in.position());
        throw new OpeningException("no TLS handshake but byte " + (first & 0xff),
                isText ? new HttpException(Status.BAD_REQUEST,
                        "this address needs TLS: use https") : null, null);
    }

    /**
     * Reads from the socket what is wanted and not much more; false if nothing has come.
     *
     * @param plainBytes wanted
     */
    private boolean fill(int plainBytes) throws IOException {
        ByteBuffer in = buffers.in;
        in.compact();
        int read;
        try {
            in.limit(Math.min(in.capacity(), TlsBuffers.encryptedBytes(plainBytes)));
            read = socket.read(in);
        } finally {
            in.flip();
        }
        // Cut off or ended by the peer: a message tells by itself whether it is whole.
        isInputEnded |= read < 0;
        if (read > 0 && !hasBegun) {
            begin(in.get(in.position()));
        }
        return read > 0;
    }

    private void passed(SSLEngineResult result) throws SSLException {
        status = result.getHandshakeStatus();
        boolean isQuiet = status == HandshakeStatus.FINISHED
                || status == HandshakeStatus.NOT_HANDSHAKING;
        if (state == State.HANDSHAKE) {
            state = isQuiet ? State.OPEN : State.HANDSHAKE;
        } else if (status == HandshakeStatus.NEED_TASK
                && engine.getSession().getProtocol().equals("TLSv1.2")) {
            throw new SSLException("a client may not begin another handshake");
        }
    }

    // Writing.

    @Override
    public boolean hasUnsent() {
        return buffers.out.hasRemaining() && isVisited || keptOut != null || below.hasUnsent();
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        if (state == State.PLAIN) {
            return socket.write(source);
        }
        if (isOutputEnded) {
            throw new EOFException("the TLS connection has ended");
        }
        int start = source.position();
        boolean goesOn = true;
        while (goesOn && source.hasRemaining()) {
            goesOn = wrap(source);
        }
        return source.position() - start;
    }

    /** Encrypts as much as fits, and writes it; false if that was the last for now. */
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
            socket.write(out);
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
            engine.closeOutbound();
            wrapLast();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
        state = State.FAILED;
        isOutputEnded = true;
        buffers.in.limit(buffers.in.position());
        return wasOpening ? new OpeningException(failure.getMessage(), null, failure) : failure;
    }

    @Override
    public void endOutput() throws IOException {
        if (isOutputEnded || state != State.OPEN || task != null) {
            isOutputEnded = true;
            return;
        }
        boolean wasVisited = isVisited;
        if (!wasVisited) {
            beginVisit();
        }
        try {
            engine.closeOutbound();
            wrapLast();
        } finally {
            isOutputEnded = true;
            if (!wasVisited) {
                endVisit();
            }
        }
        below.endOutput();
    }

    private void wrapLast() throws IOException {
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

    /**
     * What takes long in a handshake: to sign, and to check a client's certificates.
     *
     * <p>Threads: the worker, and the one that runs it.
     */
    private static final class HandshakeTask implements Runnable {

        private final SSLEngine engine;
        private boolean isTaken;
        private volatile boolean isDone;

        HandshakeTask(SSLEngine engine) {
            this.engine = engine;
        }

        /** Whether it has yet to be run; once. */
        boolean take() {
            boolean first = !isTaken;
            isTaken = true;
            return first;
        }

        boolean isDone() {
            return isDone;
        }

        @Override
        public void run() {
            try {
                for (Runnable next = engine.getDelegatedTask(); next != null;
                        next = engine.getDelegatedTask()) {
                    next.run();
                }
            } catch (RuntimeException | Error e) {
                // The engine tells the same to whoever goes on with it.
                SafeLog.log(TlsLayer.class, Level.DEBUG, "a handshake failed", e);
            } finally {
                isDone = true;
            }
        }
    }
}
