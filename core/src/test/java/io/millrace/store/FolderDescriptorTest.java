package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.OpenFiles;
import io.millrace.http.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Folders that requests have used stay open for the next one, and are closed with the store. */
@EnabledOnOs(OS.LINUX)
@ParameterizedClass
@EnumSource(value = Durability.class, names = {"NONE", "FULL"})
class FolderDescriptorTest {

    @Parameter
    private Durability durability;

    @TempDir
    Path temp;

    private Path folder;
    private FolderStore store;
    private Client client;

    @BeforeEach
    void open() throws IOException {
        folder = Files.createDirectory(temp.resolve("data"));
        // An object in memory is compared with its file each time.
        store = FolderStore.open(folder, StoreOptions.builder().durability(durability)
                .cacheWindow(Duration.ZERO).build());
        client = new Client(store, Contract.ARTICLE); // which shows each status as it is
        client.put("/d/e/a", "hello");
    }

    @AfterEach
    void nothingIsOpen() throws IOException {
        store.close();
        assertEquals(0, OpenFiles.below(folder));
    }

    @ParameterizedTest
    @CsvSource({
        "200, GET, /d/e/a, Accept, */*",
        "304, GET, /d/e/a, If-None-Match, *",
        "404, GET, /d/e/b, Accept, */*",
        "404, GET, /d/x/y/b, Accept, */*",
        "404, GET, /d/e/a/b, Accept, */*",
        "308, GET, /d/e, Accept, */*",
        "200, GET, /d/e/, Accept, */*",
        "404, GET, /d/x/, Accept, */*",
        "200, GET, /d/?archive=zip, Accept, */*",
        "204, PUT, /d/e/a, Content-Type, a/b",
        "412, PUT, /d/e/a, If-Match, '\"x\"'",
        "409, PUT, /d/e/a/b, Accept, */*",
        "409, PUT, /d/e, Accept, */*",
        "204, PUT, /d/e/, Accept, */*",
        "412, PUT, /d/e/, If-None-Match, *",
        "308, PUT, /d/e/a/, Accept, */*",
        "412, DELETE, /d/e/a, If-Match, '\"x\"'",
        "404, DELETE, /d/x/a, Accept, */*",
        "409, DELETE, /d/e/, Accept, */*",
        "404, DELETE, /d/x/, Accept, */*",
        "404, MOVE, /d/e/b, Destination, /d/e/c",
        "409, MOVE, /d/e/a, Destination, /d/e/a/b",
        "409, MOVE, /d/e/a, Destination, /d/e",
        "404, MOVE, /d/x/, Destination, /y/z/",
        "409, MOVE, /d/e/, Destination, /d/e/a/b/"})
    void requestLeavesNoMoreOpenThanTheOneBefore(int status, String method, String target,
            String name, String value) throws IOException {
        long before = 0;
        for (int i = 0; i < 3; i++) {
            before = OpenFiles.below(folder);
            Request request = method.equals("PUT")
                    ? Request.of(method, target, name, value, "Content-Length", "0")
                    : Request.of(method, target, name, value);
            assertEquals(status, client.send(request).status());
        }
        assertEquals(before, OpenFiles.below(folder));
    }

    @Test
    void objectsAndFoldersThatComeAndGo() {
        for (int i = 0; i < 3; i++) {
            assertEquals(201, client.put("/d/f/b", "b").status());
            assertEquals(201, client.move("/d/f/b", "/d/g/b").status());
            assertEquals(201, client.move("/d/", "/x/d/").status());
            assertEquals("b", client.get("/x/d/g/b").text());
            assertEquals(201, client.move("/x/d/", "/d/").status());
            assertEquals(204, client.delete("/d/g/b").status());
            assertEquals(204, client.delete("/d/g/").status());
            assertEquals(204, client.delete("/d/f/").status());
            assertEquals(204, client.delete("/x/").status());
        }
    }

    @Test
    void foldersThatAnotherProgramReplaces() throws IOException {
        for (int i = 0; i < 3; i++) {
            assertEquals("hello", client.get("/d/e/a").text());
            Files.move(folder.resolve("d"), temp.resolve("moved" + i));
            assertEquals(404, client.get("/d/e/a").status());
            assertEquals(201, client.put("/d/e/a", "hello").status());
        }
        for (int i = 0; i < 3; i++) {
            assertEquals(0, OpenFiles.below(temp.resolve("moved" + i)));
        }
    }
}
