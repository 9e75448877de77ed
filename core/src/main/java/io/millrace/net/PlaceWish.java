package io.millrace.net;

import java.nio.channels.Selector;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How the acceptor has a worker close its longest idle connection, to make place for a new one.
 *
 * <p>Threads: the acceptor and one worker, each as it stands there.
 */
public final class PlaceWish {

    /** Since when nothing is idle: a moment that doesn't come. */
    public static final long NEVER = Long.MAX_VALUE;

    /** Since when the longest idle connection has been so. Written by the worker, once a turn. */
    private final AtomicLong idleSinceNs = new AtomicLong(NEVER);
    private volatile boolean isWanted;
    /** The acceptor's, which a free place wakes up; set before any thread is started. */
    private Selector placeMade;

    // acceptor thread

    /** Sets what the worker wakes when it has closed a connection, or has none to close. */
    public void whenMade(Selector placeMade) {
        this.placeMade = placeMade;
    }

    /** Since when its longest idle connection has been so; {@link #NEVER} if there is none. */
    public long idleSinceNs() {
        return idleSinceNs.getAcquire();
    }

    /** Asks the worker, which has to be woken then. */
    public void want() {
        isWanted = true;
    }

    // worker thread

    /** Whether a place is wanted; {@link #made} is to follow. */
    public boolean isWanted() {
        return isWanted;
    }

    /** The wish is granted, or can't be. */
    public void made(long idleSinceNs) {
        isWanted = false;
        tell(idleSinceNs);
        placeMade.wakeup();
    }

    /** Says since when the longest idle connection is so. */
    public void tell(long idleSinceNs) {
        this.idleSinceNs.setRelease(idleSinceNs);
    }
}
