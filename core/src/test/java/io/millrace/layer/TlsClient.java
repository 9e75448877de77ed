package io.millrace.layer;

import io.millrace.server.TestTls;
import io.millrace.transfer.Layer;
import io.millrace.transfer.MemoryChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;

/**
 * A client of a TLS layer, both in memory. What the layer hands out as a task is run at once.
 *
 * <p>Threads: one at a time.
 */
final class TlsClient {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final int MOST_STEPS = 200_000;

    final MemoryChannel channel = new MemoryChannel();
    final TlsLayer layer;
    final SSLEngine engine;
    /** The layer's. */
    final SSLEngine server = TestTls.tls().newEngine();
    /** What the layer has decrypted. */
    final StringBuilder taken = new StringBuilder();
    /** What the layer's last read returned. */
    int lastRead;
    int tasks;
    private final StringBuilder received = new StringBuilder();
    private ByteBuffer arrived = NOTHING;
    private int consumed;
    private final int targetBytes;

    /** @param targetBytes how many decrypted bytes the layer is asked for at a time */
    TlsClient(String protocol, int targetBytes) throws IOException {
        this(protocol, targetBytes, channel -> Layer.NONE);
    }

    /** @param below what stands between the layer and its socket */
    TlsClient(String protocol, int targetBytes, Function<ByteChannel, Layer> below)
            throws IOException {
        this.targetBytes = targetBytes;
        layer = new TlsLayer(channel, below.apply(channel), server,
                new TlsBuffers(64 << 10, 64 << 10));
        engine = TestTls.clientContext().createSSLEngine("localhost", 443);
        engine.setUseClientMode(true);
        engine.setEnabledProtocols(new String[] {protocol});
    }

    /** Shakes hands. */
    TlsClient open() throws IOException {
        engine.beginHandshake();
        for (int i = 0; i < MOST_STEPS; i++) {
            HandshakeStatus status = engine.getHandshakeStatus();
            if (status == HandshakeStatus.NOT_HANDSHAKING && !layer.isOpening()) {
                return this;
            }
            step();
        }
        throw new AssertionError("no end of the handshake: " + engine.getHandshakeStatus());
    }

    /** Lets both sides do what they can do now. */
    void step() throws IOException {
        switch (engine.getHandshakeStatus()) {
            case NEED_TASK -> engine.getDelegatedTask().run();
            case NEED_WRAP -> send("");
            default -> {
                visit();
                receive();
            }
        }
    }

    /** Encrypts text and has it arrive at the layer's socket. */
    void send(String text) throws IOException {
        channel.append(encrypted(text));
    }

    byte[] encrypted(String text) throws IOException {
        ByteBuffer plain = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
        ByteBuffer out = ByteBuffer.allocate(text.length() * 2 + 100_000);
        do {
            engine.wrap(plain, out);
        } while (plain.hasRemaining());
        byte[] bytes = new byte[out.flip().remaining()];
        out.get(bytes);
        return bytes;
    }

    /** One visit: reads as long as something comes, and runs what is to be run. */
    void visit() throws IOException {
        layer.beginVisit();
        layer.flush();
        ByteBuffer target = ByteBuffer.allocate(targetBytes);
        do {
            target.clear();
            lastRead = layer.read(target);
            taken.append(StandardCharsets.ISO_8859_1.decode(target.flip()));
        } while (lastRead == targetBytes);
        layer.flush();
        Runnable task = layer.task();
        layer.endVisit();
        if (task != null) {
            tasks++;
            task.run();
            visit();
        }
    }

    /** A visit that writes. The number of bytes taken. */
    int write(String text) throws IOException {
        layer.beginVisit();
        layer.flush();
        int taken = layer.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
        layer.endVisit();
        return taken;
    }

    /** All that the client has decrypted. */
    String receive() throws IOException {
        byte[] all = channel.out.toByteArray();
        arrived = ByteBuffer.wrap(all, consumed, all.length - consumed);
        ByteBuffer plain = ByteBuffer.allocate(70_000);
        SSLEngineResult result;
        do {
            result = engine.unwrap(arrived, plain.clear());
            received.append(StandardCharsets.ISO_8859_1.decode(plain.flip()));
            while (engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
                engine.getDelegatedTask().run();
            }
        } while (result.getStatus() == SSLEngineResult.Status.OK && arrived.hasRemaining()
                && engine.getHandshakeStatus() != HandshakeStatus.NEED_WRAP);
        consumed = arrived.position();
        return received.toString();
    }
}
