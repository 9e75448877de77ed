package io.millrace.bucket;

import io.millrace.bucket.engine.Holds;
import io.millrace.log.SafeLog;
import io.millrace.s3.S3Exception;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;

/**
 * Opens a store's bucket: looks whether it can be used, and probes what the engine holds. An engine
 * that can't be reached is probed later, again and again, while the store serves what it can: a
 * node that is started while its engine restarts must not stay down. What only an operator can mend
 * refuses the start.
 *
 * <p>Threads: the one that opens the store, then one of its own.
 */
final class BucketOpening { // decision 311

    private static final Duration LOOK = Duration.ofSeconds(5);
    private static final Duration PROBE = Duration.ofSeconds(30);
    private static final long FIRST_PAUSE_NS = Duration.ofSeconds(1).toNanos();
    private static final long LONGEST_PAUSE_NS = Duration.ofSeconds(30).toNanos();

    /** What passes by itself. */
    private static final Set<S3Exception.Kind> PASSING = Set.of(S3Exception.Kind.SLOW_DOWN,
            S3Exception.Kind.UNAVAILABLE, S3Exception.Kind.INTERNAL, S3Exception.Kind.TIMEOUT,
            S3Exception.Kind.RESET, S3Exception.Kind.BUSY);

    private final BucketState state;
    private final Executor threads;
    private long pauseNs = FIRST_PAUSE_NS;
    /** The next try, as long as it waits; null if there is none. Guarded by this. */
    private Future<?> next;

    BucketOpening(BucketState state) {
        this(state, task -> {
            Thread thread = new Thread(task, "millrace-bucket-probe");
            thread.setDaemon(true);
            thread.start();
        });
    }

    /** @param threads starts one for each try */
    BucketOpening(BucketState state, Executor threads) {
        this.state = state;
        this.threads = threads;
    }

    /**
     * Looks and probes; if the engine can't be reached, begins to try again later.
     *
     * @throws IOException with one line that says what to do, if an operator has to do it
     */
    void open() throws IOException {
        try {
            Holds holds = probe();
            if (isMissing(holds)) {
                throw new IOException(unheld(holds));
            }
            state.holds(holds);
        } catch (S3Exception e) {
            if (!PASSING.contains(e.kind())) {
                throw refusal(e);
            }
            later(e);
        } catch (LateProbeException e) {
            later(e);
        }
    }

    private Holds probe() throws IOException {
        BucketProbe probe = new BucketProbe(state);
        probe.look(LOOK);
        if (state.options().readOnly()) {
            return probe.readOnly();
        }
        try {
            return probe.probe(PROBE);
        } catch (S3Exception e) {
            if (e.kind() == S3Exception.Kind.DENIED) {
                throw new IOException("the keys may not write to " + state.options().place()
                        + ": give them s3:PutObject, or set readOnly", e);
            }
            throw e;
        }
    }

    private boolean isMissing(Holds holds) {
        return state.options().requireConditions() && !state.options().readOnly()
                && !holds.writes();
    }

    private String unheld(Holds holds) {
        return "the engine at " + state.options().place() + " doesn't hold what requireConditions "
                + "asks for (" + holds + "): take an engine that does, or leave it out";
    }

    /** What an operator has to do. */
    private IOException refusal(S3Exception e) {
        String place = "the bucket " + state.options().place() + " can't be used: ";
        String what = switch (e.kind()) {
            case WRONG_KEYS -> ": check the access key id and the secret";
            case CLOCK_SKEW -> ": set the clock of this machine (NTP)";
            case NO_BUCKET -> ": create it, or correct the URL";
            case REDIRECTED -> ": set the region, or the endpoint of that region";
            case DENIED -> ": give the keys s3:GetObject and s3:ListBucket, and to write "
                    + "s3:PutObject, s3:DeleteObject and s3:AbortMultipartUpload";
            default -> "";
        };
        return new IOException(place + e.getMessage() + what, e);
    }

    private void later(IOException why) {
        SafeLog.log(BucketStore.class, Level.WARNING, "the engine at " + state.options().place()
                + " can't be probed, and conditional requests get 503; trying again in "
                + pauseNs / 1_000_000_000 + " s: " + why.getMessage(), null);
        long delayNs = pauseNs;
        pauseNs = Math.min(LONGEST_PAUSE_NS, pauseNs * 2);
        synchronized (this) {
            try {
                next = state.timer().after(delayNs, this::start);
            } catch (RejectedExecutionException e) {
                next = null; // the store was closed meanwhile
            }
        }
    }

    /** The engine can be reached: if the next try waits, it begins now. */
    synchronized void soon() {
        if (next != null && next.cancel(false)) {
            next = null;
            start();
        }
    }

    private void start() {
        try {
            threads.execute(this::again);
        } catch (OutOfMemoryError e) { // what Java says when the system has no more threads
            later(new IOException(e.toString(), e));
        }
    }

    private void again() {
        try {
            Holds holds = probe();
            state.holds(holds);
            SafeLog.log(BucketStore.class, isMissing(holds) ? Level.ERROR : Level.INFO,
                    isMissing(holds) ? unheld(holds) : "the engine at " + state.options().place()
                            + " has been probed: " + holds, null);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            later(e instanceof IOException io ? io : new IOException(e.toString(), e));
        }
    }
}
