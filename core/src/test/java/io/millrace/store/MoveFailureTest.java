package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.server.Logged;
import io.millrace.tree.PlainFileSystem.Operation;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Moves at once, and moves that fail: nothing is lost, and nothing left. */
@ParameterizedClass
@EnumSource(MovingStore.Way.class)
class MoveFailureTest extends MovingStore {

    @Test
    @Timeout(60)
    void ofManyMovesToOneFreeNameOneIsDone() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 50; round++) {
                CyclicBarrier start = new CyclicBarrier(4);
                List<Future<Integer>> moves = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    String from = "/from" + i + "/o";
                    client.put(from, "from " + i);
                    String to = "/to/" + round;
                    moves.add(pool.submit(() -> {
                        start.await();
                        return client.move(from, to, "Overwrite", "F").status();
                    }));
                }
                int winner = -1;
                for (int i = 0; i < 4; i++) {
                    int status = moves.get(i).get();
                    assertTrue(status == 201 || status == 412, "status " + status);
                    if (status == 201) {
                        assertEquals(-1, winner, "a second one");
                        winner = i;
                    }
                    assertEquals(status == 201 ? 404 : 200,
                            client.get("/from" + i + "/o").status());
                }
                assertEquals("from " + winner, client.get("/to/" + round).text());
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    @Timeout(60)
    void movesBackAndForthDontWaitForEachOther() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try {
            client.put("/a", "the one");
            List<Future<?>> movers = new ArrayList<>();
            for (String[] way : new String[][] {{"/a", "/x/b"}, {"/x/b", "/a"}}) {
                movers.add(pool.submit(() -> {
                    for (int i = 0; i < 500; i++) {
                        int status = client.move(way[0], way[1]).status();
                        assertTrue(status == 201 || status == 404, "status " + status);
                    }
                }));
            }
            for (Future<?> mover : movers) {
                mover.get();
            }
            boolean atA = client.get("/a").status() == 200;
            assertEquals("the one", client.get(atA ? "/a" : "/x/b").text());
            assertEquals(404, client.get(atA ? "/x/b" : "/a").status());
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void failureLeavesTheObjectAndNoFolder() throws Exception {
        open(StoreOptions.builder());
        client.put("/a", "hello", "Content-Encoding", "gzip");
        client.put("/b", "old");
        if (way != Way.BY_PATH) {
            return; // no failures on demand
        }
        Set<Path> targets = Set.of(folder.resolve("b"), folder.resolve("c"),
                folder.resolve("x/y/c"));
        try (Logged logged = new Logged(FolderStore.class)) {
            plain.before((operation, real) -> {
                if (operation == Operation.MOVE && targets.contains(real)) {
                    throw new FileSystemException("a", "b", "Input/output error");
                }
            });
            for (String to : List.of("/b", "/c", "/x/y/c")) {
                assertEquals(500, client.move("/a", to).status());
            }
            plain.before((operation, real) -> {
                if (operation == Operation.MOVE && targets.contains(real)) {
                    throw new AccessDeniedException("a");
                }
            });
            assertEquals(403, client.move("/a", "/x/y/c").status());
            assertTrue(logged.lines().stream().anyMatch(line -> line.contains("MOVE /a to /b")),
                    logged.lines().toString());
        }
        plain.before(null);
        assertEquals("hello", client.get("/a").text());
        assertEquals("gzip", client.get("/a").field("Content-Encoding"));
        assertEquals("old", client.get("/b").text());
        assertEquals(Set.of("a", "b"), names());
    }

    @Test
    void moveToAnotherDeviceIsRefused() throws IOException {
        if (way != Way.BY_PATH) {
            return; // no other device
        }
        client.put("/a", "hello");
        client.put("/x/b", "old");
        plain.movesAcrossFolders = false;
        Reply refused = client.move("/a", "/x/b");
        assertEquals(409, refused.status());
        assertEquals("the folder is another file system, where no object can be moved: use "
                + "another key\n", refused.text());
        plain.movesAcrossFolders = true;
        assertEquals("hello", client.get("/a").text());
        assertEquals("old", client.get("/x/b").text());
        assertFalse(Files.exists(folder.resolve("y")));
    }
}
