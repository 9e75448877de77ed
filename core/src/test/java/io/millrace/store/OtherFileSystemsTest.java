package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.Request;
import io.millrace.tree.FolderNames;
import io.millrace.tree.PlainFileSystem;
import io.millrace.tree.PlainFileSystem.FileChannels;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders of other providers than the default one. */
class OtherFileSystemsTest {

    @TempDir
    Path temp;

    /** What is at most at the time of a MOVE, where case is not known. */
    private String anySpelling(String name) {
        String[] names = temp.toFile().list((folder, there) -> there.equalsIgnoreCase(name));
        return names.length == 0 ? name : names[0];
    }

    @Test
    void moveChangesOnlyTheCaseOfANameWhereCaseIsNotKnown() throws IOException {
        PlainFileSystem system = new PlainFileSystem();
        system.spelling = this::anySpelling;
        try (FolderStore store = FolderStore.open(system.path(temp),
                StoreOptions.builder().quotaBytes(1000).noOverwrite(true).build())) {
            Client client = new Client(store);
            client.put("/a", "x".repeat(600));
            client.get("/a");
            assertEquals(201, client.move("/a", "/A", "Overwrite", "F").status());
            assertEquals(Set.of("A"), FolderNames.of(temp));
            assertEquals("x".repeat(600), client.get("/A").text());
            assertEquals(507, client.put("/b", "x".repeat(401)).status());
            assertEquals(200, client.put("/b", "x".repeat(400)).status());
        }
    }

    /** What every file system must give, whatever it can do. */
    private static void storeServesReplacesAndRemoves(Path folder, StoreOptions options)
            throws Exception {
        byte[] bytes = new byte[200_000];
        new Random(2).nextBytes(bytes);
        try (FolderStore store = FolderStore.open(folder, options)) {
            Client client = new Client(store);
            assertEquals(200, client.put("/a", "first").status());
            Reply first = client.get("/a");
            assertEquals("first", first.text());
            assertEquals(200, client.putChunked("/a", "other").status());
            assertEquals("other", client.get("/a").text());
            assertNotEquals(first.field("ETag"), client.get("/a").field("ETag"));
            assertEquals(200, client.put("/big", bytes).status());
            assertArrayEquals(bytes, client.get("/big").body());
            assertEquals("her", client.get("/a", "Range", "bytes=2-4").text());
            assertEquals(206, client.get("/big", "Range", "bytes=-5,0-9,5000-5009").status());
            Reply digested = client.get("/a", "Want-Repr-Digest", "sha-256=1");
            assertEquals(digested.field("Repr-Digest"), client.put("/b", "other",
                    "Repr-Digest", digested.field("Repr-Digest"),
                    "Want-Repr-Digest", "sha-256=5").field("Repr-Digest"));
            assertEquals(400, client.put("/b", "wrong",
                    "Repr-Digest", digested.field("Repr-Digest")).status());
            client.cut("/a", "half", Abandonment.PEER_LEFT, new EOFException());
            assertEquals("other", client.get("/a").text());
            assertEquals(412, client.put("/a", "x", "If-None-Match", "*").status());
            Files.createDirectory(folder.resolve("d"));
            assertEquals(client.folder(), client.get("/d").status());
            assertEquals(409, client.put("/d", "x").status());
            assertEquals(404, client.delete("/d").status());
            assertEquals(200, client.delete("/b").status());
            assertEquals(404, client.delete("/b").status());
            storesInFolders(client);
        }
        Files.writeString(folder.resolve(".millrace.parts").resolve(".millrace-1-1"), "left over");
        FolderStore.open(folder, options).close();
        assertEquals(Set.of("a", "big", "d"), FolderNames.of(folder));
    }

