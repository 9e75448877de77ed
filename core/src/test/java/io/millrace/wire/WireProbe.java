package io.millrace.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Sends every wire vector to a file store that runs elsewhere, and compares what does not hang on
 * its handler: refusals by their status, served requests by their number, and how the connection
 * goes on or ends.
 *
 * <p>A command of its own, from the class path of the tests: {@code java -cp ...
 * io.millrace.wire.WireProbe HOST PORT [small]}; small if the server has the limits of
 * {@link LimitVectors}.
 *
 * <p>Threads: one.
 */
final class WireProbe {

    private static final int PATIENCE_MS = 60_000;
    /** Longer vectors are sent in pieces of more than a byte, this many. */
    private static final int MAX_PIECES = 2000;

    private final String host;
    private final int port;
    private int conversations;
    private int failures;

    private WireProbe(String host, int port) {
        this.host = host;
        this.port = port;
    }

    public static void main(String[] args) throws IOException {
        WireProbe probe = new WireProbe(args[0], Integer.parseInt(args[1]));
        List<WireVector> vectors = args.length > 2 ? LimitVectors.all() : WireVectors.all();
        for (WireVector vector : vectors) {
            probe.check(forStore(vector));
        }
        System.out.println(probe.conversations + " conversations of " + vectors.size()
                + " vectors, " + probe.failures + " failures");
        System.exit(probe.failures == 0 ? 0 : 1);
    }

    /** A store takes the bodies of PUTs with a key, and no others. */
    private static WireVector forStore(WireVector vector) {
        String text = vector.text()
                .replace("PUT /refuse HTTP/1.", "POST /refuse HTTP/1.")
                .replace("POST / HTTP/1.", "PUT /key HTTP/1.");
        return new WireVector(vector.name(), vector.section(), text,
                vector.answers().stream().map(WireAnswer::ofAnyHandler).toList(),
                vector.interims(), vector.end());
    }

    private void check(WireVector vector) {
        byte[] probed = (vector.text() + WireVerdict.PROBE).getBytes(StandardCharsets.ISO_8859_1);
        boolean isWhole = switch (vector.end()) {
            case OPEN, CLOSED, CUT_OFF -> true;
            // What would follow these is the rest of a message, and no probe.
            case BROKEN_OFF, WAITING -> false;
        };
        for (int pieces : new int[] {1, MAX_PIECES}) {
            if (isWhole) {
                expect(vector, pieces, false, probed);
            }
            expect(vector, pieces, true, vector.bytes());
        }
    }

    private void expect(WireVector vector, int pieces, boolean halfClose, byte[] bytes) {
        conversations++;
        String fault;
        try {
            byte[] sent = converse(bytes, pieces, halfClose);
            fault = halfClose ? WireVerdict.ofHalfClosed(vector, sent)
                    : WireVerdict.ofProbed(vector, WireAnswer.served().saying("close"), sent);
        } catch (SocketException e) {
            fault = mayReset(vector) ? null : e.toString();
        } catch (IOException e) {
            fault = e.toString();
        }
        if (fault != null) {
            failures++;
            System.out.println(vector + (halfClose ? ", half-closed" : "") + ", in up to " + pieces
                    + " pieces: " + fault);
        }
    }

    // RFC 9112 s9.6: a client that says close and sends on all the same may lose the answer.
    private static boolean mayReset(WireVector vector) {
        List<WireAnswer> answers = vector.answers();
        return vector.end() == WireVector.End.CLOSED
                && answers.get(answers.size() - 1).status() == WireAnswer.ANY_SERVED;
    }

    /** Sends bytes on a new connection and returns all that comes until the server ends it. */
    private byte[] converse(byte[] bytes, int pieces, boolean halfClose) throws IOException {
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        try (Socket socket = new Socket(host, port)) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MS);
            send(bytes, pieces, socket.getOutputStream());
            if (halfClose) {
                socket.shutdownOutput();
            }
            socket.getInputStream().transferTo(sent);
        }
        return sent.toByteArray();
    }

    private static void send(byte[] bytes, int pieces, OutputStream out) throws IOException {
        int step = Math.max(1, (bytes.length + pieces - 1) / pieces);
        for (int at = 0; at < bytes.length; at += step) {
            out.write(bytes, at, Math.min(step, bytes.length - at));
        }
    }
}
