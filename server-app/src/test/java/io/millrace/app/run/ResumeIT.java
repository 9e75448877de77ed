package io.millrace.app.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uploads go on after the program was killed; {@link ResumeRun} does it more often. */
class ResumeIT {

    @TempDir
    private Path folder;

    @Test
    void killInTheMidstOfUploadsLosesNothing() throws Exception {
        ResumeRun run = new ResumeRun(folder, 8, "none", 1);
        run.kill(2);
        assertEquals(List.of(), run.faults(), run.report());
        assertTrue(run.ended() >= 8, run.report());
    }
}
