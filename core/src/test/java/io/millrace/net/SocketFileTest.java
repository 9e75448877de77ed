package io.millrace.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of a Unix domain socket, and what another process sees of it. */
class SocketFileTest {

    @TempDir
    Path folder;

    private SocketFile bind(ServerSocketChannel socket) throws IOException {
        return SocketFile.bind(socket, folder.resolve("a.sock"), 5,
                PosixFilePermissions.fromString("rw-------"), false);
    }

    /** The permissions of all folders that are seen until the end, or until there are some. */
    private Set<String> permissionsSeen(AtomicBoolean isSeen) throws IOException {
        Set<String> seen = new HashSet<>();
        while (!isSeen.get()) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, ".*")) {
                for (Path entry : entries) {
                    seen.add(PosixFilePermissions.toString(Files.getPosixFilePermissions(entry)));
                    isSeen.set(true);
                }
            } catch (NoSuchFileException gone) {
                continue; // between the two looks
            }
        }
        return seen;
    }

    @Test
    void folderInWhichASocketIsBoundIsTheOwnersAlone() throws Exception {
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            AtomicBoolean isSeen = new AtomicBoolean();
            Callable<Set<String>> watch = () -> permissionsSeen(isSeen);
            Future<Set<String>> seen = other.submit(watch);
            while (!seen.isDone()) {
                try (ServerSocketChannel socket =
                        ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                    bind(socket).remove();
                }
            }
            assertEquals(Set.of("rwx------"), seen.get());
        } finally {
            other.shutdownNow();
        }
    }

    // A file's number is used again once the file is gone; a second name stands in for that.
    @Test
    void fileThatHasTheNameAfterTheRemovalIsKept() throws Exception {
        Path path = folder.resolve("a.sock");
        Path same = folder.resolve("same");
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            SocketFile file = bind(socket);
            Files.createLink(same, path);
            file.remove();
            assertFalse(Files.exists(path));
            Files.move(same, path);
            file.remove();
            assertTrue(Files.exists(path));
        }
    }
}
