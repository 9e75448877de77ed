package io.millrace.server;

import io.millrace.log.LogThrottle;
import io.millrace.transfer.HeapBound;
import io.millrace.transfer.TransferResources;
import java.lang.System.Logger.Level;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.function.Consumer;

/**
 * What the connections of one worker keep in memory between two visits: counts it, and when it is
 * too much chooses those that are given up for it.
 *
 * <p>Threads: the owning worker only.
 */
final class KeptMemory {

    private static final String SHEDDING_WHEN_SHORT =
            "connection reset: the heap is nearly full; it held most of what is kept for clients";

    private final Selector selector;
    /** What may be kept for all of them: an equal share of the server's, but enough for one. */
    private final long maxKeptBytes;
    private final String shedding;
    private final LogThrottle sheds = new LogThrottle();
    private final HeapBound heap;
    /** Closes a connection, which {@link #forget} is called for. */
    private final Consumer<Connection> giveUp;
    /** The sum of what the connections keep. */
    private long keptBytes;

    /**
     * @param selector knows the connections
     * @param heap what may be kept when it is nearly full
     * @param giveUp closes a connection, and calls {@link #forget}
     */
    KeptMemory(Selector selector, ServerOptions options, HeapBound heap,
            Consumer<Connection> giveUp) {
        this.selector = selector;
        this.heap = heap;
        this.giveUp = giveUp;
        maxKeptBytes = maxKeptBytes(options);
        shedding = "connection reset: more than maxKeptBytes, " + options.maxKeptBytes()
                + ", kept for clients that send or read slowly; it held most";
    }

    /** What may be kept when the heap is nearly full, by the same options. */
    static HeapBound heap(ServerOptions options) {
        return new HeapBound(options.workers(), maxKeptBytes(options));
    }

    private static long maxKeptBytes(ServerOptions options) {
        return Math.max(options.maxKeptBytes() / options.workers(),
                TransferResources.inBytes(options.pieceBytes(), options.maxHeadBytes())
                        + TransferResources.OUT_BYTES + options.maxHeadBytes());
    }

    /** Counts what an open connection keeps after a visit; it may be given up for that. */
    void count(Connection connection) {
        long kept = connection.keptBytes();
        keptBytes += kept - connection.countedBytes;
        connection.countedBytes = kept;
        if (keptBytes > maxKeptBytes) {
            shed(maxKeptBytes - maxKeptBytes / 4, shedding);
        } else if (heap.isExceededBy(keptBytes)) {
            shed(heap.keptBytes() - heap.keptBytes() / 4, SHEDDING_WHEN_SHORT);
        }
    }

    /** The connection ends and keeps nothing. */
    void forget(Connection connection) {
        keptBytes -= connection.countedBytes;
        connection.countedBytes = 0;
    }

    /** Memory has run out: makes room. */
    void shedWhenShort() {
        shed(heap.keptBytes(), SHEDDING_WHEN_SHORT);
    }

    /**
     * Gives up connections until no more than the goal is kept: first those that hold more than
     * half of what the largest holds, so that it takes few rounds and no list.
     */
    private void shed(long goal, String why) {
        while (keptBytes > goal) {
            long most = 0;
            for (SelectionKey key : selector.keys()) {
                if (key.isValid()) {
                    most = Math.max(most, ((Connection) key.attachment()).countedBytes);
                }
            }
            if (most == 0) {
                throw new AssertionError(keptBytes); // or this would never end
            }
            for (SelectionKey key : selector.keys()) {
                Connection connection = (Connection) key.attachment();
                if (keptBytes > goal && key.isValid() && connection.countedBytes > most / 2) {
                    sheds.log(Worker.class, Level.WARNING, why, null,
                            connection.resources.nowNs);
                    giveUp.accept(connection);
                }
            }
        }
    }
}
