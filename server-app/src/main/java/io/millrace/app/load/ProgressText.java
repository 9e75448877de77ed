package io.millrace.app.load;

import io.millrace.app.cli.Units;
import java.util.Locale;

/**
 * Says how far a load run is. Speeds are those since the line before, so that a server that has
 * stopped is seen at once.
 *
 * <p>Threads: main.
 */
final class ProgressText {

    /** Long.MAX_VALUE if only the time ends the run. */
    private final long requests;
    private long beforeNs;
    private long beforeRequests;
    private long beforeBytes;

    /** Of a run of so many requests whose first phase begins at this time, below 0 a warm-up. */
    ProgressText(long requests, long startNs) {
        this.requests = requests;
        beforeNs = startNs;
    }

    /** What is done, how fast, and how long it will take. */
    String line(long elapsedNs, double share, long doneRequests, long movedBytes) {
        double seconds = Math.max(1, elapsedNs - beforeNs) / 1e9;
        String line = String.format(Locale.ROOT, "%s%,d%s, %,.0f/s, %s/s%s",
                elapsedNs < 0 ? "warm-up: " : "", doneRequests,
                requests == Long.MAX_VALUE ? "" : String.format(Locale.ROOT, "/%,d", requests),
                (doneRequests - beforeRequests) / seconds,
                Units.roundSize((movedBytes - beforeBytes) / seconds), left(elapsedNs, share));
        beforeNs = elapsedNs;
        beforeRequests = doneRequests;
        beforeBytes = movedBytes;
        return line;
    }

    private static String left(long elapsedNs, double share) {
        double seconds = elapsedNs / 1e9;
        return share <= 0 || seconds <= 0 ? ""
                : ", " + Units.roundSeconds(seconds / share - seconds) + " left";
    }
}
