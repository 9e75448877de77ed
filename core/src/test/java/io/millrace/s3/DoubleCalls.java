package io.millrace.s3;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The calls that {@link S3Double} has had, and the faults of those to come. Threads: any. */
final class DoubleCalls {

    /** What becomes of a call may change without another call, which would wake those that wait. */
    private static final long LOOK_MS = 5;

    private record Planned(Predicate<DoubleCall> calls, S3Fault fault) {
    }

    /** In the order of their heads. Guarded by this. */
    private final List<DoubleCall> calls = new ArrayList<>();
    /** Guarded by itself. */
    private final List<Planned> planned = new ArrayList<>();

    void next(Predicate<DoubleCall> which, S3Fault fault) {
        synchronized (planned) {
            planned.add(new Planned(which, fault));
        }
    }

    /** Whatever was planned and has not happened will not. */
    void heal() {
        synchronized (planned) {
            planned.clear();
        }
    }

    synchronized List<DoubleCall> all() {
        return List.copyOf(calls);
    }

    synchronized void forget() {
        calls.clear();
    }

    synchronized DoubleCall await(Predicate<DoubleCall> which) {
        long deadlineNs = System.nanoTime() + DoubleSettings.PATIENCE.toNanos();
        for (;;) {
            for (DoubleCall call : calls) {
                if (which.test(call)) {
                    return call;
                }
            }
            long leftMs = (deadlineNs - System.nanoTime()) / 1_000_000;
            if (leftMs <= 0) {
                throw new AssertionError("no such call among " + calls);
            }
            try {
                wait(Math.min(leftMs, LOOK_MS));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** Who waits for a call may plan what the next one of its kind meets: this one has its own. */
    S3Fault began(DoubleCall call) {
        S3Fault fault = fault(call);
        synchronized (this) {
            calls.add(call);
            notifyAll();
        }
        return fault;
    }

    private S3Fault fault(DoubleCall call) {
        synchronized (planned) {
            for (Planned plan : planned) {
                if (plan.calls.test(call)) {
                    planned.remove(plan);
                    return plan.fault;
                }
            }
        }
        return S3Fault.NONE;
    }

    /** Something has become of a call. */
    synchronized void changed() {
        notifyAll();
    }
}
