package io.millrace.app.run;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * One connection of a client that uploads: it reads while it sends, so that it hears informational
 * responses in the midst of a body. Threads: one at a time.
 */
final class UploadConnection implements Closeable {

    private static final int TIMEOUT_MS = 60_000;
    private static final int PIECE_BYTES = 1024 * StampedBody.LINE_BYTES;
    private static final int MOST_HEAD_BYTES = 1 << 16;

    private final Socket socket = new Socket();
    private final InputStream in;
    private final OutputStream out;
    private final byte[] piece = new byte[PIECE_BYTES];
    /** The head of the last response, informational or final; empty before the first. */
    private String head = "";

    /** Connects to the server at a URL. */
    UploadConnection(String url) throws IOException {
        URI uri = URI.create(url);
        try {
            socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()), TIMEOUT_MS);
            socket.setSoTimeout(TIMEOUT_MS);
            socket.setTcpNoDelay(true);
            in = new BufferedInputStream(socket.getInputStream());
            out = socket.getOutputStream();
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** A request without a body; its final status. */
    int request(String head) throws IOException {
        return request(head, null, 0, 0, informed -> { });
    }

    /**
     * A request with a part of a body. Ends sending when a final response comes early.
     *
     * @param head without the empty line at its end, and without the length
     * @param onInformed called after each informational response, whose fields can be read then
     * @return the final status
     */
    int request(String head, StampedBody body, long from, long to,
            Consumer<UploadConnection> onInformed) throws IOException {
        String length = body == null ? "" : "Content-Length: " + (to - from) + "\r\n";
        out.write((head + length + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        for (long at = from; at < to;) {
            // The stamps are in lines, and a part may begin within one.
            int skipped = (int) (at % StampedBody.LINE_BYTES);
            int filled = body.fill(at - skipped, piece);
            int count = (int) Math.min(filled - skipped, to - at);
            out.write(piece, skipped, count);
            at += count;
            while (in.available() > 0) {
                if (readHead() >= 200) {
                    return drop();
                }
                onInformed.accept(this);
            }
        }
        int status = readHead();
        while (status < 200) {
            onInformed.accept(this);
            status = readHead();
        }
        return head.startsWith("HEAD ") ? status : drop();
    }

    /** The status. */
    private int readHead() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int ends = 0; ends < 2;) {
            int b = in.read();
            if (b < 0 || bytes.size() > MOST_HEAD_BYTES) {
                throw new EOFException("the server left");
            }
            bytes.write(b);
            ends = b == '\n' ? ends + 1 : b == '\r' ? ends : 0;
        }
        head = bytes.toString(StandardCharsets.ISO_8859_1);
        return Integer.parseInt(head, 9, 12, 10);
    }

    private int drop() throws IOException {
        String length = field("Content-Length");
        in.skipNBytes(length == null ? 0 : Long.parseLong(length));
        return Integer.parseInt(head, 9, 12, 10);
    }

    /** A field of the last response; null if it has none of that name. */
    String field(String name) {
        String start = name.toLowerCase(Locale.ROOT) + ":";
        for (String line : head.split("\r\n")) {
            if (line.toLowerCase(Locale.ROOT).startsWith(start)) {
                return line.substring(start.length()).strip();
            }
        }
        return null;
    }

    /** A field of the last response that is a number; -1 if it has none of that name. */
    long number(String name) {
        String value = field(name);
        return value == null ? -1 : Long.parseLong(value);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
