package io.millrace.accesslog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.OpenFiles;
import io.millrace.server.Logged;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files an access log has open, and which line goes where. */
class FileTargetTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private Path file;
    private Path old;

    @BeforeEach
    void name() {
        file = folder.resolve("access.log");
        old = folder.resolve("access.log.1");
    }

    private static ByteBuffer line(String text) {
        return ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void fileThatWasRenamedIsClosedByTheNextLine() throws IOException {
        FileTarget target = new FileTarget(file);
        target.write(line("a"));
        Files.move(file, old);
        target.reopen();
        target.reopen();
        target.write(line("b"));
        assertEquals(1, OpenFiles.below(folder));
        target.write(line("c"));
        assertEquals("a\n", Files.readString(old));
        assertEquals("b\nc\n", Files.readString(file));
        target.close();
        assertEquals(0, OpenFiles.below(folder));
    }

    @Test
    void fileThatNoLineHasComeToIsClosedToo() throws IOException {
        FileTarget target = new FileTarget(file);
        target.reopen();
        target.close();
        assertEquals(0, OpenFiles.below(folder));
    }

    @Test
    void fileThatAnInterruptHasClosedIsOpenedAgain() throws IOException {
        FileTarget target = new FileTarget(file);
        Thread.currentThread().interrupt();
        assertThrows(ClosedByInterruptException.class, () -> target.write(line("a")));
        assertTrue(Thread.interrupted());
        target.write(line("b"));
        assertTrue(Files.readString(file).endsWith("b\n"));
        target.close();
    }

    @Test
    void quietLogLetsGoOfItsFileWhenItIsReopenedOrMoved() throws IOException {
        try (AccessLog log = AccessLog.toFile(file, AccessLogFormat.COMMON)) {
            log.reopen();
            assertTrue(log.flush(LONG));
            assertEquals(1, OpenFiles.below(folder));
        }
        try (AccessLog log = AccessLog.toFile(file, AccessLogFormat.COMMON)) {
            log.moveTo(old);
            assertTrue(log.flush(LONG));
            assertEquals(1, OpenFiles.below(folder));
        }
    }

    @Test
    void closedLogHasNoFileOpenWhetherItHadALineOrNot() throws Exception {
        try (Logged logged = new Logged(AccessLog.class)) {
            AccessLog.toFile(file, AccessLogFormat.COMMON).close();
            assertEquals(0, OpenFiles.below(folder));
            AccessLog log = AccessLog.toFile(file, AccessLogFormat.COMMON);
            log.reopen(); // has a thread begin
            assertTrue(log.flush(LONG));
            assertTrue(Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().equals("millrace-access-log"))
                    .allMatch(Thread::isDaemon));
            log.close();
            assertEquals(0, OpenFiles.below(folder));
            assertEquals(List.of(), logged.lines());
        }
    }
}
