package io.millrace.store;

import static io.millrace.store.Uploading.complete;
import static io.millrace.store.Uploading.create;
import static io.millrace.store.Uploading.put;
import static io.millrace.store.Uploading.with;
import static io.millrace.store.Uploading.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.of;

import io.millrace.OpenFiles;
import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.HttpException;
import io.millrace.http.Request;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** No change of the folder, however it ends, keeps the folder from the process that follows. */
@ParameterizedClass
@EnumSource(value = Durability.class, names = {"NONE", "FULL"})
class HandOverTest {

    @Parameter
    private Durability durability;

    @TempDir
    Path folder;

    private FolderStore store;
    private Client client;

    @BeforeEach
    void open() throws IOException {
        store = FolderStore.open(folder, StoreOptions.builder().durability(durability).build());
        client = new Client(store, Contract.ARTICLE); // which shows each status as it is
        client.put("/old", "old");
        for (int i = 0; i < 2; i++) {
            client.get("/old");
        }
        assertFalse(isHandedOver());
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    /** What is in memory goes just before the folder does. */
    private boolean isHandedOver() {
        return store.stats().cachedObjects() == 0;
    }

    interface Change {
        Object make(FolderStore store, Client client) throws Exception;
    }

    static Stream<Arguments> changes() {
        return Stream.of(
                change("PUT", 201, (store, client) -> client.put("/a", "new").status()),
                change("empty PUT", 201, (store, client) -> client.put("/a", "").status()),
                change("PUT refused before its body", 412, (store, client) ->
                        client.put("/old", "new", "If-None-Match", "*").status()),
                change("PUT refused at its end", 409, (store, client) ->
                        client.put("/old/a", "new").status()),
                change("PUT of another digest", 400, (store, client) -> client.put("/a", "new",
                        "Content-Digest", "sha-256=:" + "A".repeat(43) + "=:").status()),
                change("PUT that is cut", null, (store, client) ->
                        client.cut("/a", "half", Abandonment.PEER_LEFT, new EOFException())),
                change("PUT that is cut before its body", null, (store, client) ->
                        store.handle(Request.of("PUT", "/a").withBody(3))
                                .abandon(Abandonment.PEER_LEFT, new EOFException())),
                change("PUT of a part", 204, (store, client) ->
                        client.put("/old", "er", "Content-Range", "bytes 3-4/*").status()),
                change("PUT of a part behind the end", 416, (store, client) ->
                        client.put("/old", "er", "Content-Range", "bytes 4-5/*").status()),
                change("PUT of a folder", 201, (store, client) ->
                        client.put("/d/", "").status()),
                change("PUT of a folder where an object is", 308, (store, client) ->
                        client.put("/old/", "").status()),
                change("DELETE", 404, (store, client) -> client.delete("/a").status()),
                change("refused DELETE", 412, (store, client) ->
                        client.delete("/old", "If-Match", "\"x\"").status()),
                change("DELETE of a full folder", 409, (store, client) -> {
                    client.put("/d/a", "");
                    return client.delete("/d/").status();
                }),
                change("MOVE", 201, (store, client) -> {
                    client.put("/a", "");
                    return client.move("/a", "/b").status();
                }),
                change("refused MOVE", 404, (store, client) ->
                        client.move("/a", "/b").status()),
                change("MOVE of a folder", 201, (store, client) -> {
                    client.put("/d/a", "");
                    return client.move("/d/", "/e/").status();
                }));
    }

    static Stream<Arguments> usesOfUploads() {
        return Stream.of(
                change("the beginning", "/a", (store, client) -> create(store, "/a").path()),
                change("a refused beginning", 409, (store, client) ->
                        refused(() -> create(store, "/old/a"))),
                change("bytes", 3L, (store, client) -> with(store, "/a", "new").sizeBytes()),
                change("a position beyond the end", 0L, (store, client) -> {
                    FileUpload upload = create(store, "/a");
                    assertThrows(IllegalArgumentException.class, () -> upload.open(1));
                    return upload.sizeBytes();
                }),
                change("a note", 1, (store, client) -> {
                    FileUpload upload = create(store, "/a");
                    upload.note(new byte[] {2});
                    return upload.note().length;
                }),
                change("the end", 201, (store, client) ->
                        complete(with(store, "/a", "new")).status()),
                change("a refused end", 412, (store, client) ->
                        complete(with(store, "/a", "new"), "If-Match", "*").status()),
                change("a copy", 6L, (store, client) -> {
                    FileUpload upload = with(store, "/a", "new");
                    upload.copyFrom(with(store, "/b", "est"));
                    return upload.sizeBytes();
                }),
                change("a copy of what is complete", 201, (store, client) -> {
                    FileUpload upload = with(store, "/a", "new");
                    int status = complete(upload).status();
                    FileUpload other = create(store, "/b");
                    assertThrows(IllegalStateException.class, () -> other.copyFrom(upload));
                    assertThrows(IllegalStateException.class, () -> upload.copyFrom(other));
                    return status;
                }),
                change("the removal", null, (store, client) -> {
                    FileUpload upload = with(store, "/a", "new");
                    upload.discard();
                    upload.discard();
                    return store.uploads().find(upload.name());
                }));
    }

    private static Arguments change(String what, Object result, Change change) {
        return of(what, result, change);
    }

    private interface Call {
        void make() throws Exception;
    }

    private static int refused(Call call) {
        return assertThrows(HttpException.class, call::make).status().code();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"changes", "usesOfUploads"})
    void changeThatIsOverKeepsNoFolder(String what, Object result, Change change)
            throws Exception {
        assertEquals(result, change.make(store, client));
        assertEquals(0, store.stats().unfinishedUploads());
        store.handOver();
        assertTrue(isHandedOver());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void useOfAnUploadLeavesNoDescriptor() throws Exception {
        long before = OpenFiles.below(folder);
        FileUpload upload = with(store, "/a", "new");
        assertEquals(before, OpenFiles.below(folder));
        upload.copyFrom(with(store, "/b", "est"));
        assertEquals(before, OpenFiles.below(folder));
        upload.open(3).close();
        upload.close(true);
        upload.force();
        assertEquals(before, OpenFiles.below(folder));
        assertEquals(412, complete(upload, "If-Match", "*").status());
        assertEquals(201, complete(upload, "Want-Repr-Digest", "sha-256=1").status());
        assertEquals(before, OpenFiles.below(folder));
    }

    @Test
    void putWithoutAPlaceForItsBytesKeepsNoFolder() throws Exception {
        Path parts = folder.resolve(".millrace.parts");
        Files.delete(parts);
        Files.createFile(parts);
        assertTrue(client.put("/a", "new").status() >= 500);
        store.handOver();
        assertTrue(isHandedOver());
    }

    @Test
    void folderIsKeptUntilThePutThatIsUnderWayIsOver() throws Exception {
        Exchange put = client.begin(Request.of("PUT", "/a"), "new");
        store.handOver();
        assertFalse(isHandedOver());
        Client.known(put.complete());
        assertTrue(isHandedOver());
        assertEquals("new", client.get("/a").text());
    }

    @Test
    void folderIsKeptUntilAnUploadIsClosed() throws Exception {
        FileUpload upload = create(store, "/a");
        upload.open(0);
        store.handOver();
        assertFalse(isHandedOver());
        upload.close();
        assertTrue(isHandedOver());
        assertEquals(503, refused(() -> write(upload, 0, "new")));
        assertEquals(503, refused(() -> upload.complete(put("/a"))));
    }
}
