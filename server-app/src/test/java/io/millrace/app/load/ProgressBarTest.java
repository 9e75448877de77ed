package io.millrace.app.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressBarTest {

    private static final long SECOND_NS = 1_000_000_000;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream stream = new PrintStream(printed, false, StandardCharsets.UTF_8);

    private String printed() {
        return printed.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
    }

    @Test
    void beforeTheFirstRequestNoTimeIsLeftToTell() {
        assertEquals("0/100, 0/s, 0 B/s", new ProgressText(100, 0).line(SECOND_NS, 0, 0, 0));
    }

    @Test
    void halfDoneTakesAsLongAgain() {
        assertEquals("5,000/10,000, 500/s, 20.0 GB/s, 10 s left",
                new ProgressText(10_000, 0).line(10 * SECOND_NS, 0.5, 5000, 200_000_000_000L));
    }

    @Test
    void speedIsThatSinceTheLineBefore() {
        ProgressText text = new ProgressText(100, 0);
        text.line(SECOND_NS, 0.5, 50, 50_000);
        assertEquals("60/100, 10/s, 1.0 kB/s, 1 s left",
                text.line(2 * SECOND_NS, 0.6, 60, 51_000));
    }

    @Test
    void warmupIsCalledSo() {
        assertEquals("warm-up: 10, 10/s, 0 B/s",
                new ProgressText(Long.MAX_VALUE, -3 * SECOND_NS).line(-2 * SECOND_NS, 0, 10, 0));
    }

    @Test
    void shorterLineCoversTheLongerOneAndClearRemovesIt() {
        ProgressBar bar = new ProgressBar(stream, new ProgressText(10, 0));
        bar.draw(SECOND_NS, 0.1, 1, 1);
        bar.draw(2 * SECOND_NS, 0, 1, 1);
        bar.clear();
        String longer = "[##......................] 1/10, 1/s, 1 B/s, 9 s left";
        String shorter = "[........................] 1/10, 0/s, 0 B/s";
        assertEquals("\r" + longer
                        + "\r" + shorter + " ".repeat(longer.length() - shorter.length())
                        + "\r" + " ".repeat(shorter.length()) + "\r",
                printed.toString(StandardCharsets.UTF_8));
    }

    @Test
    void logHasALineAMinute() {
        ProgressLines lines = new ProgressLines(stream, new ProgressText(1000, 0), 0);
        lines.draw(59 * SECOND_NS, 0, 59, 0);
        assertEquals("", printed());
        lines.draw(60 * SECOND_NS, 0.06, 60, 0);
        lines.draw(119 * SECOND_NS, 0, 119, 0);
        lines.draw(120 * SECOND_NS, 0.12, 120, 0);
        lines.clear();
        assertEquals("millrace: 60/1,000, 1/s, 0 B/s, 15 m 40 s left\n"
                + "millrace: 120/1,000, 1/s, 0 B/s, 14 m 40 s left\n", printed());
    }
}
