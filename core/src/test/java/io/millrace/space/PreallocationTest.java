package io.millrace.space;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.OpenFiles;
import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.Request;
import io.millrace.space.Preallocation.Outcome;
import io.millrace.store.Client;
import io.millrace.store.FolderStore;
import io.millrace.upload.UnfinishedUpload;
import io.millrace.tree.FolderNames;
import io.millrace.tree.PlainFileSystem;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether blocks are really reserved, where the system has a way to do it. */
@EnabledOnOs(OS.LINUX)
class PreallocationTest {

    private static final int MIB = 1 << 20;
    /** Half of a body that gets room. */
    private static final int HALF = ReservationPolicy.LEAST_BYTES;

    @TempDir
    Path folder;

    private static boolean hasCalls() {
        return Runtime.version().feature() >= 22;
    }

    /** Where the JDK finds no mount point, as in a chroot, the store reserves nothing either. */
    private static boolean isExt4(Path folder) {
        try {
            return Files.getFileStore(folder).type().equals("ext4");
        } catch (IOException e) {
            return false;
        }
    }

    /** The preallocation that a store would have in the folder. */
    private Preallocation preallocation() throws IOException {
        assumeTrue(hasCalls(), "this JDK has no way to call the kernel");
        assumeTrue(isExt4(folder), "the folder is not in ext4");
        Preallocation found = Preallocations.of(folder);
        assertNotNull(found);
        return found;
    }

    /** What a file takes of the device. Java has no way to ask. */
    private static long allocatedBytes(Path file) throws IOException {
        Process stat = new ProcessBuilder("stat", "-c", "%b %B", file.toString()).start();
        String out = new String(stat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        String[] figures = out.trim().split(" ");
        return Long.parseLong(figures[0]) * Long.parseLong(figures[1]);
    }

    private Path file(String name, int bytes) throws IOException {
        return Files.write(folder.resolve(name), new byte[bytes]);
    }

    @Test
    void blocksAreReservedBeyondTheSizeThatStays() throws Exception {
        Path file = file("a", 10);
        assertEquals(Outcome.ALL, preallocation().reserve(file, 10, 3 * MIB));
        assertEquals(10, Files.size(file));
        assertTrue(allocatedBytes(file) >= 3 * MIB, "blocks");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "50%25", "ä", "日本", "a\tb", "?;#&", "\ud83d\ude00"})
    void fileOfAnyNameIsFound(String name) throws Exception {
        Preallocation preallocation = preallocation();
        Path file = file(name, 1);
        assertEquals(Outcome.ALL, preallocation.reserve(file, 1, MIB));
        assertTrue(preallocation.startWriting(file));
        assertTrue(allocatedBytes(file) >= MIB, "blocks");
    }

    @Test
    void fileThatIsNotThereGetsNothing() throws Exception {
        Preallocation preallocation = preallocation();
        assertEquals(Outcome.NOTHING, preallocation.reserve(folder.resolve("none"), 0, MIB));
        assertFalse(preallocation.startWriting(folder.resolve("none")));
        assertFalse(Files.exists(folder.resolve("none")));
    }

    @Test
    void linkIsNotFollowed() throws Exception {
        Preallocation preallocation = preallocation();
        Path file = file("a", 1);
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        assertEquals(Outcome.NOTHING, preallocation.reserve(link, 1, MIB));
        assertFalse(preallocation.startWriting(link));
        assertTrue(allocatedBytes(file) < MIB, "blocks");
    }

    @Test
    void regionThatNoFileCanHaveIsNotGotAndEndsNothing() throws Exception {
        Preallocation preallocation = preallocation();
        Path file = file("a", 1);
        assertEquals(Outcome.SOME, preallocation.reserve(file, 1, Long.MAX_VALUE));
        assertEquals(Outcome.ALL, preallocation.reserve(file, 1, MIB));
    }

    @Test
    void thereIsNoneOnOlderJdks() {
        assumeTrue(!hasCalls(), "this JDK can call the kernel");
        assertNull(Preallocations.of(folder));
        assertNull(Preallocations.ofAnyFileSystem(folder));
    }

    @Test
    void thereIsNoneForFileSystemsThatWereNotMeasured() throws Exception {
        Path other = Path.of("/proc/self/stat");
        assumeTrue(Files.exists(other), "there is no /proc");
        assertNull(Preallocations.of(other));
    }

    @Test
    void thereIsNoneForFileSystemsOfOtherProviders() {
        assertNull(Preallocations.of(new PlainFileSystem().path(folder)));
    }

    @Test
    void fileSystemThatCannotDoItIsAskedOnce() throws Exception {
        assumeTrue(hasCalls(), "this JDK has no way to call the kernel");
        Path file = Path.of("/proc/self/comm");
        assumeTrue(Files.isWritable(file), "there is no /proc");
        Preallocation preallocation = Preallocations.ofAnyFileSystem(file);
        assertNotNull(preallocation);
        assertEquals(Outcome.NOTHING, preallocation.reserve(file, 0, MIB));
        assertEquals(Outcome.NOTHING, preallocation.reserve(file("a", 1), 1, MIB));
        assertTrue(allocatedBytes(folder.resolve("a")) < MIB, "blocks");
    }

