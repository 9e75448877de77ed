package io.millrace.app.run;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How long a request took at most, beside each restart and between two. Threads: {@link #took} by
 * any, the others by one at a time.
 */
final class LongestRequest {

    private final AtomicLong nowNs = new AtomicLong();
    private final List<Long> besideMs = new ArrayList<>();
    private final List<Long> betweenMs = new ArrayList<>();

    void took(long timeNs) {
        nowNs.accumulateAndGet(timeNs, Math::max);
    }

    /** What has been since the last call was between two restarts. */
    void restartBegins() {
        betweenMs.add(TimeUnit.NANOSECONDS.toMillis(nowNs.getAndSet(0)));
    }

    void restartHasEnded() {
        besideMs.add(TimeUnit.NANOSECONDS.toMillis(nowNs.getAndSet(0)));
    }

    @Override
    public String toString() {
        return beside("median", besideMs.size() / 2) + ", " + beside("most",
                besideMs.size() - 1);
    }

    private String beside(String name, int index) {
        return besideMs.isEmpty() ? "none" : String.format("%s %,d ms (between restarts %,d)",
                name, besideMs.stream().sorted().toList().get(index),
                betweenMs.stream().sorted().toList().get(index));
    }
}
