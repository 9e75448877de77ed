package io.millrace.app.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressBarTest {

    private static final long SECOND_NS = 1_000_000_000;

    @Test
    void beforeTheFirstRequestNoTimeIsLeftToTell() {
        assertEquals("[........................] 0/100, 0/s, 0 B/s",
                ProgressBar.line(0, 0, 100, 0, SECOND_NS));
    }

    @Test
    void halfDoneTakesAsLongAgain() {
        assertEquals("[############............] 5,000/10,000, 500/s, 20.0 GB/s, 10 s left",
                ProgressBar.line(0.5, 5000, 10_000, 200_000_000_000L, 10 * SECOND_NS));
    }

    @Test
    void doneLeavesNothing() {
        assertEquals("[########################] 100/100, 50/s, 50.0 MB/s, 0 s left",
                ProgressBar.line(1, 100, 100, 100_000_000, 2 * SECOND_NS));
    }

    @Test
    void shorterLineCoversTheLongerOneAndClearRemovesIt() {
        ByteArrayOutputStream drawn = new ByteArrayOutputStream();
        ProgressBar bar = ProgressBar.on(new PrintStream(drawn, false, StandardCharsets.UTF_8), 10);
        bar.draw(0.1, 1, 1, SECOND_NS);
        bar.draw(0, 0, 0, SECOND_NS);
        bar.clear();
        String longer = "[##......................] 1/10, 1/s, 1 B/s, 9 s left";
        String shorter = "[........................] 0/10, 0/s, 0 B/s";
        assertEquals("\r" + longer
                        + "\r" + shorter + " ".repeat(longer.length() - shorter.length())
                        + "\r" + " ".repeat(shorter.length()) + "\r",
                drawn.toString(StandardCharsets.UTF_8));
    }

    @Test
    void noneDrawsNothing() {
        ProgressBar bar = ProgressBar.none();
        bar.draw(0.5, 1, 3, SECOND_NS);
        bar.clear();
    }
}
