package io.millrace.server;

import static io.millrace.server.Wire.get;
import static io.millrace.server.Wire.ok;
import static io.millrace.server.Wire.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.OpenFiles;
import io.millrace.http.Body;
import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Files of bodies are open as long as they are needed, and no longer, however it ends. */
@EnabledOnOs(OS.LINUX)
class DescriptorTest {

    @TempDir
    private Path folder;

    private Conversation upload() {
        return new Conversation(request -> Exchange.into(folder.resolve("x"),
                path -> Response.text("taken")));
    }

    private Conversation download() throws IOException {
        Path file = Files.writeString(folder.resolve("y"), Wire.letters(100_000));
        Handler handler = request -> Response.of(Status.OK).with(Body.of(file));
        return new Conversation(handler);
    }

    private void assertNothingOpen(String... files) throws IOException {
        assertEquals(0, OpenFiles.below(folder));
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(String.join(" ", files),
                    String.join(" ", left.map(file -> file.getFileName() + "").toList()));
        }
    }

    @Test
    void uploadLeavesItsFileAndNoDescriptor() throws Exception {
        Conversation conversation = upload().send(put(10) + "hello");
        assertEquals(1, OpenFiles.below(folder));
        assertEquals(ok("taken"), conversation.send(", you").sent());
        assertNothingOpen("x");
        assertEquals(ok("taken"), conversation.send(put("")).sent());
        assertNothingOpen("x");
    }

    @Test
    void uploadThatIsCutLeavesNoFileAndNoDescriptor() throws Exception {
        Conversation conversation = upload().send(put(10) + "hello");
        assertEquals(1, OpenFiles.below(folder));
        conversation.close(new EOFException("meant"));
        assertNothingOpen();
    }

    @Test
    void uploadWhoseTargetCannotBeReplacedLeavesNoFileAndNoDescriptor() throws Exception {
        Files.createDirectories(folder.resolve("x/in-the-way"));
        try (Logged logged = new Logged(Connection.class)) {
            assertTrue(upload().send(put("hello")).sent().startsWith("HTTP/1.1 500 "));
            assertEquals(1, logged.lines().size());
        }
        assertNothingOpen("x");
    }

    @Test
    void downloadIsWholeAndLeavesNoDescriptor() throws Exception {
        Conversation conversation = download();
        conversation.peer.room = 10;
        conversation.send(get("/"));
        assertEquals(1, OpenFiles.below(folder));
        conversation.take(Integer.MAX_VALUE);
        assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + Wire.letters(100_000),
                conversation.sent());
        assertNothingOpen("y");
    }

    @Test
    void downloadThatIsCutLeavesNoDescriptor() throws Exception {
        Conversation conversation = download();
        conversation.peer.room = 10;
        conversation.send(get("/")).close(new EOFException("meant"));
        assertNothingOpen("y");
    }

    @Test
    void fileThatIsMissingOrNoFileCannotBeABody() throws Exception {
        assertThrows(NoSuchFileException.class, () -> Body.of(folder.resolve("none")));
        try (Body empty = Body.of(Files.createFile(folder.resolve("empty")))) {
            assertEquals(0, empty.length());
            assertEquals(1, OpenFiles.below(folder));
        }
        assertNothingOpen("empty");
    }
}
