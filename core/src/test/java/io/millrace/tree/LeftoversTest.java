package io.millrace.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.Request;
import io.millrace.server.Logged;
import io.millrace.store.FolderStore;
import io.millrace.tree.PlainFileSystem.Operation;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Staging files whose removal fails. */
class LeftoversTest {

    private static final long NEVER_MS = 1_000_000_000;

    @TempDir
    Path folder;

    private final PlainFileSystem system = new PlainFileSystem();

    private Path file(String name) throws IOException {
        Files.writeString(folder.resolve(name), "left");
        return system.path(folder).resolve(name);
    }

    @Test
    void fileThatCannotBeRemovedIsRemovedLater() throws Exception {
        CountDownLatch attempts = new CountDownLatch(3);
        system.before((operation, real) -> {
            if (operation == Operation.DELETE) {
                attempts.countDown();
                if (attempts.getCount() > 0) {
                    throw new IOException("Input/output error");
                }
            }
        });
        Leftovers leftovers = new Leftovers(new FaultLog(LeftoversTest.class), 1);
        leftovers.remove(file("part"));
        assertTrue(attempts.await(60, TimeUnit.SECONDS), "it must be tried again by itself");
        leftovers.tryAgain(); // waits for the attempt that is under way
        assertFalse(Files.exists(folder.resolve("part")));
        assertEquals(0, leftovers.count());
    }

    @Test
    void fileThatCannotBeRemovedDoesNotKeepTheOthers() throws Exception {
        Leftovers leftovers = new Leftovers(new FaultLog(LeftoversTest.class), NEVER_MS);
        system.fail(Operation.DELETE, new IOException("Input/output error"));
        for (String name : List.of("one", "two", "three")) {
            leftovers.remove(file(name));
        }
        assertEquals(3, leftovers.count());
        system.before((operation, real) -> {
            if (operation == Operation.DELETE && real.endsWith("one")) {
                throw new IOException("Operation not permitted");
            }
        });
        leftovers.tryAgain();
        leftovers.tryAgain();
        assertEquals(Set.of("one"), FolderNames.of(folder));
        assertEquals(1, leftovers.count());
    }

    @Test
    void stagingFileThatStaysAtFirstIsGoneWhenTheStoreIsClosed() throws Exception {
        try (FolderStore store = FolderStore.open(system.path(folder));
                Logged log = new Logged(FolderStore.class)) {
            system.fail(Operation.DELETE, new IOException("Input/output error"));
            Exchange put = store.handle(Request.of("PUT", "/a").withBody(5));
            put.sink().write(ByteBuffer.allocate(4));
            put.abandon(Abandonment.PEER_LEFT, new EOFException());
            assertEquals(1, FolderNames.of(folder).size());
            String line = log.lines().get(0); // on a slow machine, more attempts log more lines
            assertTrue(line.endsWith(": Input/output error"), line);
            system.before(null);
        }
        assertEquals(Set.of(), FolderNames.of(folder));
    }
}
