package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.millrace.OpenFiles;
import io.millrace.http.Request;
import io.millrace.http.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** A GET leaves no file open, whatever its response is, and however much of that is read. */
@EnabledOnOs(OS.LINUX)
@ParameterizedClass
@EnumSource(Caching.class)
class ReadDescriptorTest {

    @Parameter
    private Caching caching;

    @TempDir
    Path folder;

    private FolderStore store;
    private Client client;
    private long before;

    @BeforeEach
    void open() throws IOException {
        store = caching.open(folder, Contract.HTTP);
        client = caching.client(store, Contract.HTTP);
        Settled.await(Files.writeString(folder.resolve("a"), "hello"));
        before = OpenFiles.below(folder);
    }

    @AfterEach
    void nothingIsOpen() throws IOException {
        assertEquals(before, OpenFiles.below(folder));
        store.close();
    }

    @ParameterizedTest
    @CsvSource({
        "200, GET, Accept, */*",
        "200, HEAD, Accept, */*",
        "206, GET, Range, bytes=1-2",
        "206, GET, Range, 'bytes=0-0,4-4'",
        "416, GET, Range, bytes=5-",
        "412, GET, If-Match, '\"x\"'",
        "304, GET, If-None-Match, *",
        "200, GET, Want-Repr-Digest, sha-256=1",
        "200, HEAD, Want-Repr-Digest, sha-256=1",
        "200, GET, Want-Content-Digest, sha-512=1",
        "200, GET, Want-Repr-Digest, unknown=1"})
    void responseThatIsRead(int status, String method, String name, String value) {
        for (int i = 0; i < 3; i++) { // from the file, from what is known of it, from memory
            assertEquals(status, client.send(Request.of(method, "/a", name, value)).status());
        }
    }

    @ParameterizedTest
    @CsvSource({"Accept, */*", "Want-Repr-Digest, sha-256=1", "'Range', 'bytes=0-0,4-4'"})
    void responseThatIsDropped(String name, String value) throws Exception {
        Response response = (Response) store.handle(Request.of("GET", "/a", name, value));
        Client.known(response).discard();
    }

    @Test
    void digestsOfAPart() {
        Reply part = client.get("/a", "Range", "bytes=1-2", "Want-Repr-Digest", "sha-256=1",
                "Want-Content-Digest", "sha-256=1");
        assertEquals(206, part.status());
        assertNotNull(part.field("Repr-Digest"));
        assertNotNull(part.field("Content-Digest"));
        assertEquals(416, client.get("/a", "Range", "bytes=5-", "Want-Content-Digest",
                "sha-256=1").status());
    }
}
