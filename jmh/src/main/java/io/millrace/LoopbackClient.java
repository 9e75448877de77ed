package io.millrace;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * One kept connection that sends the same request again and again and allocates nothing, so that
 * what a benchmark's GC profiler shows is the server's. It blocks.
 *
 * <p>Threads: one at a time.
 */
final class LoopbackClient implements Closeable {

    private static final int IN_BYTES = 256 * 1024;

    private final SocketChannel socket;
    private final ByteBuffer request;
    private final ByteBuffer in = ByteBuffer.allocateDirect(IN_BYTES);
    /** Of all answers to one request: a date's length never changes. */
    private final long answerBytes;

    /**
     * Connects, sends the request once and learns how long the answer is.
     *
     * @param request with its body; may be several requests at once
     * @param answers how many answers come
     * @param bodyBytes of each answer
     * @throws IOException if the answer isn't a 200 with a body of that length
     */
    LoopbackClient(InetSocketAddress address, byte[] request, int answers, long bodyBytes)
            throws IOException {
        socket = SocketChannel.open(address);
        socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        this.request = ByteBuffer.allocateDirect(request.length).put(request);
        send();
        long headBytes = readHead(bodyBytes);
        answerBytes = answers * (headBytes + bodyBytes);
        // The rest of the first answer, and all of the others.
        drop(answerBytes - in.position());
    }

    /** Reads to the head's end, perhaps beyond; returns the head's length. */
    private long readHead(long bodyBytes) throws IOException {
        in.clear();
        String text = "";
        while (!text.contains("\r\n\r\n")) {
            if (socket.read(in) <= 0) {
                throw new EOFException("the server closed after: " + text);
            }
            text = StandardCharsets.US_ASCII.decode(in.duplicate().flip()).toString();
        }
        String head = text.substring(0, text.indexOf("\r\n\r\n") + 4);
        if (!head.startsWith("HTTP/1.1 200 OK\r\n")
                || !head.contains("\r\nContent-Length: " + bodyBytes + "\r\n")) {
            throw new IOException("not the answer that is to be measured: " + head);
        }
        return head.length();
    }

    /** Sends the request and takes what answers it; returns the number of bytes. */
    long exchange() throws IOException {
        send();
        drop(answerBytes);
        return answerBytes;
    }

    private void send() throws IOException {
        request.rewind();
        while (request.hasRemaining()) {
            socket.write(request);
        }
    }

    private void drop(long bytes) throws IOException {
        long left = bytes;
        while (left > 0) {
            in.clear().limit((int) Math.min(in.capacity(), left));
            int read = socket.read(in);
            if (read < 0) {
                throw new EOFException("the server closed");
            }
            left -= read;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
