package io.millrace.resume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The extension concatenation of tus: uploads that become one object. */
class TusConcatenationTest extends TusServer {

    private String part(String body) throws IOException {
        try (UploadClient client = server.connect()) {
            String answer = client.send(Tus.tus("POST /", "Upload-Concat: partial", TYPE,
                    "Upload-Length: " + body.length(), "Content-Length: " + body.length())
                    + body).answer();
            assertStatus("201", answer);
            return Tus.field(answer, "Location").replace("NAME", client.name());
        }
    }

    private String join(String parts, String... fields) throws IOException {
        String[] all = new String[fields.length + 3];
        all[0] = "Upload-Concat: final;" + parts;
        all[1] = Tus.metadata("filename", "a.txt");
        all[2] = "Content-Length: 0";
        System.arraycopy(fields, 0, all, 3, fields.length);
        return server.ask(Tus.tus("POST /", all));
    }

    @Test
    void partsBecomeOneObjectInTheirOrder() throws IOException {
        String hello = part("hello");
        String world = part(" world");
        try (UploadClient client = server.connect()) {
            String answer = client.send(Tus.tus("POST /", "Content-Length: 0",
                    "Upload-Concat: final;" + hello + " http://x" + world,
                    Tus.metadata("filename", "a.txt"))).answer();
            assertStatus("201", answer);
            assertEquals("hello world", server.object("a.txt"));
            String head = tus.head(client.name());
            assertEquals("11", Tus.field(head, "Upload-Offset"));
            assertEquals("11", Tus.field(head, "Upload-Length"));
            assertTrue(Tus.field(head, "Upload-Concat").startsWith("final;/"), head);
            assertStatus("403", server.ask(Tus.patch(client.name(), 11, "!")));
        }
        assertEquals("404", Tus.status(server.ask(Tus.tus("HEAD " + hello))));
    }

    @Test
    void partMayBeThereTwice() throws IOException {
        String part = part("ha");
        assertStatus("201", join(part + " " + part));
        assertEquals("haha", server.object("a.txt"));
    }

    @Test
    void partsThatHaveBecomeAnObjectAreGone() throws IOException {
        join(part("hello") + " " + part(" world"));
        assertEquals(1, server.files(), "but the record of the complete one");
    }

    @Test
    void partTellsThatItIsOne() throws IOException {
        String url = part("hello");
        String answer = server.ask(Tus.tus("HEAD " + url));
        assertEquals("partial", Tus.field(answer, "Upload-Concat"));
        assertEquals("5", Tus.field(answer, "Upload-Offset"));
        assertEquals("5", Tus.field(answer, "Upload-Length"));
    }

    @Test
    void unfinishedPartIsRefused() throws IOException {
        String whole = part("hello");
        String name = tus.begin("Upload-Concat: partial", "Upload-Length: 5");
        server.ask(Tus.patch(name, 0, "he"));
        assertStatus("400", join(whole + " /a.txt?upload=" + name));
        assertNull(server.object("a.txt"));
        assertEquals(2, tus.offset(name));
    }

    @Test
    void partThatAnotherRequestWorksOnIsRefused() throws IOException {
        String whole = part("hello");
        try (UploadClient client = server.connect()) {
            client.send(Tus.tus("PATCH " + whole, TYPE, "Upload-Offset: 5",
                    "Transfer-Encoding: chunked", "Expect: 100-continue"));
            assertEquals("HTTP/1.1 100 Continue\n\n", client.answer());
            assertStatus("409", join(whole));
            assertStatus("204", client.sendRaw("0\r\n\r\n").answer());
        }
        assertStatus("201", join(whole));
        assertEquals("hello", server.object("a.txt"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/a.txt", "/a.txt?upload=x", "x", "http://x?upload=y"})
    void urlThatIsNoPartIsRefused(String url) throws IOException {
        assertStatus("400", join(part("hello") + " " + url + "x"));
    }

    @Test
    void wholeUploadIsNoPart() throws IOException {
        assertStatus("400", join("/a.txt?upload=" + tus.begin(5)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Upload-Length: 5", "Upload-Defer-Length: 1"})
    void uploadOfPartsHasNoLengthOfItsOwn(String length) throws IOException {
        assertStatus("400", join(part("hello"), length));
    }

    @Test
    void conditionsHoldForPartsToo() throws IOException {
        String part = part("hello");
        server.ask(Tus.request("PUT /a.txt", "Content-Length: 5") + "first");
        long before = server.files();
        assertStatus("412", join(part, "If-None-Match: *"));
        assertEquals(before, server.files(), "the refused upload has left files");
        assertEquals("first", server.object("a.txt"));
        assertEquals("200", Tus.status(server.ask(Tus.tus("HEAD " + part))));
    }
}
