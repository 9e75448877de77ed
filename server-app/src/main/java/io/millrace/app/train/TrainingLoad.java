package io.millrace.app.train;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * What a store is asked in training: many of the requests that stores are asked most, and a few of
 * the others, so that the JVM has the classes of all of them.
 *
 * <p>Threads: one.
 */
final class TrainingLoad {

    /** Of each kind that is sent often. */
    private static final int REQUESTS = 2000;
    /** For each kind of request; a slow machine makes fewer. */
    private static final long MOST_NS = TimeUnit.SECONDS.toNanos(5);
    /** So that a folder has some, and none too many. */
    private static final int KEYS = 500;
    private static final int SMALL_BYTES = 1 << 10;
    private static final int LARGE_BYTES = 8 << 20;
    private static final int LARGE_REQUESTS = 5;
    private static final int PATIENCE_MS = 30_000;

    private final URI store;
    private final byte[] small = new byte[SMALL_BYTES];
    private final byte[] large = new byte[LARGE_BYTES];
    private final byte[] scratch = new byte[64 << 10];
    private Socket socket;
    private InputStream in;
    private OutputStream out;

    private TrainingLoad(URI store) {
        this.store = store;
        Arrays.fill(small, (byte) 'x');
        Arrays.fill(large, (byte) 'x');
    }

    /** Sends all of them; returns how many that were. */
    static long send(URI store) throws IOException {
        TrainingLoad load = new TrainingLoad(store);
        load.connect();
        try {
            return load.sendAll();
        } finally {
            load.socket.close();
        }
    }

    private void connect() throws IOException {
        socket = new Socket(InetAddress.getByName(store.getHost()), store.getPort());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MS);
        in = new BufferedInputStream(socket.getInputStream(), 64 << 10);
        out = socket.getOutputStream();
    }

    private long sendAll() throws IOException {
        long sent = sendSeldom();
        sent += repeat(REQUESTS, "PUT", "/train/k", "", small);
        sent += repeat(REQUESTS, "GET", "/train/k", "", null);
        sent += repeat(KEYS, "DELETE", "/train/k", "", null);
        sent += repeat(KEYS, "PUT", "/train/k", "", small);
        sent += repeat(REQUESTS, "GET", "/none/k", "", null);
        sent += repeat(LARGE_REQUESTS, "PUT", "/large/k", "", large);
        sent += repeat(LARGE_REQUESTS, "GET", "/large/k", "", null);
        return sent;
    }

    private long repeat(int count, String method, String path, String fields, byte[] body)
            throws IOException {
        long startNs = System.nanoTime();
        for (int i = 0; i < count; i++) {
            exchange(method, path + i % KEYS, fields, body);
            if (System.nanoTime() - startNs > MOST_NS) {
                return i + 1;
            }
        }
        return count;
    }

    private long sendSeldom() throws IOException {
        exchange("PUT", "/a/b/c.txt", "Content-Type: text/plain\r\n", small);
        exchange("PUT", "/a/b/d.txt", "If-None-Match: *\r\n", small);
        exchange("GET", "/a/b/c.txt", "Range: bytes=1-9\r\n", null);
        exchange("GET", "/a/b/c.txt", "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT\r\n",
                null);
        exchange("GET", "/a/b/c.txt", "If-None-Match: \"none\"\r\nAccept-Encoding: gzip\r\n",
                null);
        exchange("HEAD", "/a/b/c.txt", "", null);
        exchange("GET", "/a/b/%c3%a4", "", null);
        exchange("OPTIONS", "/a/b/c.txt", "", null);
        exchange("GET", "/a/", "Accept: application/json\r\n", null);
        exchange("GET", "/a/b/", "Accept: text/html\r\nUser-Agent: Mozilla/5.0\r\n", null);
        exchange("DELETE", "/a/b/d.txt", "", null);
        return 11;
    }

    /** A request and its response, of whatever status. */
    private void exchange(String method, String path, String fields, byte[] body)
            throws IOException {
        String head = method + ' ' + path + " HTTP/1.1\r\nHost: " + store.getAuthority()
                + "\r\nUser-Agent: millrace-train\r\nAccept: */*\r\n" + fields
                + (body == null ? "" : "Content-Length: " + body.length + "\r\n") + "\r\n";
        byte[] bytes = head.getBytes(StandardCharsets.US_ASCII);
        if (body != null && body.length <= SMALL_BYTES) {
            byte[] whole = Arrays.copyOf(bytes, bytes.length + body.length);
            System.arraycopy(body, 0, whole, bytes.length, body.length);
            out.write(whole);
        } else {
            out.write(bytes);
            if (body != null) {
                out.write(body);
            }
        }
        receive(method.equals("HEAD"));
    }

    private void receive(boolean headOnly) throws IOException {
        int status = Integer.parseInt(line().split(" ")[1]);
        long length = 0;
        boolean chunked = false;
        for (String field = line(); !field.isEmpty(); field = line()) {
            String name = field.substring(0, field.indexOf(':')).toLowerCase(Locale.ROOT);
            String value = field.substring(field.indexOf(':') + 1).strip();
            if (name.equals("content-length")) {
                length = Long.parseLong(value);
            } else if (name.equals("transfer-encoding")) {
                chunked = true;
            }
        }
        if (headOnly || status == 304) {
            return;
        }
        while (chunked) {
            length = Long.parseLong(line(), 16);
            skip(length);
            line();
            chunked = length > 0;
        }
        skip(length);
    }

    private void skip(long bytes) throws IOException {
        for (long left = bytes; left > 0;) {
            int read = in.read(scratch, 0, (int) Math.min(left, scratch.length));
            if (read < 0) {
                throw new EOFException("the store has closed the connection");
            }
            left -= read;
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder(64);
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the store has closed the connection");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }
}
