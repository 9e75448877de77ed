package io.millrace.store;

import io.millrace.access.AccessControl;
import io.millrace.http.Response;
import io.millrace.log.SafeLog;
import io.millrace.tree.FaultLog;
import io.millrace.tree.FolderLock;
import io.millrace.tree.FolderOpening;
import io.millrace.tree.FolderSettings;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Waits, while a store already serves reads, until the process before it lets go of the folder,
 * and then opens it for changes. Those that have come meanwhile go on.
 *
 * <p>Threads: its own; {@link #stop} by any, one at a time.
 */
final class Takeover implements Runnable {

    /** After a folder could not be opened it is tried again. */
    private static final long PAUSE_NS = TimeUnit.SECONDS.toNanos(1);

    private static final String FAILED = "failed to take over the folder, will retry";

    private static final Duration LONGEST_WAIT = Duration.ofDays(365);

    /** Opens the store for changes, in a folder that may be changed now. */
    interface Opening {
        StoreState open() throws IOException;
    }

    private final FolderLock lock;
    /** What the store reads with until then; longer for responses that are under way. */
    private final StoreState reading;
    private final HeldRequests held;
    private final Opening opening;
    private final FolderStore store;
    private final FaultLog faults;
    private final Thread thread;
    /** Null until the folder may be changed. Its own thread's. */
    private StoreState opened;
    private volatile boolean stopped;

    /** @param lock taken for listening */
    private Takeover(FolderLock lock, StoreState reading, HeldRequests held, Opening opening,
            FolderStore store) {
        this.lock = lock;
        this.reading = reading;
        this.held = held;
        this.opening = opening;
        this.store = store;
        this.faults = reading.folder().faults();
        thread = new Thread(this, "millrace-takeover");
        thread.setDaemon(true);
    }

    /**
     * A store in a folder that another process may use, as {@link FolderStore#takeOver} has it.
     *
     * @param lock of which nothing is taken yet; closed if this throws, else the store's
     */
    static FolderStore store(FolderLock lock, StoreOptions options, long longestNs)
            throws IOException {
        return store(lock, options, longestNs, System::nanoTime);
    }

    /** The same with the clock by which changes have waited. */
    static FolderStore store(FolderLock lock, StoreOptions options, long longestNs,
            LongSupplier clockNs) throws IOException {
        FolderStore store = null;
        try {
            store = begin(lock, options, longestNs, clockNs);
        } finally {
            if (store == null) {
                lock.close();
            }
        }
        return store;
    }

    /** A time to wait in nanoseconds, which hold 292 years. */
    static long nanos(Duration time) {
        return (time.compareTo(LONGEST_WAIT) < 0 ? time : LONGEST_WAIT).toNanos();
    }

    private static FolderStore begin(FolderLock lock, StoreOptions options, long longestNs,
            LongSupplier clockNs) throws IOException {
        if (!lock.awaitListen(0)) {
            SafeLog.log(FolderStore.class, Level.INFO,
                    "waiting for the process that uses the folder " + lock.folder(), null);
            if (!lock.awaitListen(longestNs)) {
                throw new IOException("another store uses the folder " + lock.folder());
            }
        }
        FolderSettings settings = options.folderSettings();
        FaultLog faults = new FaultLog(FolderStore.class);
        AccessControl access = options.accessControl();
        Eviction eviction = new Eviction(options, System::currentTimeMillis);
        Opening opening = () -> StoreState.open(options,
                FolderOpening.takeOver(lock, settings, faults), access, eviction,
                System::nanoTime);
        if (lock.tryWrite()) {
            lock.listens();
            return new FolderStore(options, opening.open(), lock, null);
        }
        StoreState reading = StoreState.reading(options,
                FolderOpening.read(lock, settings, faults), access, eviction);
        HeldRequests held = new HeldRequests(longestNs, clockNs);
        FolderStore store = new FolderStore(options, reading, lock, held);
        Takeover takeover = new Takeover(lock, reading, held, opening, store);
        store.takeover(takeover);
        takeover.thread.start();
        return store;
    }

    /** Tries again whatever fails: only this thread lets changes go on, and ends their wait. */
    @Override
    public void run() {
        long beganNs = System.nanoTime();
        boolean ended = false;
        while (!ended) {
            try {
                takeOver(beganNs);
                ended = true;
            } catch (RuntimeException | Error e) { // a heap that was full, for example
                SafeLog.log(FolderStore.class, Level.ERROR, FAILED, e);
                LockSupport.parkNanos(this, PAUSE_NS);
                ended = stopped;
            }
        }
    }

    private void takeOver(long beganNs) {
        while (opened == null) {
            opened = tryToOpen();
            if (opened == null) {
                pause(FolderLock.LOOK_NS);
                if (stopped) {
                    return;
                }
            }
        }
        // A quota is counted anew, which takes a moment if there are many objects.
        while (!opened.quota().isKnown() && !stopped) {
            pause(FolderLock.LOOK_NS);
        }
        StoreRequests next = store.begin(opened);
        long waitedMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beganNs);
        SafeLog.log(FolderStore.class, Level.INFO, "took over the folder " + opened.folder().path()
                + " after " + waitedMs + " ms; " + held.count() + " changes have waited", null);
        held.goOn(next);
    }

    private void pause(long timeNs) {
        LockSupport.parkNanos(this, timeNs);
        held.expire();
    }

    /** Null as long as another process has the folder, or it can't be opened. */
    private StoreState tryToOpen() {
        try {
            return lock.tryWrite() ? opening.open() : null;
        } catch (IOException e) {
            faults.log(FAILED, e);
        }
        pause(PAUSE_NS);
        return null;
    }

    /** Ends the wait; changes that wait, and those that come, get this response. */
    void stop(Response refusal) {
        stopped = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        held.refuse(refusal);
    }

    /** What the store reads with, or has read with. */
    StoreState reading() {
        return reading;
    }
}
