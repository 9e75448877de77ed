package io.millrace.app.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One client of a load run: takes the next request until there is none, over one connection or a
 * fresh one for each.
 *
 * <p>Threads: its own, but for what stands under "any thread".
 */
final class LoadClient implements Runnable {

    private final LoadPlan plan;
    private final int number;
    private final InetSocketAddress address;
    private final AtomicLong nextRequest;
    /** Shared by all clients, each with its own position. */
    private final ByteBuffer body;
    private final ByteBuffer in;
    private final ResponseParser response = new ResponseParser();
    private final LoadStats tally = new LoadStats();
    private final ClientProgress gauge = new ClientProgress();

    private ByteBuffer head;
    /** Null while there is none; closed here, or by {@link #watch} or {@link #stop} to unblock. */
    private volatile LoadConnection connection;
    private volatile boolean stopped;
    private long endNs;

    /**
     * A client.
     *
     * @param number from 0; the client begins with this request
     * @param nextRequest the next request that nobody has taken
     * @param body what request bodies are made of
     * @param readBytes bytes read at once
     */
    LoadClient(LoadPlan plan, int number, InetSocketAddress address, AtomicLong nextRequest,
            ByteBuffer body, int readBytes) {
        this.plan = plan;
        this.number = number;
        this.address = address;
        this.nextRequest = nextRequest;
        this.body = body.duplicate();
        this.in = ByteBuffer.allocateDirect(readBytes);
    }

    /** Connects, so that the first request needn't. */
    void connect() throws IOException {
        LoadConnection made = LoadConnection.open(address, plan.timeout(), gauge);
        gauge.onConnected();
        connection = made;
        // Whoever stopped the client meanwhile found no connection to close.
        if (stopped) {
            made.close();
        }
    }

    @Override
    public void run() {
        try {
            for (long n = number; n < plan.requests() && !stopped;
                    n = nextRequest.getAndIncrement()) {
                request(n);
                gauge.onDone();
            }
        } finally {
            endNs = System.nanoTime();
            close();
        }
    }

    private void request(long n) {
        gauge.onRequest();
        long startNs = System.nanoTime();
        try {
            if (connection == null) {
                connect();
            }
            response.next();
            connection.send(head(n), body, plan.sizeBytes(), in, response);
            boolean sentWhole = response.status() < 300;
            connection.receive(in, response);
            tally.onResponse(response.status(), System.nanoTime() - startNs,
                    plan.method() == LoadPlan.Method.PUT ? plan.sizeBytes()
                            : response.bodyBytes());
            if (plan.fresh() || !response.keepAlive() || !sentWhole) {
                close();
            }
        } catch (IOException e) {
            // What fails because the run was stopped says nothing about the server.
            if (!stopped) {
                boolean expired = connection != null && connection.expired();
                tally.onError(expired ? ErrorText.TIMED_OUT : ErrorText.of(e));
            }
            close();
        }
    }

    private ByteBuffer head(long n) {
        if (head == null || !plan.sameHead()) {
            byte[] bytes = plan.head(number, n);
            if (head == null || head.capacity() < bytes.length) {
                // Room for a number with more digits.
                head = ByteBuffer.allocateDirect(bytes.length + Long.toString(n).length() + 16);
            }
            head.clear().put(bytes).flip();
        }
        return head.rewind();
    }

    private void close() {
        LoadConnection closing = connection;
        connection = null;
        try {
            if (closing != null) {
                closing.close();
            }
        } catch (IOException e) {
            tally.onError("closing: " + ErrorText.of(e));
        }
    }

    // any thread

    /**
     * Ends a request that is stuck.
     *
     * @param sinceNs a request that has not moved a byte since then may have been refused
     * @param expiryNs one that has not moved a byte since then has failed
     */
    void watch(long sinceNs, long expiryNs) {
        LoadConnection watched = connection;
        long movedNs = gauge.movedNs();
        if (watched == null) {
            return;
        }
        try {
            if (movedNs - expiryNs < 0) {
                watched.expire();
            } else if (movedNs - sinceNs < 0) {
                watched.unblock();
            }
        } catch (IOException gone) {
            // The client's own thread has closed it, or meets the same failure and counts it.
        }
    }

    /** Makes the client end soon; a request that is under way is not counted. */
    void stop() throws IOException {
        stopped = true;
        LoadConnection stopping = connection;
        if (stopping != null) {
            stopping.close();
        }
    }

    ClientProgress gauge() {
        return gauge;
    }

    // main thread, once the client's thread has ended

    LoadStats tally() {
        return tally;
    }

    /** When it had nothing more to do. */
    long endNs() {
        return endNs;
    }
}
