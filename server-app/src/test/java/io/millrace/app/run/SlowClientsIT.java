package io.millrace.app.run;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.cli.FlagType;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Slow clients cost little and nobody waits for them; {@link SlowClients} has thousands. */
class SlowClientsIT {

    private static final int CONNECTIONS = 500;
    /** Twice what docs/operating.md says of one. */
    private static final int MOST_HEAP_BYTES = 6000;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void slowClientsCostLittleAndNobodyWaitsForThem(SlowClients.FlagType kind) throws Exception {
        // It would take an hour, if the normal client had to wait for one of them.
        SlowClients.Result result = SlowClients.run(folder, kind, CONNECTIONS, 2);
        assertTrue(result.heapBytes() <= MOST_HEAP_BYTES, result.heapBytes() + " bytes each");
    }
}
