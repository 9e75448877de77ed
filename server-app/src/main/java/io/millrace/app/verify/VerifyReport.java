package io.millrace.app.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.app.cli.Units;
import io.millrace.store.Scrub;
import io.millrace.store.Scrub.Finding;
import io.millrace.store.Scrub.Result;
import java.io.PrintStream;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Prints what a scrub finds: a line for each object that is not as it should be, how far it is, and
 * a summary.
 *
 * <p>Threads: one.
 */
final class VerifyReport implements Scrub.Listener {

    private static final long DRAW_NS = TimeUnit.MILLISECONDS.toNanos(200);

    private final PrintStream out;
    /** Where progress is shown; null if no person watches. */
    private final PrintStream terminal;
    private final long startNs;
    private final Map<Finding, Long> counts = new EnumMap<>(Finding.class);
    private long readBytes;
    private long drawnNs;
    private int drawnChars;

    VerifyReport(PrintStream out, PrintStream terminal, long startNs) {
        this.out = out;
        this.terminal = terminal;
        this.startNs = startNs;
        this.drawnNs = startNs;
    }

    @Override
    public void onObject(Result result) {
        counts.merge(result.finding(), 1L, Long::sum);
        switch (result.finding()) {
            case CORRUPT -> print("corrupt: " + shown(result.key()) + ": expected "
                    + result.algorithm().field(result.expected()) + ", found "
                    + result.algorithm().field(result.found()));
            case UNREADABLE -> print("unreadable: " + shown(result.key()) + ": "
                    + result.reason());
            default -> draw();
        }
    }

    @Override
    public void onBytes(int bytes) {
        readBytes += bytes;
        draw();
    }

    /** A key as a path; what a terminal might obey is percent-encoded. */
    static String shown(String key) {
        StringBuilder text = new StringBuilder("/");
        key.codePoints().forEach(c -> {
            if (c == '%' || Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                for (byte b : new String(Character.toChars(c)).getBytes(UTF_8)) {
                    text.append(String.format(Locale.ROOT, "%%%02X", b));
                }
            } else {
                text.appendCodePoint(c);
            }
        });
        return text.toString();
    }

    private void print(String line) {
        clear();
        out.println(line);
    }

    private void draw() {
        long nowNs = System.nanoTime();
        if (terminal == null || nowNs - drawnNs < DRAW_NS) {
            return;
        }
        drawnNs = nowNs;
        String line = String.format(Locale.ROOT, "%,d objects, %s read, %s/s, %,d corrupt", all(),
                Units.roundSize(readBytes), Units.roundSize(readBytes / seconds(nowNs)),
                count(Finding.CORRUPT));
        terminal.print('\r' + line + " ".repeat(Math.max(0, drawnChars - line.length())));
        terminal.flush();
        drawnChars = line.length();
    }

    private void clear() {
        if (drawnChars > 0) {
            terminal.print('\r' + " ".repeat(drawnChars) + '\r');
            terminal.flush();
            drawnChars = 0;
        }
    }

    private double seconds(long nowNs) {
        return Math.max(1, nowNs - startNs) / 1e9;
    }

    private long count(Finding finding) {
        return counts.getOrDefault(finding, 0L);
    }

    private long all() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Prints the summary. */
    void end(long nowNs, boolean stopped) {
        clear();
        out.printf(Locale.ROOT, "%,d objects, %s read in %s%s%n", all(),
                Units.roundSize(readBytes), Units.roundDuration(nowNs - startNs),
                stopped ? ", stopped before the end" : "");
        out.printf(Locale.ROOT, "  intact             %,d%n", count(Finding.INTACT));
        out.printf(Locale.ROOT, "  corrupt            %,d%n", count(Finding.CORRUPT));
        out.printf(Locale.ROOT, "  unreadable         %,d%n", count(Finding.UNREADABLE));
        out.printf(Locale.ROOT, "  changed meanwhile  %,d%n", count(Finding.CHANGED));
        out.printf(Locale.ROOT, "  without a digest   %,d%n", count(Finding.WITHOUT_DIGEST));
        out.flush();
    }

    /** Whether nothing is corrupt or unreadable. */
    boolean isClean() {
        return count(Finding.CORRUPT) == 0 && count(Finding.UNREADABLE) == 0;
    }
}
