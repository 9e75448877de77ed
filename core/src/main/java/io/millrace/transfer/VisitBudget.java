package io.millrace.transfer;

/**
 * What a connection may do in one visit: move so many bytes, and begin further requests for so
 * long. A short visit is for one small request. A worker has one, as it makes one visit at a time.
 *
 * <p>Threads: the owning worker only.
 */
public final class VisitBudget {

    /** The clock is read this often at least, and more often at first, as small ones cost less. */
    private static final int EXCHANGES_PER_LOOK = 16;

    /** A visit that moves no more is over soon. */
    private static final int LITTLE_BYTES = 64 << 10;
    private static final int FEW_EXCHANGES = 4;

    private final long bytesPerVisit;
    private final long nsPerVisit;
    /** What the visit could move at its beginning. */
    private long granted;
    private long bytes;
    private boolean isShort;
    /** Exchanges that have ended in this visit. */
    private int exchanges;
    /** When the visit ends if there are many; set with the second. */
    private long endNs;
    private boolean hasMoreRequests;
    /** Once true this is true until the exchange ends. */
    private boolean isLongTransfer;

    public VisitBudget(long bytesPerVisit, long nsPerVisit) {
        this.bytesPerVisit = bytesPerVisit;
        this.nsPerVisit = nsPerVisit;
    }

    /**
     * A visit begins.
     *
     * @param isShort whether it moves little and serves at most one request
     * @param isLongTransfer what was so at the end of the connection's last visit
     */
    public void begin(boolean isShort, boolean isLongTransfer) {
        this.isShort = isShort;
        this.isLongTransfer = isLongTransfer;
        granted = isShort ? Math.min(LITTLE_BYTES, bytesPerVisit) : bytesPerVisit;
        bytes = granted;
        exchanges = 0;
        hasMoreRequests = false;
    }

    /** @param inExchange whether an exchange goes on after the visit */
    public void end(boolean inExchange) {
        // Between two it was an earlier one's, or that of many small ones.
        isLongTransfer |= isUsedUp() && inExchange;
    }

    /** Whether the exchange in progress has moved more in one visit than small ones do. */
    public boolean isLongTransfer() {
        return isLongTransfer;
    }

    /**
     * Whether the connection has its turn behind those that ask for little: it has a long transfer,
     * or so many pipelined requests that they didn't fit into its last visit.
     */
    public boolean waitsForTurn() {
        return isLongTransfer || hasMoreRequests;
    }

    /** Bytes that may still be moved; negative if more were moved than allowed. */
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
        isLongTransfer = false;
        exchanges++;
    }

    /** Whether a request that has come may begin; else the budget is used up. */
    public boolean allowsRequest() { // decision 137
        if (exchanges > 0 && isShort) {
            bytes = Math.min(bytes, 0);
        } else if (exchanges == 1) {
            endNs = System.nanoTime() + nsPerVisit;
        } else if (exchanges > 1 && looksAtClock() && System.nanoTime() - endNs >= 0) {
            bytes = Math.min(bytes, 0);
        }
        hasMoreRequests = bytes <= 0 && (exchanges > 1 || exchanges == 1 && isShort);
        return bytes > 0;
    }

    private boolean looksAtClock() {
        return exchanges % EXCHANGES_PER_LOOK == 0 || Integer.bitCount(exchanges) == 1;
    }

    /** Whether the visit may have taken long: it was for more than a few small requests. */
    public boolean isLarge() {
        return exchanges > FEW_EXCHANGES || granted - bytes > LITTLE_BYTES;
    }
}
