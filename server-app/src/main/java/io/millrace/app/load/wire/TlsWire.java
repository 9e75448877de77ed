package io.millrace.app.load.wire;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;

/**
 * TLS on a socket, by the JDK's engine. Records are collected before they are written, since one
 * system call for each would cost more than they do.
 *
 * <p>Threads: as {@link Wire}; only a thread that holds {@link #reading} may read.
 */
final class TlsWire implements Wire {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SocketWire socket;
    private final SSLEngine engine;
    private final int recordBytes;
    /** Of the client's thread, or of one that looks whether a response has arrived. */
    private final Lock reading = new ReentrantLock();
    /** Records that were read and not decrypted; between calls ready to be read from. */
    private final ByteBuffer arrived;
    /** Records to be written; empty between calls. */
    private final ByteBuffer leaving;
    /** Decrypted bytes that had no room in the caller's buffer; ready to be read from. */
    private final ByteBuffer plain;
    /** Whether {@link #arrived} has only a part of a record, or nothing. */
    private boolean incomplete = true;
    /** A failure that the look for a response met, for the next read; null if there is none. */
    private SSLException failure;

    private TlsWire(SocketWire socket, SSLEngine engine, int bufferBytes) {
        this.socket = socket;
        this.engine = engine;
        recordBytes = engine.getSession().getPacketBufferSize();
        int roomBytes = Math.max(recordBytes, bufferBytes);
        arrived = ByteBuffer.allocateDirect(roomBytes).flip();
        leaving = ByteBuffer.allocateDirect(roomBytes);
        plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()).flip();
    }

    /**
     * Agrees on keys with the server; closes the socket if that fails.
     *
     * @param timeout for which the server may be silent meanwhile
     * @param bufferBytes to read and write at once, if a record needs no more
     */
    static TlsWire on(SocketWire socket, SSLEngine engine, Duration timeout, int bufferBytes)
            throws IOException {
        try {
            TlsWire wire = new TlsWire(socket, engine, bufferBytes);
            wire.handshake(timeout);
            return wire;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private void handshake(Duration timeout) throws IOException {
        engine.beginHandshake();
        while (true) {
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> runTasks();
                case NEED_WRAP -> wrap(NOTHING);
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    if (incomplete) {
                        arrived.compact();
                        int bytes = socket.read(arrived, timeout);
                        arrived.flip();
                        if (bytes < 0) {
                            throw new EOFException("connection closed in the TLS handshake");
                        }
                    }
                    unwrap(plain.clear());
                    plain.flip();
                }
                default -> {
                    return;
                }
            }
        }
    }

    private void runTasks() {
        for (Runnable task = engine.getDelegatedTask(); task != null;
                task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    @Override
    public long write(ByteBuffer... buffers) throws IOException {
        return wrap(buffers);
    }

    /** Encrypts as much as there is room for and writes it; with nothing to encrypt, a message. */
    private long wrap(ByteBuffer... buffers) throws IOException {
        long taken = 0;
        leaving.clear();
        do {
            SSLEngineResult result = engine.wrap(buffers, leaving);
            taken += result.bytesConsumed();
            if (result.getStatus() != SSLEngineResult.Status.OK && buffers[0] != NOTHING) {
                throw new EOFException("connection closed by TLS");
            }
        } while (hasRemaining(buffers) && leaving.remaining() >= recordBytes);
        flush();
        return taken;
    }

    private static boolean hasRemaining(ByteBuffer[] buffers) {
        return buffers[buffers.length - 1].hasRemaining() || buffers[0].hasRemaining();
    }

    private void flush() throws IOException {
        leaving.flip();
        while (leaving.hasRemaining()) {
            socket.write(leaving);
        }
    }

    @Override
    public int read(ByteBuffer in) throws IOException {
        reading.lock();
        try {
            return decrypt(in);
        } finally {
            reading.unlock();
        }
    }

    private int decrypt(ByteBuffer in) throws IOException {
        if (failure != null) {
            throw failure;
        }
        if (plain.hasRemaining()) {
            return take(in);
        }
        if (engine.isInboundDone()) { // its alert may have come with the bytes before
            return -1;
        }
        if (incomplete) {
            arrived.compact();
            int bytes = socket.read(arrived);
            arrived.flip();
            if (bytes < 0) {
                // Without the alert that ends TLS anybody may have cut the connection.
                throw new EOFException("connection closed without TLS's close_notify");
            }
        }
        int before = in.position();
        boolean more = true;
        while (more && arrived.hasRemaining()) {
            more = unwrap(in);
        }
        int bytes = in.position() - before;
        if (bytes == 0 && !incomplete && !engine.isInboundDone()) {
            unwrap(plain.clear());
            plain.flip();
            return take(in);
        }
        return bytes == 0 && engine.isInboundDone() ? -1 : bytes;
    }

    private int take(ByteBuffer in) {
        int bytes = Math.min(in.remaining(), plain.remaining());
        in.put(plain.slice(plain.position(), bytes));
        plain.position(plain.position() + bytes);
        return bytes;
    }

    /** Decrypts a record; returns whether another may follow into this buffer. */
    private boolean unwrap(ByteBuffer in) throws IOException {
        SSLEngineResult result = engine.unwrap(arrived, in);
        incomplete = result.getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW
                || !arrived.hasRemaining();
        if (engine.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NEED_TASK) {
            runTasks();
        }
        return result.getStatus() == SSLEngineResult.Status.OK;
    }

    @Override
    public boolean isEnded() throws IOException {
        reading.lock();
        arrived.compact();
        try {
            int bytes = socket.readNow(arrived);
            if (bytes > 0) {
                incomplete = false;
                bytes = arrived.hasRemaining() ? socket.readNow(arrived) : bytes;
            }
            return bytes < 0;
        } finally {
            arrived.flip();
            reading.unlock();
        }
    }

    @Override
    public void end() throws IOException {
        engine.closeOutbound();
        try {
            wrap(NOTHING);
        } finally {
            close();
        }
    }

    /** Not by tickets, new keys or a part of a record: none of those is a response. */
    @Override
    public boolean hasArrived() throws IOException {
        if (!reading.tryLock()) {
            return false; // the thread that reads finds it
        }
        try {
            while (!plain.hasRemaining() && !engine.isInboundDone()) {
                if (incomplete && !readArrived()) {
                    return false;
                }
                unwrap(plain.clear());
                plain.flip();
            }
        } catch (SSLException e) {
            failure = e;
            return true;
        } finally {
            reading.unlock();
        }
        return true;
    }

    /** Reads what the socket has, without waiting; whether that is anything. */
    private boolean readArrived() throws IOException {
        if (!socket.hasArrived()) {
            return false;
        }
        arrived.compact();
        try {
            return socket.read(arrived) > 0;
        } finally {
            arrived.flip();
        }
    }

    @Override
    public void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
