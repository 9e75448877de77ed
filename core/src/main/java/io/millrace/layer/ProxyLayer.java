package io.millrace.layer;

import io.millrace.codec.ProxyHeader;
import io.millrace.codec.ProxyHeaderParser;
import io.millrace.http.ConnectionInfo;
import io.millrace.net.PeerLimit;
import io.millrace.transfer.Layer;
import io.millrace.transfer.OpeningException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;

/**
 * The header of the PROXY protocol, which comes before all else. Behind it bytes pass unchanged, so
 * that a connection costs nothing more from then on.
 *
 * <p>Threads: the owning worker only.
 */
public final class ProxyLayer implements Layer {

    private final ByteChannel socket;
    /** Null if there is no limit. */
    private final PeerLimit peers;
    /** Null once the header is whole, or can't be any more. */
    private ProxyHeaderParser parser = new ProxyHeaderParser();
    /** Null until it is whole. */
    private ProxyHeader header;

    /**
     * @param socket of a peer that may name its clients
     * @param peers how many connections each client may have; null for any number
     */
    public ProxyLayer(ByteChannel socket, PeerLimit peers) {
        this.socket = socket;
        this.peers = peers;
    }

    @Override
    public boolean isOpening() {
        return parser != null;
    }

    @Override
    public boolean hasBegun() {
        return parser == null || parser.hasBegun();
    }

    @Override
    public int keptBytes() {
        return parser == null ? 0 : parser.heldBytes();
    }

    @Override
    public ConnectionInfo tell(ConnectionInfo known) {
        return header == null ? known : header.of(known);
    }

    /** Only the first bytes were the layer's own. */
    @Override
    public ByteChannel direct(ByteChannel socket) {
        return this.socket;
    }

    // Reading.

    @Override
    public int read(ByteBuffer target) throws IOException {
        if (parser == null) {
            // What follows a header that is none is of no use.
            return header == null ? -1 : socket.read(target);
        }
        int start = target.position();
        boolean isFull = true;
        while (isFull && target.hasRemaining()) {
            int read = socket.read(target);
            if (read < 0) {
                return end(target.position() - start);
            }
            isFull = !target.hasRemaining();
            if (parser != null) {
                takeHeader(target, start);
            }
        }
        return target.position() - start;
    }

    /** The peer has ended its side. It is no fault if it has sent nothing: so balancers check. */
    private int end(int count) throws OpeningException {
        if (parser == null || !parser.hasBegun()) {
            return count > 0 ? count : -1;
        }
        parser = null;
        throw refusal("it ended within its PROXY header", null);
    }

    /** Takes the header's bytes away from those that have just come. */
    private void takeHeader(ByteBuffer target, int start) throws OpeningException {
        ByteBuffer come = target.duplicate().flip().position(start);
        try {
            header = parser.parse(come);
        } catch (ProtocolException e) {
            parser = null;
            throw refusal(e.getMessage(), e);
        }
        target.position(start);
        if (header != null) {
            parser = null;
            target.put(come);
            admit();
        }
    }

    private void admit() throws OpeningException {
        if (peers != null && header.source() != null && !peers.admit(header.source(), socket)) {
            String client = header.of(ConnectionInfo.unknown()).peerText();
            header = null;
            throw refusal("its client " + client + " has " + peers.most() + " open", null);
        }
    }

    /** An operator has to know: the proxy has been configured for this. */
    private static OpeningException refusal(String why, ProtocolException cause) {
        return new OpeningException(Level.WARNING, why, null, cause);
    }

    // Writing.

    @Override
    public int write(ByteBuffer source) throws IOException {
        return socket.write(source);
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