    private static void storesInFolders(Client client) {
        assertEquals(200, client.put("/n/b/c", "first").status());
        assertEquals(200, client.put("/n/b/c", "other").status());
        assertEquals("her", client.get("/n/b/c", "Range", "bytes=2-4").text());
        // Files that are written in sequence only take no part.
        boolean takesParts = client.put("/n/b/c", "X", "Content-Range", "bytes 5-5/6")
                .status() == 200;
        assertEquals(takesParts ? "otherX" : "other", client.get("/n/b/c").text());
        assertEquals(takesParts ? 200 : 400,
                client.put("/n/b/c", "Y", "Content-Range", "bytes 1-1/*").status());
        assertEquals(takesParts ? "oYherX" : "other", client.get("/n/b/c").text());
        assertEquals(409, client.put("/n/b", "x").status());
        assertEquals(409, client.put("/n/b/c/d", "x").status());
        assertEquals(404, client.get("/n/b/c/d").status());
        assertEquals(308, client.get("/n/b/c/").status());
        assertEquals(409, client.delete("/n/b/").status());
        assertEquals(200, client.delete("/n/b/c").status());
        assertEquals(404, client.delete("/n/b/c").status());
        assertEquals(200, client.delete("/n/b/").status());
        assertEquals(200, client.put("/n/e/", "").status());
        assertEquals(200, client.delete("/n/e/").status());
        assertEquals(200, client.delete("/n/").status());
        assertEquals(404, client.delete("/n/").status());
    }

    @Test
    void zipFileIsAFolder() throws Exception {
        Path zip = temp.resolve("store.zip");
        try (FileSystem system = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
            storeServesReplacesAndRemoves(system.getPath("/data"), StoreOptions.defaults());
        }
        try (FileSystem system = FileSystems.newFileSystem(zip)) {
            assertEquals("other", Files.readString(system.getPath("/data/a")));
        }
    }

