package io.millrace.app.load.wire;

import io.millrace.tls.Tls;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;

/**
 * The server's side of a TLS connection, whose records a test puts together and sends as it likes.
 *
 * <p>Threads: one at a time.
 */
final class TlsPeer implements Closeable {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Socket socket;
    private final SSLEngine engine;
    private final ByteBuffer arrived = ByteBuffer.allocate(1 << 16).flip();

    private TlsPeer(Socket socket, Tls tls) {
        this.socket = socket;
        engine = tls.newEngine();
    }

    /** Agrees on keys with the client. */
    static TlsPeer on(Socket socket, Tls tls, String... protocols) throws IOException {
        TlsPeer peer = new TlsPeer(socket, tls);
        peer.engine.setEnabledProtocols(protocols);
        peer.engine.beginHandshake();
        while (peer.engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING) {
            switch (peer.engine.getHandshakeStatus()) {
                case NEED_TASK -> peer.engine.getDelegatedTask().run();
                case NEED_WRAP -> peer.send(peer.record(NOTHING));
                default -> peer.unwrap();
            }
        }
        return peer;
    }

    /** Reads some bytes of the client; empty at the end that its close_notify is. */
    String read() throws IOException {
        String text = "";
        while (text.isEmpty() && !engine.isInboundDone()) {
            text = unwrap();
        }
        return text;
    }

    private String unwrap() throws IOException {
        ByteBuffer plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
        SSLEngineResult result = engine.unwrap(arrived, plain);
        if (result.getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW) {
            int bytes = socket.getInputStream().read(arrived.array(), arrived.compact().position(),
                    arrived.remaining());
            if (bytes < 0) {
                throw new EOFException("without close_notify");
            }
            arrived.position(arrived.position() + bytes).flip();
        }
        return StandardCharsets.US_ASCII.decode(plain.flip()).toString();
    }

    /** Records of these texts, one for each. */
    byte[] records(String... texts) throws IOException {
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        for (String text : texts) {
            records.write(record(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII))));
        }
        return records.toByteArray();
    }

    /** The record that ends TLS. */
    byte[] closeNotify() throws IOException {
        engine.closeOutbound();
        return record(NOTHING);
    }

    private byte[] record(ByteBuffer plain) throws IOException {
        ByteBuffer record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(plain, record);
        byte[] bytes = new byte[record.flip().remaining()];
        record.get(bytes);
        return bytes;
    }

    /** Whether the client has ended the connection, with nothing before. */
    boolean hasEnded() throws IOException {
        return socket.getInputStream().read() < 0;
    }

    /** Sends bytes in one piece. */
    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** Ends the connection, without a word of TLS. */
    @Override
    public void close() throws IOException {
        socket.close();
    }
}
