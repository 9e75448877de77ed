package io.millrace.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.OpenFiles;
import io.millrace.Pause;
import io.millrace.http.Body;
import io.millrace.http.HttpException;
import io.millrace.http.Request;
import io.millrace.http.Response;
import io.millrace.tree.FaultLog;
import io.millrace.tree.Folder;
import io.millrace.tree.FolderSettings;
import io.millrace.tree.Key;
import io.millrace.tree.KeyLimits;
import io.millrace.tree.PlainFileSystem;
import io.millrace.tree.PlainFileSystem.Operation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is in archives, what they hold while they are made, and how they end. */
class ArchivesTest {

    private static final FolderSettings READ_ONLY =
            new FolderSettings(64, true, false, false, false, Set.of());
    private static final long PATIENCE_S = 60;
    private static final int AT_ONCE = 2;
    private static final FileTime TIME = FileTime.from(Instant.parse("2021-03-04T05:06:07.8Z"));

    @TempDir
    Path temp;

    private Path data;
    private Folder folder;
    private Archives archives;
    private final ConcurrentLinkedQueue<String> used = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void openFolder() throws IOException {
        data = Files.createDirectory(temp.resolve("data"));
        folder = Folder.open(data, READ_ONLY, new FaultLog(ArchivesTest.class));
        archives = new Archives(folder, KeyLimits.DEFAULTS, key -> used.add(key.name()), AT_ONCE);
    }

    @AfterEach
    void closeAll() throws IOException {
        archives.close();
        folder.close();
        if (OS.LINUX.isCurrentOs()) {
            assertEquals(0, OpenFiles.below(data));
        }
    }

