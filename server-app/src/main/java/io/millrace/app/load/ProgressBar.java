package io.millrace.app.load;

import io.millrace.app.cli.Units;
import java.io.PrintStream;
import java.util.Locale;

/**
 * Shows on a terminal how far a load run is.
 *
 * <p>Threads: main.
 */
final class ProgressBar {

    private static final int BAR_CHARS = 24;

    /** Null if there is no terminal to draw on. */
    private final PrintStream terminal;
    private final long requests;
    private int drawnChars;

    private ProgressBar(PrintStream terminal, long requests) {
        this.terminal = terminal;
        this.requests = requests;
    }

    /** A bar on a terminal. */
    static ProgressBar on(PrintStream terminal, long requests) {
        return new ProgressBar(terminal, requests);
    }

    /** One that shows nothing. */
    static ProgressBar none() {
        return new ProgressBar(null, 0);
    }

    /**
     * Draws the bar over the one before.
     *
     * @param share of the work that is done, from 0 to 1
     * @param movedBytes in both directions
     */
    void draw(double share, long doneRequests, long movedBytes, long elapsedNs) {
        if (terminal != null) {
            String line = line(share, doneRequests, requests, movedBytes, elapsedNs);
            print(line + " ".repeat(Math.max(0, drawnChars - line.length())));
            drawnChars = line.length();
        }
    }

    /** Removes the bar. */
    void clear() {
        if (drawnChars > 0) {
            print(" ".repeat(drawnChars) + "\r");
            drawnChars = 0;
        }
    }

    private void print(String line) {
        terminal.print("\r" + line);
        terminal.flush();
    }

    static String line(double share, long doneRequests, long requests, long movedBytes,
            long elapsedNs) {
        double seconds = elapsedNs / 1e9;
        int full = (int) (BAR_CHARS * share);
        String left = share <= 0 ? ""
                : ", " + Units.roundSeconds(seconds / share - seconds) + " left";
        return String.format(Locale.ROOT, "[%s%s] %,d/%,d, %,.0f/s, %s/s%s",
                "#".repeat(full), ".".repeat(BAR_CHARS - full), doneRequests, requests,
                doneRequests / seconds, Units.roundSize(movedBytes / seconds), left);
    }
}