    @Test
    void blocksBeyondTheEndAreGivenBack() throws Exception {
        Preallocation preallocation = preallocation();
        Path file = file("a", 10);
        preallocation.reserve(file, 10, 3 * MIB);
        preallocation.release(file, 10);
        assertEquals(10, Files.size(file));
        assertTrue(allocatedBytes(file) < MIB, "blocks");
    }

    @Test
    void linkIsNotFollowedToGiveBack() throws Exception {
        Preallocation preallocation = preallocation();
        Path file = file("a", 10);
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        preallocation.release(link, 1);
        preallocation.release(folder.resolve("none"), 1);
        assertEquals(10, Files.size(file));
    }

    @Test
    void noCallLeavesADescriptor() throws Exception {
        Preallocation preallocation = preallocation();
        Path file = file("a", 10);
        assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "there is no /proc");
        for (int i = 0; i < 10; i++) {
            preallocation.reserve(file, 10, MIB);
            preallocation.reserve(file, 1, Long.MAX_VALUE); // which is refused
            preallocation.startWriting(file);
            preallocation.release(file, 10);
        }
        assertEquals(0, OpenFiles.below(file));
    }

    @Test
    @Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void pipeIsNotWaitedFor() throws Exception {
        Preallocation preallocation = preallocation();
        Path pipe = folder.resolve("pipe");
        assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0);
        assertEquals(Outcome.NOTHING, preallocation.reserve(pipe, 0, MIB));
        assertFalse(preallocation.startWriting(pipe));
    }

    // In a store.

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void uploadUnderWayHasRoomAheadAndTheObjectHasNoMoreThanItsBytes(boolean replaces)
            throws Exception {
        preallocation();
        byte[] body = new byte[2 * HALF + 1];
        new Random(5).nextBytes(body);
        if (replaces) {
            file("a", 100_000);
        }
        try (FolderStore store = FolderStore.open(folder)) {
            Exchange put = store.handle(Request.of("PUT", "/a").withBody(body.length));
            FileChannel sink = (FileChannel) put.sink();
            sink.write(ByteBuffer.wrap(body, 0, HALF), 0);
            put.onProgress(HALF);
            Path part = part();
            assertEquals(HALF, Files.size(part));
            // What has come counts, though it need not have a place on the device yet.
            assertTrue(allocatedBytes(part) >= 2 * HALF, "blocks ahead");
            sink.write(ByteBuffer.wrap(body, HALF, HALF + 1), HALF);
            put.onProgress(body.length);
            assertEquals(2, Client.known(put.complete()).status().code() / 100);
        }
        Path object = folder.resolve("a");
        assertArrayEquals(body, Files.readAllBytes(object));
        assertEquals(body.length, Files.size(object));
        try (FileChannel channel = FileChannel.open(object)) {
            channel.force(true);
        }
        // A block for the last byte, and some for what tells where the blocks are.
        assertTrue(allocatedBytes(object) <= body.length + 64 * 1024, "blocks");
    }

    @Test
    void roomOfAnAbandonedUploadIsGivenBack() throws Exception {
        preallocation();
        try (FolderStore store = FolderStore.open(folder)) {
            Exchange put = store.handle(Request.of("PUT", "/a").withBody(2 * HALF));
            FileChannel sink = (FileChannel) put.sink();
            sink.write(ByteBuffer.allocate(HALF), 0);
            put.onProgress(HALF);
            Path part = part();
            assertTrue(allocatedBytes(part) >= 2 * HALF, "blocks ahead");
            put.abandon(Abandonment.PEER_LEFT, new EOFException());
            assertFalse(Files.exists(part));
            assertFalse(Files.exists(folder.resolve("a")));
        }
    }

    @Test
    void uploadThatWaitsForItsNextRequestHasNoMoreThanItsBytes() throws Exception {
        preallocation();
        try (FolderStore store = FolderStore.open(folder)) {
            UnfinishedUpload upload = store.unfinished().create(Request.of("PUT", "/a"), 3 * HALF,
                    new byte[0]);
            Path part = folder.resolve(".millrace.uploads/.millrace-" + upload.name());
            FileChannel file = (FileChannel) upload.open(0, 3 * HALF, false);
            upload.reserve(2 * HALF);
            file.write(ByteBuffer.allocate(HALF), 0);
            upload.received(HALF);
            assertEquals(HALF, Files.size(part));
            assertTrue(allocatedBytes(part) >= 2 * HALF, "blocks ahead");
            upload.close(false);
            assertEquals(HALF, Files.size(part));
            assertTrue(allocatedBytes(part) <= HALF + 64 * 1024, "blocks");
        }
    }

    private Path part() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.endsWith(FolderNames.LOCK_FILE) && !file.endsWith("a"))
                    .findFirst().orElseThrow();
        }
    }
}
