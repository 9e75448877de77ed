package io.millrace.balance;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * The clients of one run: a thread and a kept connection each, and their own share of the work, so
 * that one whose server thread is slow is late, and nobody takes work off it.
 *
 * <p>They run in the server's process. What is compared is how servers share the same work out
 * among their threads, on processors that they share with the clients in any case, and a thread's
 * bytes are read where they are counted.
 *
 * <p>Threads: one at a time; each client has its own.
 */
final class Clients { // decision 46

    private static final int PIECE_BYTES = 1024 * 1024;
    private static final ByteBuffer BODY =
            ByteBuffer.allocateDirect(PIECE_BYTES).asReadOnlyBuffer();
    private static final int ANSWER_BYTES = 1024;

    private final InetSocketAddress address;
    private final Work work;

    Clients(InetSocketAddress address, Work work) {
        this.address = address;
        this.work = work;
    }

    /**
     * Sends everything.
     *
     * @param limitSeconds within which it has to be done
     * @return when each client had its last answer, in nanoseconds after the start of the first
     * @throws IOException if a client did not get all of its answers in time
     */
    long[] run(long limitSeconds) throws IOException, InterruptedException {
        List<SocketChannel> sockets = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(work.clients());
        try {
            if (work.gapNs() == 0) {
                for (int client = 0; client < work.clients(); client++) {
                    sockets.add(connect());
                }
            }
            long startNs = System.nanoTime();
            List<Future<Long>> ends = new ArrayList<>();
            for (int client = 0; client < work.clients(); client++) {
                waitUntil(startNs + client * work.gapNs());
                if (work.gapNs() > 0) {
                    sockets.add(connect());
                }
                SocketChannel socket = sockets.get(client);
                long bodyBytes = work.bodyBytes()[client];
                ends.add(threads.submit(() -> send(socket, bodyBytes) - startNs));
            }
            long[] endNs = new long[work.clients()];
            for (int client = 0; client < endNs.length; client++) {
                long leftNs = startNs + TimeUnit.SECONDS.toNanos(limitSeconds) - System.nanoTime();
                endNs[client] = ends.get(client).get(Math.max(0, leftNs), TimeUnit.NANOSECONDS);
            }
            return endNs;
        } catch (ExecutionException e) {
            throw new IOException("a client broke: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new IOException("not done within " + limitSeconds + " s", e);
        } finally {
            // Ends the threads as well, if any are still at it.
            for (SocketChannel socket : sockets) {
                socket.close();
            }
            threads.shutdown();
        }
    }

    private SocketChannel connect() throws IOException {
        SocketChannel socket = SocketChannel.open(address);
        socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return socket;
    }

    private static void waitUntil(long timeNs) {
        long leftNs = timeNs - System.nanoTime();
        while (leftNs > 0) {
            LockSupport.parkNanos(leftNs);
            leftNs = timeNs - System.nanoTime();
        }
    }

    // client's thread

    /** Sends a client's requests; returns when the last answer was in. */
    private long send(SocketChannel socket, long bodyBytes) throws IOException {
        ByteBuffer head = StandardCharsets.US_ASCII.encode("PUT /key HTTP/1.1\r\n"
                + "Host: localhost\r\nContent-Length: " + bodyBytes + "\r\n\r\n");
        ByteBuffer body = BODY.duplicate();
        ByteBuffer answer = ByteBuffer.allocateDirect(ANSWER_BYTES);
        for (int request = 0; request < work.requests(); request++) {
            head.rewind();
            while (head.hasRemaining()) {
                socket.write(head);
            }
            long left = bodyBytes;
            while (left > 0) {
                body.clear().limit((int) Math.min(body.capacity(), left));
                left -= socket.write(body);
            }
            readAnswer(socket, answer.clear());
        }
        return System.nanoTime();
    }

    // Both kinds of servers answer with an empty body.
    private static void readAnswer(SocketChannel socket, ByteBuffer answer) throws IOException {
        String text = "";
        while (!text.endsWith("\r\n\r\n")) {
            if (socket.read(answer) <= 0) {
                throw new EOFException("no whole answer: " + text);
            }
            text = StandardCharsets.US_ASCII.decode(answer.duplicate().flip()).toString();
        }
        if (!text.startsWith("HTTP/1.1 200 ")) {
            throw new IOException("not the answer that was expected: " + text);
        }
    }
}