    @Test
    void versionsDifferWhereTheClockTicksEvery2Seconds() throws Exception {
        Path zip = temp.resolve("store.zip");
        try (FileSystem system = FileSystems.newFileSystem(zip, Map.of("create", "true"));
                FolderStore store = FolderStore.open(system.getPath("/data"))) {
            Client client = new Client(store);
            Set<String> tags = new HashSet<>();
            for (int i = 0; i < 20; i++) {
                String tag = client.put("/a", "same size").field("ETag");
                assertTrue(tags.add(tag), "two versions share " + tag);
                assertEquals(tag, client.get("/a").field("ETag"));
                if (i % 5 == 0) {
                    assertEquals(200, client.delete("/a").status());
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = FileChannels.class, names = "WHOLE", mode = EnumSource.Mode.EXCLUDE)
    void providerWithoutWholeFileChannelsIsServedInSequence(FileChannels fileChannels)
            throws Exception {
        PlainFileSystem system = new PlainFileSystem();
        system.fileChannels = fileChannels;
        Path folder = system.path(temp.resolve("data"));
        storeServesReplacesAndRemoves(folder, StoreOptions.defaults());
        try (FolderStore store = FolderStore.open(folder)) {
            Exchange exchange = store.handle(Request.of("PUT", "/a").withBody(1));
            assertFalse(exchange.sink() instanceof FileChannel);
            exchange.abandon(Abandonment.PEER_LEFT, new EOFException());
        }
    }

    @Test
    void providerWithWholeFileChannelsHasTheFastPath() throws Exception {
        PlainFileSystem system = new PlainFileSystem();
        system.fileChannels = FileChannels.WHOLE;
        Path folder = system.path(temp.resolve("data"));
        storeServesReplacesAndRemoves(folder, StoreOptions.defaults());
        try (FolderStore store = FolderStore.open(folder)) {
            Exchange exchange = store.handle(Request.of("PUT", "/a").withBody(1));
            assertInstanceOf(FileChannel.class, exchange.sink());
            exchange.abandon(Abandonment.PEER_LEFT, new EOFException());
        }
    }

    @Test
    void providerThatCannotReplaceInOneStepIsRefusedUnlessAllowed() throws Exception {
        PlainFileSystem system = new PlainFileSystem();
        system.movesAtomically = false;
        Path folder = system.path(temp.resolve("data"));
        IOException refusal = assertThrows(IOException.class, () -> FolderStore.open(folder));
        assertTrue(refusal.getMessage().contains("can't replace a file in one step"),
                refusal.getMessage());
        assertEquals(Set.of(), FolderNames.of(folder));
        storeServesReplacesAndRemoves(folder,
                StoreOptions.builder().nonAtomicReplace(true).build());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void partsFolderFromWhichFilesWouldBeCopiedIsRefused(boolean allowed) throws Exception {
        PlainFileSystem system = new PlainFileSystem();
        system.movesAcrossFolders = false;
        Path folder = system.path(temp.resolve("data"));
        StoreOptions options = StoreOptions.builder().nonAtomicReplace(allowed).build();
        IOException refusal =
                assertThrows(IOException.class, () -> FolderStore.open(folder, options));
        assertEquals("the folder " + folder + " can't be written: no file can be moved there from "
                + folder + "/.millrace.parts in one step, so both must be in one mounted file"
                + " system, and in one project if that has quotas by project",
                refusal.getMessage());
        assertEquals(Set.of(), FolderNames.of(folder));
    }

    @ParameterizedTest
    @ValueSource(strings = {"DATA", "FULL"})
    void durabilityThatAProviderDoesNotHaveIsRefused(String durability) throws Exception {
        Path folder = new PlainFileSystem().path(temp.resolve("data"));
        StoreOptions options = StoreOptions.builder()
                .durability(Durability.valueOf(durability)).build();
        IOException refusal =
                assertThrows(IOException.class, () -> FolderStore.open(folder, options));
        assertTrue(refusal.getMessage().contains("durability must be none"), refusal.getMessage());
        try (FolderStore store = FolderStore.open(folder)) {
            Exchange exchange = store.handle(Request.of("PUT", "/a").withBody(1),
                    Durability.valueOf(durability));
            Client.write(exchange.sink(), new byte[1]);
            assertEquals(500, Client.known(exchange.complete()).status().code());
            assertEquals(404, new Client(store).get("/a").status());
        }
    }

    @Test
    void providerWithoutTimesHasOnlyWeakTagsThatGuardNothing() throws Exception {
        PlainFileSystem system = new PlainFileSystem();
        system.keepsTimes = false;
        try (FolderStore store = FolderStore.open(system.path(temp.resolve("data")))) {
            Client client = new Client(store);
            String tag = client.put("/a", "first").field("ETag");
            assertTrue(tag.startsWith("W/\""), tag);
            assertEquals(304, client.get("/a", "If-None-Match", tag).status());
            assertEquals(412, client.put("/a", "x", "If-Match", tag).status());
            assertEquals(200,
                    client.get("/a", "Range", "bytes=0-1", "If-Range", tag).status());
        }
    }

    @Test
    void versionsDifferWhereAMoveChangesTimes() throws Exception {
        PlainFileSystem system = new PlainFileSystem();
        system.movesTimes = false;
        try (FolderStore store = FolderStore.open(system.path(temp.resolve("data")))) {
            Client client = new Client(store);
            Set<String> tags = new HashSet<>();
            for (int i = 0; i < 10; i++) {
                String tag = client.put("/a", "same size").field("ETag");
                assertTrue(tags.add(tag), "two versions share " + tag);
                assertEquals(tag, client.get("/a").field("ETag"));
            }
        }
    }

    @Test
    void readOnlyStoreServesAProviderWithoutFileChannels() throws Exception {
        Files.createDirectory(temp.resolve("data"));
        Files.writeString(temp.resolve("data/a"), "hello");
        Path folder = new PlainFileSystem().path(temp.resolve("data"));
        try (FolderStore store = FolderStore.open(folder,
                StoreOptions.builder().readOnly(true).build())) {
            assertEquals("hello", new Client(store).get("/a").text());
        }
    }
}
