package io.millrace.resume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.millrace.access.AccessRules;
import io.millrace.store.StoreOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client that may write to one folder, and knows the name of an upload to another one. */
class UploadRightsTest {

    private static final String OWNER = "Authorization: Bearer owner";
    private static final String THIEF = "Authorization: Bearer thief";
    private static final String TYPE = "Content-Type: application/offset+octet-stream";

    @TempDir
    Path folder;

    private UploadServer server;

    @BeforeEach
    void start() throws IOException {
        Files.createDirectories(folder.resolve("mine"));
        Files.createDirectories(folder.resolve("theirs"));
        AccessRules rules = AccessRules.parse("owner owner rwdl\nthief thief rwdl /mine/\n");
        server = UploadServer.start(folder, StoreOptions.builder().access(rules)
                .wrongTokenDelay(Duration.ZERO).build(), builder -> builder);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    /** The name of an upload of the owner's, whose bytes are all there if it is a part. */
    private String begin(String... fields) throws IOException {
        String[] all = new String[fields.length + 5];
        System.arraycopy(new String[] {OWNER, TYPE, Tus.metadata("filename", "a"),
            "Upload-Length: 5", "Content-Length: 2"}, 0, all, 0, 5);
        System.arraycopy(fields, 0, all, 5, fields.length);
        try (UploadClient client = server.connect()) {
            assertEquals("201", Tus.status(
                    client.send(Tus.tus("POST /theirs/", all) + "he").answer()));
            return client.name();
        }
    }

    private void assertThere(String name) throws IOException {
        String head = server.ask(Tus.tus("HEAD /theirs/a?upload=" + name, OWNER));
        assertEquals("2", Tus.field(head, "Upload-Offset"), head);
    }

    @Test
    void uploadOfAnotherFolderIsRefusedAtItsPathAndUnknownAtTheOwn() throws IOException {
        String name = begin();
        for (String method : List.of("HEAD", "PATCH", "DELETE")) {
            for (String[] way : new String[][] {{"/theirs/a", "403"}, {"/%74heirs/a", "403"},
                {"/mine/a", "404"}}) {
                String answer = server.ask(Tus.tus(method + ' ' + way[0] + "?upload=" + name,
                        THIEF, TYPE, "Upload-Offset: 2", "Content-Length: 0"));
                assertEquals(way[1], Tus.status(answer), method + ' ' + way[0]);
                assertNull(Tus.field(answer, "Upload-Offset"));
            }
        }
        assertThere(name);
    }

    @Test
    void partOfAnotherFolderIsNotMadeAnObjectOfTheOwn() throws IOException {
        String part = begin("Upload-Concat: partial");
        server.ask(Tus.tus("PATCH /theirs/a?upload=" + part, OWNER, TYPE, "Upload-Offset: 2",
                "Content-Length: 3") + "llo");
        for (String[] way : new String[][] {{"/theirs/a", "403"}, {"/mine/a", "400"}}) {
            assertEquals(way[1], Tus.status(server.ask(Tus.tus("POST /mine/", THIEF,
                    Tus.metadata("filename", "copy"), "Content-Length: 0",
                    "Upload-Concat: final;" + way[0] + "?upload=" + part))));
        }
        assertNull(server.object("mine/copy"));
        assertEquals("5", Tus.field(server.ask(
                Tus.tus("HEAD /theirs/a?upload=" + part, OWNER)), "Upload-Offset"));
    }

    @Test
    void uploadToAnotherFolderCannotBeBegun() throws Exception {
        assertEquals("403", Tus.status(server.ask(Tus.tus("POST /theirs/", THIEF,
                Tus.metadata("filename", "b"), "Upload-Length: 5", "Content-Length: 0"))));
        assertEquals("403", Tus.status(server.ask(Tus.request("PUT /theirs/b", THIEF,
                "Upload-Complete: ?0", "Content-Length: 2") + "he")));
        assertEquals("403", Tus.status(server.ask(Tus.request("POST /theirs/", THIEF,
                "Content-Disposition: attachment; filename=b", "Upload-Complete: ?0",
                "Content-Length: 2") + "he")));
        assertEquals(0, server.uploads().unfinished().size());
    }
}
