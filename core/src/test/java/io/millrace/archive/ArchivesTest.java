package io.millrace.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.HttpException;
import io.millrace.http.Request;
import io.millrace.http.Response;
import io.millrace.tree.Key;
import io.millrace.tree.KeyLimits;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What archives have, and the responses that they are. */
class ArchivesTest extends ArchivedFolder {

    private static final FileTime TIME = FileTime.from(Instant.parse("2021-03-04T05:06:07.8Z"));

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
    void objectThatIsTriedAndFoundWorthCompressingIsWhole() throws Exception {
        byte[] bytes = new byte[100_000];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i / 100);
        }
        file("records.bin", bytes);
        byte[] archive = get("archive=zip", null);
        assertTrue(archive.length < 10_000, archive.length + " bytes");
        assertArrayEquals(bytes, unzip(archive).get("files/records.bin"));
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
    void failureBeforeTheFirstByteIsTheServersToAnswer() throws Exception {
        try (Archives broken = new Archives(folder, null, key -> { }, AT_ONCE)) {
            file("a/b", "1");
            CompletableFuture<?> answer = broken.answer(new Key("a", "a"),
                    Request.of("GET", "/a/?archive=zip")).stage().toCompletableFuture();
            assertThrows(ExecutionException.class,
                    () -> answer.get(PATIENCE_S, TimeUnit.SECONDS));
            assertEquals(AT_ONCE, broken.free());
        }
    }

    @Test
    void storeThatIsClosedSaysSoAndNotThatOthersTakeThePlaces() throws Exception {
        archives.close();
        Response refusal = answer("GET", "archive=zip", null);
        assertEquals(503, refusal.status().code());
        byte[] text = new byte[(int) refusal.body().length()];
        refusal.body().read(0, ByteBuffer.wrap(text));
        assertEquals("the store is closed; retry later\n", text(text, 0, text.length));
        assertNothingIsHeld();
    }

    @Test
    void asManyAreMadeAtOnceAsTheHeapHasRoomFor() throws Exception {
        try (Archives usual = new Archives(folder, KeyLimits.DEFAULTS, key -> { })) {
            long fit = Runtime.getRuntime().maxMemory() >> 22;
            assertEquals(Math.max(4, Math.min(64, fit)), usual.free());
        }
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
}
