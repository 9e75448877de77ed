package io.millrace.app.run;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One connection to a store, or to the bucket of an engine, for objects of zeros, which cost the
 * client as little as can be. Threads: one at a time.
 */
final class ZeroClient implements Closeable {

    private static final int TIMEOUT_MS = 600_000;
    private static final int PIECE_BYTES = 64 * 1024;
    private static final byte[] ZEROS = new byte[PIECE_BYTES];

    private final String path;
    private final String host;
    /** Null if requests aren't signed. */
    private final EngineKeys keys;
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] piece = new byte[PIECE_BYTES];
    private String head = "";

    /** @param url of a store, or of a bucket that wants no signature */
    ZeroClient(String url) throws IOException {
        this(url, url, null);
    }

    /**
     * Connects to an engine.
     *
     * @param url where to connect to
     * @param bucket the URL that the engine knows itself by
     * @param keys null if it wants no signature
     */
    ZeroClient(String url, String bucket, EngineKeys keys) throws IOException {
        this.keys = keys;
        host = keys == null ? "127.0.0.1" : URI.create(bucket).getRawAuthority();
        URI uri = URI.create(url);
        path = uri.getPath().endsWith("/") ? uri.getPath() : uri.getPath() + "/";
        socket = new Socket(uri.getHost(), uri.getPort());
        socket.setSoTimeout(TIMEOUT_MS);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream(), PIECE_BYTES);
        out = socket.getOutputStream();
    }

    /** Sends a head. */
    void send(String method, String key, String fields) throws IOException {
        out.write((method + " " + path + key + " HTTP/1.1\r\nHost: " + host + "\r\n" + fields
                + (keys == null ? "" : "\r\n" + keys.fields(method, host, path + key))
                + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    /** Sends so much of a body. */
    void zeros(long bytes) throws IOException {
        for (long left = bytes; left > 0; left -= ZEROS.length) {
            out.write(ZEROS, 0, (int) Math.min(left, ZEROS.length));
        }
    }

    /** Sends a whole body in chunks. */
    void chunks(long bytes) throws IOException {
        for (long left = bytes; left > 0; left -= ZEROS.length) {
            int count = (int) Math.min(left, ZEROS.length);
            out.write((Integer.toHexString(count) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(ZEROS, 0, count);
            out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    /** Reads the head of a response; returns its status. */
    int status() throws IOException {
        StringBuilder read = new StringBuilder();
        while (read.indexOf("\r\n\r\n", read.length() - 4) < 0) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("the server left: " + read);
            }
            read.append((char) b);
        }
        head = read.toString();
        return Integer.parseInt(head, 9, 12, 10);
    }

    /** A field of the last head; null if there is none. */
    String field(String name) {
        int at = head.toLowerCase(Locale.ROOT)
                .indexOf("\r\n" + name.toLowerCase(Locale.ROOT) + ":");
        return at < 0 ? null : head.substring(head.indexOf(':', at + 2) + 1,
                head.indexOf("\r\n", at + 2)).strip();
    }

    /** Reads the content of the last response; returns its length. */
    long content() throws IOException {
        String length = field("Content-Length");
        long total = length == null ? 0 : Long.parseLong(length);
        for (long left = total; left > 0;) {
            int count = in.read(piece, 0, (int) Math.min(left, piece.length));
            if (count < 0) {
                throw new IOException("cut: " + left + " of " + total + " bytes are missing");
            }
            left -= count;
        }
        return total;
    }

    /** Puts an object; returns the status. */
    int put(String key, long bytes) throws IOException {
        send("PUT", key, "Content-Length: " + bytes);
        zeros(bytes);
        int status = status();
        content();
        return status;
    }

    /** Gets an object; returns the status. */
    int get(String key) throws IOException {
        send("GET", key, "Accept: */*");
        int status = status();
        content();
        return status;
    }

    /** The last head, for what is wrong with it. */
    String head() {
        return head;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
