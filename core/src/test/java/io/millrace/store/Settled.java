package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Pause;
import io.millrace.tree.FileAccess;
import java.io.IOException;
import java.nio.file.Path;

/** Files whose next change will have another time. */
final class Settled {

    private static final long PATIENCE_NS = 60_000_000_000L;

    private Settled() {
    }

    /** Waits for the tick of the clock that dates changes, some 20 ms after the last one. */
    static void await(Path file) throws IOException {
        long changedNs = FileAccess.changedNs(file);
        long endNs = System.nanoTime() + PATIENCE_NS;
        while (!FileAccess.isPast(changedNs, System.currentTimeMillis())) {
            assertTrue(System.nanoTime() - endNs < 0, "the clock stands");
            Pause.briefly();
        }
    }
}
