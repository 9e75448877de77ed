package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.access.AccessRules;
import io.millrace.access.Right;
import io.millrace.http.Request;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who gets a store's folders as archives, and where there are none. */
class ArchiveTest {

    @TempDir
    Path temp;

    private FolderStore store;
    private Client client;

    private void open(StoreOptions.Builder options) throws IOException {
        store = FolderStore.open(temp.resolve("data"), options.build());
        client = new Client(store);
    }

    @AfterEach
    void closeStore() throws IOException {
        store.close();
    }

    private static List<String> names(Reply reply) throws IOException {
        assertEquals(200, reply.status());
        assertEquals("application/zip", reply.field("Content-Type"));
        List<String> names = new ArrayList<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(reply.body()))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                names.add(entry.getName());
            }
        }
        return names;
    }

    @Test
    void folderIsDownloadedAsAnArchive() throws IOException {
        open(StoreOptions.builder());
        client.put("/a/b/c", "1");
        client.put("/a/d", "2");
        client.put("/e", "3");
        assertEquals(List.of("files/", "files/a/", "files/a/b/", "files/a/b/c", "files/a/d",
                "files/e"), names(client.get("/?archive=zip")));
        assertEquals(List.of("a/", "a/b/", "a/b/c", "a/d"),
                names(client.get("/a/?archive=zip")));
        assertEquals("/a/?archive=tar", client.get("/a?archive=tar").field("Location"));
        assertEquals("attachment; filename=\"b.tar\"",
                client.get("/a/b/?archive=tar").field("Content-Disposition"));
    }

    @Test
    void queryOfAnObjectIsIgnored() throws IOException {
        open(StoreOptions.builder());
        client.put("/e", "3");
        assertEquals("3", client.get("/e?archive=zip").text());
    }

    @Test
    void folderThatIsMissingOrAFormatThatIsUnknownIsRefused() throws IOException {
        open(StoreOptions.builder());
        assertEquals(404, client.get("/a/?archive=zip").status());
        assertEquals(400, client.get("/?archive=rar").status());
        assertEquals("invalid query: archive must be zip or tar\n",
                client.get("/?archive=rar").text());
    }

    @Test
    void readOnlyStoreHasArchives() throws IOException {
        open(StoreOptions.builder());
        client.put("/a", "1");
        store.close();
        open(StoreOptions.builder().readOnly(true));
        assertEquals(List.of("files/", "files/a"), names(client.get("/?archive=zip")));
    }

    @Test
    void storeOfOneFolderHasItsObjectsInTheArchive() throws IOException {
        open(StoreOptions.builder());
        client.put("/a", "1");
        client.put("/b/c", "2");
        store.close();
        open(StoreOptions.builder().contract(Contract.HTTP).flat(true));
        assertEquals(List.of("files/", "files/a"), names(client.get("/?archive=zip")));
    }

    @Test
    void storeWithoutListingsHasNoArchives() throws IOException {
        open(StoreOptions.builder().noListing(true));
        client.put("/a/b", "1");
        assertEquals(404, client.get("/a/?archive=zip").status());
        assertEquals(404, client.get("/?archive=zip").status());
    }

    @Test
    void articleHasNoArchives() throws IOException {
        open(StoreOptions.builder().contract(Contract.ARTICLE));
        assertEquals(404, client.get("/?archive=zip").status());
    }

    @Test
    void archiveTakesTheRightsToReadAndToListTheFolder() throws IOException {
        open(StoreOptions.builder().access(AccessRules.none()
                .grant("all", "all", EnumSet.allOf(Right.class), "/")
                .grant("lists", "lists", EnumSet.of(Right.LIST), "/a/")
                .grant("reads", "reads", EnumSet.of(Right.READ), "/a/")
                .grant("both", "both", EnumSet.of(Right.READ, Right.LIST), "/a/")
                .grant("parts", "parts", EnumSet.of(Right.LIST), "/a/")
                .grant("parts", "parts", EnumSet.of(Right.READ), "/a/b/")));
        client.put("/a/b/c", "1", "Authorization", "Bearer all");
        assertEquals(403, status("lists", "/a/"));
        assertEquals(403, status("reads", "/a/"));
        assertEquals(200, status("both", "/a/"));
        assertEquals(200, status("both", "/a/b/"));
        assertEquals(403, status("both", "/"));
        assertEquals(403, status("parts", "/a/"));
        assertEquals(200, status("parts", "/a/b/"));
        assertEquals(200, status("all", "/"));
        assertEquals(401, client.get("/a/?archive=zip").status());
    }

    private int status(String token, String folder) {
        return client.send(Request.of("HEAD", folder + "?archive=zip",
                "Authorization", "Bearer " + token)).status();
    }
}
