package io.millrace.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.OpenFiles;
import io.millrace.Pause;
import io.millrace.http.Body;
import io.millrace.http.Request;
import io.millrace.http.Response;
import io.millrace.tree.FaultLog;
import io.millrace.tree.Folder;
import io.millrace.tree.FolderSettings;
import io.millrace.tree.Key;
import io.millrace.tree.KeyLimits;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A folder whose archives are read as clients get them. Each test has its own. */
abstract class ArchivedFolder {

    static final FolderSettings READ_ONLY =
            new FolderSettings(64, true, false, false, false, Set.of());
    static final long PATIENCE_S = 60;
    static final int AT_ONCE = 2;

    @TempDir
    Path temp;

    Path data;
    Folder folder;
    Archives archives;
    final ConcurrentLinkedQueue<String> used = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void openFolder() throws IOException {
        data = Files.createDirectory(temp.resolve("data"));
        folder = Folder.open(data, READ_ONLY, new FaultLog(ArchivedFolder.class));
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

    Path file(String name, byte[] bytes) throws IOException {
        Path file = data.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, bytes);
    }

    Path file(String name, String text) throws IOException {
        return file(name, text.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] random(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    Response answer(String method, String query, String folderName) throws Exception {
        Key key = folderName == null ? null : new Key(folderName, folderName);
        Response response = archives.answer(key, Request.of(method, "/?" + query));
        return response.stage() == null ? response
                : response.stage().toCompletableFuture().get(PATIENCE_S, TimeUnit.SECONDS);
    }

    /** Downloads an archive, and waits until the place that it took is free. */
    byte[] get(String query, String folderName) throws Exception {
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

    static byte[] read(Body body) throws Exception {
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
    static Map<String, byte[]> unzip(byte[] archive) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                entries.put(entry.getName(), zip.readAllBytes());
            }
        }
        return entries;
    }

    /** The entries of a tar archive, by the part of POSIX that is used here. */
    static Map<String, byte[]> untar(byte[] archive) {
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

    static String text(byte[] bytes, int from, int length) {
        int end = from;
        while (end < from + length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, from, end - from, StandardCharsets.UTF_8);
    }

    static void assertSame(Map<String, byte[]> expected, Map<String, byte[]> entries) {
        assertEquals(List.copyOf(expected.keySet()), List.copyOf(entries.keySet()));
        expected.forEach((name, bytes) -> assertArrayEquals(bytes, entries.get(name), name));
    }

    void assertNothingIsHeld() {
        awaitFree(AT_ONCE);
    }

    void awaitFree(int places) {
        long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (archives.free() != places) {
            assertTrue(System.nanoTime() - endNs < 0, () -> archives.free() + " are free");
            Pause.briefly();
        }
    }

    /** Objects of all kinds and sizes, in the order of an archive. */
    Map<String, byte[]> makeObjects(String top) throws IOException {
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
}
