package io.millrace.bucket;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** One connection of a client that sends PUTs byte by byte as a test wants them. */
final class PutClient implements Closeable {

    private static final int TIMEOUT_MS = 60_000;

    /** A response; names of fields are in small letters. */
    record Reply(int status, Map<String, String> fields, String body) {

        @Override
        public String toString() {
            return status + " " + fields + " " + body;
        }
    }

    private final Socket socket = new Socket();
    private final InputStream in;
    private final AtomicLong sent = new AtomicLong();

    PutClient(InetSocketAddress address) throws IOException {
        socket.setSoTimeout(TIMEOUT_MS);
        socket.setTcpNoDelay(true);
        socket.connect(address, TIMEOUT_MS);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** Bytes that no two places of have in common for long. */
    static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        int state = 12345;
        for (int i = 0; i < length; i++) {
            state = state * 1103515245 + 12345;
            bytes[i] = (byte) (state >> 16);
        }
        return bytes;
    }

    PutClient head(String path, String... fields) throws IOException {
        StringBuilder head = new StringBuilder("PUT " + path + " HTTP/1.1\r\nHost: a\r\n");
        for (int i = 0; i < fields.length; i += 2) {
            head.append(fields[i]).append(": ").append(fields[i + 1]).append("\r\n");
        }
        return send(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    PutClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    /** The first bytes of some. */
    PutClient send(byte[] bytes, int count) throws IOException {
        return send(Arrays.copyOf(bytes, count));
    }

    /** Sends on a thread of its own. */
    CompletableFuture<Long> sendAside(byte[] bytes) {
        CompletableFuture<Long> all = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                for (int at = 0; at < bytes.length; at += 1 << 16) {
                    int count = Math.min(1 << 16, bytes.length - at);
                    socket.getOutputStream().write(bytes, at, count);
                    sent.addAndGet(count);
                }
                all.complete(sent.get());
            } catch (IOException e) {
                all.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return all;
    }

    /** What {@link #sendAside} has sent. */
    long sentBytes() {
        return sent.get();
    }

    Reply put(String path, byte[] body, String... fields) throws IOException {
        String[] all = Arrays.copyOf(fields, fields.length + 2);
        all[fields.length] = "Content-Length";
        all[fields.length + 1] = Integer.toString(body.length);
        return head(path, all).send(body).reply();
    }

    Reply putChunked(String path, byte[] body, int chunkBytes, String... fields)
            throws IOException {
        String[] all = Arrays.copyOf(fields, fields.length + 2);
        all[fields.length] = "Transfer-Encoding";
        all[fields.length + 1] = "chunked";
        return head(path, all).send(chunked(body, chunkBytes)).reply();
    }

    static byte[] chunked(byte[] body, int chunkBytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int at = 0; at < body.length; at += chunkBytes) {
            int count = Math.min(chunkBytes, body.length - at);
            out.writeBytes((Integer.toHexString(count) + "\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.write(body, at, count);
            out.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        out.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }

    /** The next response, be it 100. */
    Reply reply() throws IOException {
        String line = line();
        int status = Integer.parseInt(line.substring(9, 12));
        Map<String, String> fields = new TreeMap<>();
        for (String field = line(); !field.isEmpty(); field = line()) {
            int colon = field.indexOf(':');
            fields.put(field.substring(0, colon).toLowerCase(Locale.ROOT),
                    field.substring(colon + 1).strip());
        }
        int length = Integer.parseInt(fields.getOrDefault("content-length", "0"));
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("half a response");
        }
        return new Reply(status, fields, new String(body, StandardCharsets.UTF_8));
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the connection ended after: " + line);
            }
            if (c != '\r') {
                line.write(c);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    /** Whether the server has closed the connection, without a byte more. */
    boolean isEnded() throws IOException {
        return in.read() < 0;
    }

    /** Leaves as a program does that is killed. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
