package io.millrace.app.load;

import java.io.PrintStream;

/**
 * Shows on a terminal how far a load run is, in one line that is drawn anew.
 *
 * <p>Threads: main.
 */
final class ProgressBar implements Progress {

    private static final int BAR_CHARS = 24;

    private final PrintStream terminal;
    private final ProgressText text;
    private int drawnChars;

    /** A bar on a terminal. */
    ProgressBar(PrintStream terminal, ProgressText text) {
        this.terminal = terminal;
        this.text = text;
    }

    @Override
    public void draw(long elapsedNs, double share, long doneRequests, long movedBytes) {
        int full = (int) (BAR_CHARS * share);
        String line = "[" + "#".repeat(full) + ".".repeat(BAR_CHARS - full) + "] "
                + text.line(elapsedNs, share, doneRequests, movedBytes);
        print(line + " ".repeat(Math.max(0, drawnChars - line.length())));
        drawnChars = line.length();
    }

    @Override
    public void clear() {
        if (drawnChars > 0) {
            print(" ".repeat(drawnChars) + "\r");
            drawnChars = 0;
        }
    }

    private void print(String line) {
        terminal.print("\r" + line);
        terminal.flush();
    }
}
