package io.millrace.layer;

import io.millrace.log.SafeLog;
import java.lang.System.Logger.Level;
import java.nio.channels.Channel;
import javax.net.ssl.SSLEngine;

/**
 * What takes long in a handshake: to sign, and to check a client's certificates.
 *
 * <p>Threads: the worker, and the one that runs it.
 */
final class HandshakeTask implements Runnable {

    private final SSLEngine engine;
    private final Channel socket;
    private boolean isTaken;
    private volatile boolean isDone;

    HandshakeTask(SSLEngine engine, Channel socket) {
        this.engine = engine;
        this.socket = socket;
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
            // Those that have timed out in the queue would make the others time out, too.
            while (socket.isOpen()) {
                Runnable next = engine.getDelegatedTask();
                if (next == null) {
                    break;
                }
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
