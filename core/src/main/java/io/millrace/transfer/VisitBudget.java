package io.millrace.transfer;

/**
 * What a connection may do in one visit: move so many bytes, and begin further requests for so
 * long.
 *
 * <p>Threads: the owning worker only.
 */
public final class VisitBudget {

    /** The clock is read this often at least, and more often at first, as small ones cost less. */
    private static final int EXCHANGES_PER_LOOK = 16;

    private final long bytesPerVisit;
    private final long nsPerVisit;
    private long bytes;
    /** Exchanges that have ended in this visit. */
    private int exchanges;
    /** When the visit ends if there are many; set with the second. */
    private long endNs;
    private boolean hasMoreRequests;

    public VisitBudget(long bytesPerVisit, long nsPerVisit) {
        this.bytesPerVisit = bytesPerVisit;
        this.nsPerVisit = nsPerVisit;
    }

    /** A visit begins. */
    public void begin() {
        bytes = bytesPerVisit;
        exchanges = 0;
        hasMoreRequests = false;
    }

    /** Bytes that may still be moved; less than 0 if it were more than might be. */
    public long bytes() {
        return bytes;
    }

    public void spend(long count) {
        bytes -= count;
    }

    public boolean isUsedUp() {
        return bytes <= 0;
    }

    public void exchangeEnded() {
        exchanges++;
    }

    /** Whether a request that has come may begin; else the budget is used up. */
    public boolean allowsRequest() {
        if (exchanges == 1) {
            endNs = System.nanoTime() + nsPerVisit;
        } else if (exchanges > 1 && looksAtClock() && System.nanoTime() - endNs >= 0) {
            bytes = Math.min(bytes, 0);
        }
        hasMoreRequests = bytes <= 0 && exchanges > 1;
        return bytes > 0;
    }

    private boolean looksAtClock() {
        return exchanges % EXCHANGES_PER_LOOK == 0 || Integer.bitCount(exchanges) == 1;
    }

    /** Whether the visit has ended before the requests that had come, which were many. */
    public boolean hasMoreRequests() {
        return hasMoreRequests;
    }
}
