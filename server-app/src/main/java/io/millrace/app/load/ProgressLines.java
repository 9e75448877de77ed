package io.millrace.app.load;

import java.io.PrintStream;

/**
 * Says once a minute how far a load run is, for those who read a log later.
 *
 * <p>Threads: main.
 */
final class ProgressLines implements Progress {

    private static final long BETWEEN_NS = 60_000_000_000L;

    private final PrintStream log;
    private final ProgressText text;
    private long nextNs;

    /** Lines of a run whose first phase begins at this time, below 0 a warm-up. */
    ProgressLines(PrintStream log, ProgressText text, long startNs) {
        this.log = log;
        this.text = text;
        nextNs = startNs + BETWEEN_NS;
    }

    @Override
    public void draw(long elapsedNs, double share, long doneRequests, long movedBytes) {
        if (elapsedNs >= nextNs) {
            log.println("millrace: " + text.line(elapsedNs, share, doneRequests, movedBytes));
            nextNs = elapsedNs + BETWEEN_NS;
        }
    }

    @Override
    public void clear() {
        // Lines stay.
    }
}
