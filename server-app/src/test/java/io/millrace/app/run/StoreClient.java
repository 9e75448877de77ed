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
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Locale;

/**
 * One connection to a store of {@link StampedBody stamped} objects, which believes nothing: each
 * byte of an answer is compared with what it has to be. Threads: one at a time.
 */
final class StoreClient implements Closeable {

    private static final int MAX_TEXT_BYTES = 1000;
    private static final int TIMEOUT_MS = 60_000;
    private static final int PIECE_BYTES = 1024 * StampedBody.LINE_BYTES;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] piece = new byte[PIECE_BYTES];
    private final byte[] right = new byte[PIECE_BYTES];

    /** The head of the last answer; null before the first. */
    private String head;
    private String text = "";

    /**
     * An object that came.
     *
     * @param status of the answer; the rest has a meaning with 200 only
     * @param body what it says to be; null if it is none of ours
     * @param fault what is wrong with it; null if nothing
     */
    record Got(int status, StampedBody body, byte[] sha256, String fault) {
    }

    /** Connects to the server at a URL. */
    StoreClient(String url) throws IOException {
        this(url, TIMEOUT_MS);
    }

    /** Connects to the server at a URL, and waits so long at most for that and for each read. */
    StoreClient(String url, int timeoutMs) throws IOException {
        URI uri = URI.create(url);
        socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()), timeoutMs);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        socket.setSoTimeout(timeoutMs);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream(), PIECE_BYTES);
        out = socket.getOutputStream();
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    /**
     * Stores a body; returns the status, 200 for each success. What was sent goes to {@code
     * digest}, if there is one.
     */
    int put(StampedBody body, boolean chunked, MessageDigest digest) throws IOException {
        send("PUT /" + body.key() + " HTTP/1.1\r\nHost: x\r\n" + (chunked
                ? "Transfer-Encoding: chunked\r\n\r\n"
                : "Content-Length: " + body.lengthBytes() + "\r\n\r\n"));
        long position = 0;
        while (position < body.lengthBytes()) {
            int count = body.fill(position, piece);
            if (digest != null) {
                digest.update(piece, 0, count);
            }
            if (chunked) {
                send(Integer.toHexString(count) + "\r\n");
            }
            out.write(piece, 0, count);
            if (chunked) {
                send("\r\n");
            }
            position += count;
        }
        if (chunked) {
            send("0\r\n\r\n");
        }
        return answerToAChange();
    }

    private int answerToAChange() throws IOException {
        int status = answer();
        return status == 201 || status == 204 ? 200 : status;
    }

    /** Deletes an object; returns the status, 200 for success. */
    int delete(String key) throws IOException {
        send("DELETE /" + key + " HTTP/1.1\r\nHost: x\r\n\r\n");
        return answerToAChange();
    }

    /** Gets an object and compares every byte. */
    Got get(String key) throws IOException {
        send("GET /" + key + " HTTP/1.1\r\nHost: x\r\n\r\n");
        readHead();
        if (status() != 200) {
            return new Got(drop(), null, null, null);
        }
        return check(key, in, length());
    }

    /** Reads an object to its end and compares every byte, wherever it comes from. */
    Got check(String key, InputStream from, long lengthBytes) throws IOException {
        MessageDigest digest = sha256();
        StampedBody body = null;
        String fault = null;
        for (long position = 0; position < lengthBytes;) {
            int count = from.readNBytes(piece, 0,
                    (int) Math.min(piece.length, lengthBytes - position));
            if (count < Math.min(piece.length, lengthBytes - position)) {
                throw new EOFException("cut at " + (position + count) + " of " + lengthBytes);
            }
            digest.update(piece, 0, count);
            if (position == 0) {
                body = count < StampedBody.LINE_BYTES ? null : StampedBody.of(piece);
                if (body == null || !body.key().equals(key)) {
                    fault = "is no object of this key";
                } else if (body.lengthBytes() != lengthBytes) {
                    fault = "has " + lengthBytes + " bytes of " + body.lengthBytes();
                }
            }
            if (fault == null) {
                body.fill(position, right);
                int wrong = Arrays.mismatch(piece, 0, count, right, 0, count);
                fault = wrong < 0 ? null : "differs from byte " + (position + wrong) + " on";
            }
            position += count;
        }
        return new Got(200, body, digest.digest(), body == null ? "is empty or foreign" : fault);
    }

    /** Sends what you will. */
    void send(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Reads the next answer; returns its status. */
    int answer() throws IOException {
        readHead();
        return drop();
    }

    private void readHead() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int ends = 0;
        while (ends < 2) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("the server left");
            }
            bytes.write(b);
            if (b == '\n') {
                ends++;
            } else if (b != '\r') {
                ends = 0;
            }
        }
        head = bytes.toString(StandardCharsets.ISO_8859_1);
    }

    private int status() {
        return Integer.parseInt(head, 9, 12, 10);
    }

    /** A field of the last answer; null if it has none of that name. */
    String field(String name) {
        String start = name.toLowerCase(Locale.ROOT) + ":";
        for (String line : head.split("\r\n")) {
            if (line.toLowerCase(Locale.ROOT).startsWith(start)) {
                return line.substring(start.length()).strip();
            }
        }
        return null;
    }

    private long length() {
        String length = field("Content-Length");
        return length == null ? 0 : Long.parseLong(length);
    }

    /** The content of the last response but an object's. */
    String text() {
        return text;
    }

    private int drop() throws IOException {
        int kept = (int) Math.min(length(), MAX_TEXT_BYTES);
        text = new String(in.readNBytes(kept), StandardCharsets.UTF_8);
        in.skipNBytes(length() - kept);
        return status();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
