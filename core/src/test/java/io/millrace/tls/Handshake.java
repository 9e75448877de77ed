package io.millrace.tls;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/** A client's and a server's engine that shake hands in memory. */
final class Handshake {

    /** More than any handshake takes. */
    private static final int MAX_STEPS = 1000;

    private final SSLEngine client;
    private final SSLEngine server;
    private ByteBuffer toServer = empty();
    private ByteBuffer toClient = empty();

    private Handshake(SSLEngine client, SSLEngine server) {
        this.client = client;
        this.server = server;
    }

    private static ByteBuffer empty() {
        return ByteBuffer.allocate(0);
    }

    /**
     * Runs a handshake to its end, and on until neither has anything more to send: tickets come
     * after it.
     *
     * @throws SSLException the server's, if it refuses the client; otherwise the client's
     */
    static void run(SSLEngine client, SSLEngine server) throws SSLException {
        new Handshake(client, server).run();
    }

    private void run() throws SSLException {
        client.beginHandshake();
        server.beginHandshake();
        for (int step = 0; step < MAX_STEPS; step++) {
            boolean moved;
            try {
                toServer = wrapped(client, toServer);
                moved = toServer.hasRemaining();
                toServer = unwrapped(server, toServer);
            } catch (SSLException e) {
                toClient = wrapped(server, toClient); // the alert
                throw e;
            }
            toClient = wrapped(server, toClient);
            moved |= toClient.hasRemaining();
            toClient = unwrapped(client, toClient);
            if (!moved) {
                return;
            }
        }
        throw new AssertionError("no end");
    }

    private static ByteBuffer wrapped(SSLEngine engine, ByteBuffer before) throws SSLException {
        ByteBuffer out = ByteBuffer.allocate(1 << 17).put(before);
        while (true) {
            SSLEngineResult result = engine.wrap(empty(), out);
            runTasks(engine);
            if (result.bytesProduced() == 0) {
                return out.flip();
            }
        }
    }

    private static ByteBuffer unwrapped(SSLEngine engine, ByteBuffer in) throws SSLException {
        ByteBuffer content = ByteBuffer.allocate(1 << 15);
        while (in.hasRemaining() && engine.getHandshakeStatus() != HandshakeStatus.NEED_WRAP) {
            SSLEngineResult result = engine.unwrap(in, content);
            runTasks(engine);
            if (result.bytesConsumed() == 0
                    && engine.getHandshakeStatus() != HandshakeStatus.NEED_UNWRAP) {
                break;
            }
        }
        return in;
    }

    private static void runTasks(SSLEngine engine) {
        Runnable task = engine.getDelegatedTask();
        while (task != null) {
            task.run();
            task = engine.getDelegatedTask();
        }
    }
}