    private Path file(String name, byte[] bytes) throws IOException {
        Path file = data.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, bytes);
    }

    private Path file(String name, String text) throws IOException {
        return file(name, text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] random(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    private Response answer(String method, String query, String folderName) throws Exception {
        Key key = folderName == null ? null : new Key(folderName, folderName);
        Response response = archives.answer(key, Request.of(method, "/?" + query));
        return response.stage() == null ? response
                : response.stage().toCompletableFuture().get(PATIENCE_S, TimeUnit.SECONDS);
    }

    /** Downloads an archive, and waits until the place that it took is free. */
    private byte[] get(String query, String folderName) throws Exception {
        int free = archives.free();
        Response response = answer("GET", query, folderName);
        assertEquals(200, response.status().code());
        assertEquals(Body.UNKNOWN_LENGTH, response.body().length());
        byte[] bytes;
        try (Body body = response.body()) {
            bytes = read(body);
        }
        awaitFree(free);
        return bytes;
    }

    private static byte[] read(Body body) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ByteBuffer piece = ByteBuffer.allocate(50_000);
        for (int read = body.read(0, piece); read >= 0;
                read = body.read(bytes.size(), piece.clear())) {
            bytes.write(piece.array(), 0, read);
            if (read == 0) {
                CountDownLatch readable = new CountDownLatch(1);
                body.whenReadable(readable::countDown);
                assertTrue(readable.await(PATIENCE_S, TimeUnit.SECONDS), "nothing comes any more");
            }
        }
        return bytes.toByteArray();
    }

    /** The entries as a reader finds them that goes front to back. */
    private static Map<String, byte[]> unzip(byte[] archive) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                entries.put(entry.getName(), zip.readAllBytes());
            }
        }
        return entries;
    }

    /** The entries of a tar archive, by the part of POSIX that is used here. */
    private static Map<String, byte[]> untar(byte[] archive) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        String longName = null;
        int at = 0;
        while (archive[at] != 0) {
            byte[] header = Arrays.copyOfRange(archive, at, at + 512);
            String name = text(header, 0, 100);
            int size = Integer.parseInt(text(header, 124, 12), 8);
            byte[] bytes = Arrays.copyOfRange(archive, at + 512, at + 512 + size);
            at += 512 + (size + 511) / 512 * 512;
            if (header[156] == 'x') {
                String record = new String(bytes, StandardCharsets.UTF_8);
                assertEquals(size, Integer.parseInt(record.substring(0, record.indexOf(' '))));
                longName = record.substring(record.indexOf("path=") + 5, record.length() - 1);
            } else {
                entries.put(longName == null ? name : longName, bytes);
                longName = null;
            }
        }
        assertArrayEquals(new byte[1024], Arrays.copyOfRange(archive, at, archive.length));
        return entries;
    }

    private static String text(byte[] bytes, int from, int length) {
        int end = from;
        while (end < from + length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, from, end - from, StandardCharsets.UTF_8);
    }

    private static void assertSame(Map<String, byte[]> expected, Map<String, byte[]> entries) {
        assertEquals(List.copyOf(expected.keySet()), List.copyOf(entries.keySet()));
        expected.forEach((name, bytes) -> assertArrayEquals(bytes, entries.get(name), name));
    }

    private void assertNothingIsHeld() {
        awaitFree(AT_ONCE);
    }

    private void awaitFree(int places) {
        long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (archives.free() != places) {
            assertTrue(System.nanoTime() - endNs < 0, () -> archives.free() + " are free");
            Pause.briefly();
        }
    }

    /** Objects of all kinds and sizes, in the order of an archive. */
    private Map<String, byte[]> makeObjects(String top) throws IOException {
        Map<String, byte[]> expected = new LinkedHashMap<>();
        expected.put(top, new byte[0]);
        String prefix = top.equals("files/") ? "" : top;
        String long1 = "n".repeat(251) + ".txt";
        for (String name : List.of("B.txt", "a/", "a/empty/", "a/one", "a/\u05d0\u202e\ud83d\ude00",
                "a.txt", "block", "blocks", long1, "noise", "photo.jpg", "zero")) {
            byte[] bytes = switch (name) {
                case "B.txt" -> "text ".repeat(100_000).getBytes(StandardCharsets.UTF_8);
                case "block" -> random(0xffff);
                case "blocks" -> random(0x10000);
                case "noise" -> random(1_000_000);
                case "photo.jpg" -> new byte[200_000];
                case "zero" -> new byte[0];
                default -> name.getBytes(StandardCharsets.UTF_8);
            };
            if (name.endsWith("/")) {
                Files.createDirectories(data.resolve(prefix + name));
                bytes = new byte[0];
            } else {
                file(prefix + name, bytes);
            }
            expected.put(top + name, bytes);
        }
        return expected;
    }

    // What is in them.

    @Test
    void zipHasAllFoldersAndObjectsInTheOrderOfTheirNames() throws Exception {
        Map<String, byte[]> expected = makeObjects("files/");
        assertSame(expected, unzip(get("archive=zip", null)));
        assertNothingIsHeld();
        assertEquals(10, used.size());
        assertTrue(used.contains("a/one"));
    }

    @Test
    void directoryOfAZipSaysTheSameAsItsHeads() throws Exception {
        Map<String, byte[]> expected = makeObjects("files/");
        Files.setLastModifiedTime(data.resolve("a/one"), TIME);
        Path file = Files.write(temp.resolve("x.zip"), get("archive=zip", null));
        Map<String, byte[]> found = new LinkedHashMap<>();
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (ZipEntry entry : zip.stream().toList()) {
                found.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
                assertEquals(expected.get(entry.getName()).length, entry.getSize());
            }
            assertEquals(FileTime.from(Instant.parse("2021-03-04T05:06:07Z")),
                    zip.getEntry("files/a/one").getLastModifiedTime());
            // What is noise and what is called a photo costs no more than its blocks' heads.
            assertEquals(0x10000 + 2 * 5, zip.getEntry("files/blocks").getCompressedSize(), 5);
            assertEquals(200_000 + 4 * 5, zip.getEntry("files/photo.jpg").getCompressedSize());
            assertTrue(zip.getEntry("files/B.txt").getCompressedSize() < 10_000);
        }
        assertSame(expected, found);
    }

    @Test
    void tarHasAllFoldersAndObjectsInTheOrderOfTheirNames() throws Exception {
        Map<String, byte[]> expected = makeObjects("files/");
        assertSame(expected, untar(get("archive=tar", null)));
        assertNothingIsHeld();
    }

    @Test
    void archiveOfAFolderBeginsWithItsName() throws Exception {
        file("other", "1");
        Map<String, byte[]> expected = makeObjects("x/y/");
        Map<String, byte[]> short1 = new LinkedHashMap<>();
        expected.forEach((name, bytes) -> short1.put(name.substring(2), bytes));
        assertSame(short1, unzip(get("archive=zip", "x/y")));
        assertSame(short1, untar(get("archive=tar", "x/y")));
    }

    @Test
    void archiveOfAnEmptyFolderHasTheFolder() throws Exception {
        assertSame(Map.of("files/", new byte[0]), unzip(get("archive=zip", null)));
        assertSame(Map.of("files/", new byte[0]), untar(get("archive=tar", null)));
    }

    @Test
    void linksAndTheStoresOwnFilesAreLeftOut() throws Exception {
        Path outside = Files.writeString(temp.resolve("outside"), "secret");
        Files.createSymbolicLink(data.resolve("link"), outside);
        Files.createSymbolicLink(data.resolve("folder"), temp);
        file(".millrace.meta/x", "own");
        file("a", "1");
        assertEquals(List.of("files/", "files/a"),
                List.copyOf(unzip(get("archive=zip", null)).keySet()));
        assertEquals(List.of("files/", "files/a"),
                List.copyOf(untar(get("archive=tar", null)).keySet()));
    }

    // Responses.

    @Test
    void responseSaysWhatItIsAndMayNotBeKept() throws Exception {
        Files.createDirectories(data.resolve("a/b\u00fc \"x\""));
        Response zip = answer("HEAD", "archive=zip", "a/b\u00fc \"x\"");
        assertEquals("application/zip", zip.headers().first("Content-Type"));
        assertEquals("attachment; filename=\"b_ _x_.zip\"; "
                + "filename*=UTF-8''b%C3%BC%20%22x%22.zip",
                zip.headers().first("Content-Disposition"));
        assertEquals("no-store", zip.headers().first("Cache-Control"));
        assertEquals("nosniff", zip.headers().first("X-Content-Type-Options"));
        zip.body().close();
        Response tar = answer("HEAD", "archive=tar", null);
        assertEquals("application/x-tar", tar.headers().first("Content-Type"));
        assertEquals("attachment; filename=\"files.tar\"",
                tar.headers().first("Content-Disposition"));
        tar.body().close();
        assertNothingIsHeld();
    }

    @Test
    void folderThatIsMissingOrAnObjectIsNotFound() throws Exception {
        file("a", "1");
        assertEquals(404, answer("GET", "archive=zip", "b").status().code());
        assertEquals(404, answer("GET", "archive=zip", "a").status().code());
        assertEquals(404, answer("GET", "archive=zip", "a/b").status().code());
        assertNothingIsHeld();
    }

    @Test
    void conditionThatNoArchiveMeetsIsRefused() throws Exception {
        Response refusal = archives.answer(null,
                Request.of("GET", "/?archive=zip", "If-Match", "\"x\"")).stage()
                .toCompletableFuture().get(PATIENCE_S, TimeUnit.SECONDS);
        assertEquals(412, refusal.status().code());
        assertEquals("no-store", refusal.headers().first("Cache-Control"));
        assertNothingIsHeld();
    }

    @ParameterizedTest
    @ValueSource(strings = {"archive", "archive=", "archive=rar", "archive=ZIP",
        "archive=zip&archive=zip", "x=1&archive=zip&archive=tar"})
    void queryThatNamesNoFormatIsRefused(String query) {
        assertTrue(Archives.isWanted(Request.of("GET", "/?" + query)));
        assertThrows(HttpException.class, () -> answer("GET", query, null));
        assertNothingIsHeld();
    }

    @Test
    void otherQueriesAreForNoArchive() throws Exception {
        for (String target : List.of("/", "/?", "/?format=json", "/?archived=zip", "/?x=archive",
                "/?my-archive=zip")) {
            assertFalse(Archives.isWanted(Request.of("GET", target)), target);
        }
        assertTrue(Archives.isWanted(Request.of("GET", "/?a=1&archive=tar&b=2")));
        assertEquals(200, answer("HEAD", "a=1&archive=tar&b=2", null).status().code());
    }

    // How they end.

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
        folder = Folder.open(system.path(data), READ_ONLY, new FaultLog(ArchivesTest.class));
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
