package io.millrace.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Response;
import io.millrace.tree.FaultLog;
import io.millrace.tree.Folder;
import io.millrace.tree.KeyLimits;
import io.millrace.tree.PlainFileSystem;
import io.millrace.tree.PlainFileSystem.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How archives end while their folder changes or fails. */
class ArchiveEndTest extends ArchivedFolder {

    @ParameterizedTest
    @ValueSource(strings = {"archive=zip", "archive=tar"})
    void objectThatGetsShorterCutsTheArchive(String query) throws Exception {
        Path file = file("a", random(1_000_000));
        Response response = answer("GET", query, null);
        assertTrue(response.body().read(0, ByteBuffer.allocate(1)) >= 0);
        CountDownLatch readable = new CountDownLatch(1);
        response.body().whenReadable(readable::countDown);
        assertTrue(readable.await(PATIENCE_S, TimeUnit.SECONDS));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(900_000);
        }
        IOException failure = assertThrows(IOException.class, () -> read(response.body()));
        assertEquals("the object /a is shorter than it was: 1000000 bytes",
                failure.getCause().getMessage());
        response.body().close();
        assertNothingIsHeld();
    }

    @ParameterizedTest
    @ValueSource(strings = {"archive=zip", "archive=tar"})
    void objectIsInTheVersionThatWasOpened(String query) throws Exception {
        byte[] old = random(1_000_000);
        Path file = file("a", old);
        Response response = answer("GET", query, null);
        assertTrue(response.body().read(0, ByteBuffer.allocate(1).limit(0)) >= 0);
        CountDownLatch readable = new CountDownLatch(1);
        response.body().whenReadable(readable::countDown);
        assertTrue(readable.await(PATIENCE_S, TimeUnit.SECONDS));
        Files.move(file("new", "new"), file, StandardCopyOption.REPLACE_EXISTING);
        byte[] archive = read(response.body());
        response.body().close();
        assertArrayEquals(old, (query.endsWith("zip") ? unzip(archive) : untar(archive))
                .get("files/a"));
    }

    @Test
    void whatIsDeletedBeforeItsTurnIsLeftOut() throws Exception {
        file("a", random(1_000_000));
        Path gone = file("b", "1");
        file("c/d", "1");
        file("e", "1");
        Response response = answer("GET", "archive=zip", null);
        assertTrue(response.body().read(0, ByteBuffer.allocate(1).limit(0)) >= 0);
        CountDownLatch readable = new CountDownLatch(1);
        response.body().whenReadable(readable::countDown);
        assertTrue(readable.await(PATIENCE_S, TimeUnit.SECONDS));
        Files.delete(gone);
        Files.delete(data.resolve("c/d"));
        Files.delete(data.resolve("c"));
        Map<String, byte[]> entries = unzip(read(response.body()));
        response.body().close();
        assertEquals(List.of("files/", "files/a", "files/e"), List.copyOf(entries.keySet()));
    }

    /** An archive of a file system on which something happens before each operation. */
    private Response answer(PlainFileSystem system, PlainFileSystem.Before before)
            throws Exception {
        archives.close();
        folder.close();
        folder = Folder.open(system.path(data), READ_ONLY, new FaultLog(ArchiveEndTest.class));
        archives = new Archives(folder, KeyLimits.DEFAULTS, key -> used.add(key.name()), AT_ONCE);
        system.before(before);
        return answer("GET", "archive=zip", null);
    }

    @Test
    void folderThatCanNotBeReadIsRefused() throws Exception {
        file("a", "1");
        assertEquals(503, answer(new PlainFileSystem(), (operation, real) -> {
            if (operation == Operation.LIST) {
                throw new FileSystemException("/", null, "Too many open files");
            }
        }).status().code());
        Response denied = answer(new PlainFileSystem(), (operation, real) -> {
            if (operation == Operation.LIST) {
                throw new AccessDeniedException("/");
            }
        });
        assertEquals(403, denied.status().code());
        assertNothingIsHeld();
    }

    @Test
    void folderBelowThatMayNotBeEnteredIsEmpty() throws Exception {
        file("a", "1");
        file("lost/b", "2");
        file("z", "3");
        Response response = answer(new PlainFileSystem(), (operation, real) -> {
            if (operation == Operation.LIST && real.endsWith("lost")) {
                throw new AccessDeniedException("lost");
            }
        });
        assertEquals(List.of("files/", "files/a", "files/lost/", "files/z"),
                List.copyOf(unzip(read(response.body())).keySet()));
        response.body().close();
        assertNothingIsHeld();
    }

    @Test
    void objectThatCanNotBeReadCutsTheArchive() throws Exception {
        file("a", "1");
        for (Operation failing : List.of(Operation.OPEN, Operation.READ)) {
            Response response = answer(new PlainFileSystem(), (operation, real) -> {
                if (operation == failing && real.endsWith("a")) {
                    throw new AccessDeniedException("a");
                }
            });
            IOException failure = assertThrows(IOException.class, () -> read(response.body()));
            assertEquals("a", failure.getCause().getMessage());
            response.body().close();
            assertNothingIsHeld();
        }
    }

    @Test
    void archiveBeyondThoseThatMayBeUnderWayIsRefused() throws Exception {
        List<Response> slow = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            slow.add(answer("GET", "archive=zip", null));
        }
        Response refused = answer("GET", "archive=zip", null);
        assertEquals(503, refused.status().code());
        assertEquals("10", refused.headers().first("Retry-After"));
        slow.get(0).body().close();
        assertEquals(200, answer("HEAD", "archive=tar", null).status().code());
    }

    @Test
    void slowClientsHoldNoThread() throws Exception {
        file("a", random(2_000_000));
        Response slow = answer("GET", "archive=zip", null);
        assertTrue(slow.body().read(0, ByteBuffer.allocate(1)) >= 0);
        for (int i = 0; i < 4; i++) {
            assertEquals(2, unzip(get("archive=zip", null)).size());
        }
        read(slow.body());
        slow.body().close();
        assertNothingIsHeld();
    }

    @Test
    void archiveThatIsNotReadToItsEndGivesBackWhatItHeld() throws Exception {
        file("a", random(2_000_000));
        for (String query : List.of("archive=zip", "archive=tar")) {
            Response begun = answer("GET", query, null);
            assertTrue(begun.body().read(0, ByteBuffer.allocate(10)) >= 0);
            begun.body().close();
            assertNothingIsHeld();
            answer("GET", query, null).body().close();
            assertNothingIsHeld();
        }
    }

    @Test
    void storeThatIsClosedCutsTheArchive() throws Exception {
        file("a", random(2_000_000));
        Response response = answer("GET", "archive=zip", null);
        assertTrue(response.body().read(0, ByteBuffer.allocate(1)) >= 0);
        archives.close();
        assertThrows(IOException.class, () -> read(response.body()));
        response.body().close();
        assertNothingIsHeld();
        assertEquals(503, answer("GET", "archive=zip", null).status().code());
        assertNothingIsHeld();
    }
}
