package io.millrace.accesslog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.server.HttpServer;
import io.millrace.server.Logged;
import io.millrace.server.ServerOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Where lines go: the file, another one after a reopen, and what fails or blocks. */
class AccessLogTargetTest extends LoggedServer {

    @Test
    void newFileIsReadByOwnerAndGroupOnly() throws IOException {
        try (AccessLog log = AccessLog.toFile(file(), AccessLogFormat.COMMON)) {
            assertTrue(log.flush(LONG));
            String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(file()));
            assertTrue(mode.equals("rw-r-----") || mode.equals("rw-------"), mode); // by umask
        }
    }

    @Test
    void fileThatIsThereIsAppendedTo() throws IOException {
        Files.writeString(file(), "before\n");
        try (AccessLog log = AccessLog.toFile(file(), AccessLogFormat.COMMON);
                HttpServer server = start(log, LoggedServer::handle)) {
            send(server, GET);
        }
        assertEquals(2, lines(file()).size());
        assertEquals("before", lines(file()).get(0));
    }

    @Test
    void fileThatCannotBeOpenedIsRefusedAtOnce() {
        assertThrows(IOException.class,
                () -> AccessLog.toFile(folder.resolve("no/such"), AccessLogFormat.COMMON));
    }

    @Test
    void requestAfterAReopenIsInTheNewFileAndNoneIsLost() throws Exception {
        Path old = folder.resolve("access.log.1");
        try (AccessLog log = AccessLog.toFile(file(), AccessLogFormat.COMMON);
                HttpServer server = start(log, LoggedServer::handle)) {
            for (int round = 0; round < 20; round++) {
                int before = lines(file()).size();
                send(server, "GET /before HTTP/1.1\r\nHost: a\r\n\r\n");
                Files.move(file(), old);
                send(server, "GET /renamed HTTP/1.1\r\nHost: a\r\n\r\n");
                log.reopen();
                send(server, "GET /after HTTP/1.1\r\nHost: a\r\n\r\n");
                assertTrue(log.flush(LONG));
                List<String> rotated = lines(old).subList(before, lines(old).size());
                List<String> current = lines(file());
                assertEquals(3, rotated.size() + current.size(), "round " + round);
                assertTrue(current.get(current.size() - 1).contains("GET /after "));
                assertFalse(rotated.toString().contains("GET /after "));
                Files.delete(old);
            }
            assertEquals(0, log.lostLines());
        }
    }

    @Test
    void requestAfterAMoveIsInTheOtherFile() throws Exception {
        Path other = folder.resolve("other.log");
        try (AccessLog log = AccessLog.toFile(file(), AccessLogFormat.COMMON);
                HttpServer server = start(log, LoggedServer::handle)) {
            send(server, GET);
            assertTrue(log.flush(LONG));
            log.moveTo(other);
            send(server, GET);
            assertThrows(IOException.class, () -> log.moveTo(folder.resolve("no/such")));
            send(server, GET);
            log.reopen();
            send(server, GET);
            assertTrue(log.flush(LONG));
            assertEquals(1, lines(file()).size());
            assertEquals(3, lines(other).size());
        }
    }

    @Test
    void logThatIsInNoFileMovesToNone() {
        try (AccessLog log = AccessLog.to(new Scripted(), AccessLogFormat.COMMON)) {
            assertThrows(IllegalStateException.class, () -> log.moveTo(file()));
        }
    }

    @Test
    void failedReopenKeepsTheOldFile() throws Exception {
        Path inner = Files.createDirectory(folder.resolve("logs"));
        Path old = folder.resolve("old");
        try (AccessLog log = AccessLog.toFile(inner.resolve("a.log"), AccessLogFormat.COMMON);
                HttpServer server = start(log, LoggedServer::handle)) {
            Files.move(inner, old);
            assertThrows(IOException.class, log::reopen);
            send(server, GET);
            assertTrue(log.flush(LONG));
            assertEquals(1, lines(old.resolve("a.log")).size());
        }
    }

    /** Keeps what is written, and fails or blocks when it is told to. */
    private static final class Scripted implements LogTarget {

        final StringBuilder text = new StringBuilder();
        final Semaphore mayWrite = new Semaphore(0);
        final CountDownLatch blocked = new CountDownLatch(1);
        boolean blocks;
        volatile int bytesToFailure = Integer.MAX_VALUE;

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            if (blocks) {
                blocked.countDown();
                mayWrite.acquireUninterruptibly();
            }
            synchronized (text) {
                while (bytes.hasRemaining()) {
                    if (bytesToFailure == 0) {
                        throw new IOException("No space left on device");
                    }
                    bytesToFailure--;
                    text.append((char) bytes.get());
                }
            }
        }

        List<String> lines() {
            synchronized (text) {
                return text.toString().lines().toList();
            }
        }

        @Override
        public String toString() {
            return "of the test";
        }
    }

    @Test
    void fullDiskIsSaidOnceAndLinesGoOnWhenThereIsRoom() throws Exception {
        Scripted target = new Scripted();
        try (Logged logged = new Logged(AccessLog.class);
                AccessLog log = AccessLog.to(target, AccessLogFormat.COMMON);
                HttpServer server = start(log, LoggedServer::handle)) {
            send(server, GET);
            assertTrue(log.flush(LONG));
            target.bytesToFailure = 10;
            for (int i = 0; i < 3; i++) {
                assertTrue(send(server, GET).endsWith("one"));
                assertTrue(log.flush(LONG));
            }
            assertEquals(3, log.lostLines());
            target.bytesToFailure = Integer.MAX_VALUE;
            send(server, GET);
            assertTrue(log.flush(LONG));
            List<String> lines = target.lines();
            assertEquals(3, lines.size()); // the torn one between two whole ones
            assertEquals(10, lines.get(1).length());
            assertTrue(lines.get(2).endsWith("\"GET /a HTTP/1.1\" 200 3"));
            assertEquals(2, log.writtenLines());
            assertEquals(List.of("access log of the test can't be written, lines are lost until it"
                    + " can: java.io.IOException: No space left on device",
                    "access log of the test goes on; lines lost: 3"), logged.lines());
        }
    }

    @Test
    void targetThatBlocksHoldsNoWorkerAndWhatIsDroppedIsCounted() throws Exception {
        Scripted target = new Scripted();
        target.blocks = true;
        int more = 100;
        try (Logged logged = new Logged(AccessLog.class);
                AccessLog log = AccessLog.to(target, AccessLogFormat.COMMON);
                HttpServer server = start(log, LoggedServer::handle)) {
            send(server, GET);
            assertTrue(target.blocked.await(60, TimeUnit.SECONDS));
            int bytes = send(server, GET.repeat(EntryQueue.MOST_ENTRIES + more)).length();
            assertTrue(bytes > 0);
            assertFalse(log.flush(Duration.ofMillis(1)));
            assertEquals(more, log.lostLines());
            target.mayWrite.release(1_000_000);
            assertTrue(log.flush(LONG));
            assertEquals(1 + EntryQueue.MOST_ENTRIES, target.lines().size());
            send(server, GET);
            assertTrue(log.flush(LONG));
            assertEquals(List.of("access log of the test goes on; lines lost: " + more),
                    logged.lines());
        }
    }

    @Test
    void closeWritesWhatIsLeft() throws IOException {
        AccessLog log = AccessLog.toFile(file(), AccessLogFormat.COMMON);
        try (HttpServer server = start(log, LoggedServer::handle)) {
            send(server, GET.repeat(5000));
        }
        log.close();
        log.close(); // a second time is no mistake
        assertEquals(5000, lines(file()).size());
    }

    @Test
    void linesOfSeveralWorkersAreWhole() throws Exception {
        int clients = 8;
        try (AccessLog log = AccessLog.toFile(file(), AccessLogFormat.JSON);
                HttpServer server = HttpServer.start(ServerOptions.builder().port(0).workers(4)
                        .listener(log).build(), LoggedServer::handle)) {
            List<CompletableFuture<String>> all = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                all.add(CompletableFuture.supplyAsync(() -> {
                    try {
                        return send(server, GET.repeat(1000));
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                }));
            }
            for (CompletableFuture<String> each : all) {
                each.get(60, TimeUnit.SECONDS);
            }
            assertTrue(log.flush(LONG));
            List<String> lines = lines(file());
            assertEquals(1000 * clients, lines.size());
            lines.forEach(StrictJson::parse);
        }
    }
}
