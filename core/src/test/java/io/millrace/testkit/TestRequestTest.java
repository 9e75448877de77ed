package io.millrace.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.form.Form;
import io.millrace.form.FormFile;
import io.millrace.http.Headers;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TestRequestTest {

    private static List<String> lines(RequestHead request) {
        Headers headers = request.headers();
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < headers.size(); i++) {
            lines.add(headers.name(i) + ": " + headers.value(i));
        }
        return lines;
    }

    @Test
    void partsOfATargetAreSplitAsByAServer() {
        TestRequest request = TestRequest.get("/a%20b?c=d&e");
        assertEquals("GET", request.method());
        assertEquals("/a%20b", request.path());
        assertEquals("c=d&e", request.query());
        assertEquals("localhost", request.authority());
        assertEquals("GET /a%20b?c=d&e HTTP/1.1", request.toString());
        assertNull(TestRequest.get("/").query());
        assertEquals("", TestRequest.get("/?").query());
        assertEquals("*", TestRequest.of("OPTIONS", "*").path());
    }

    @Test
    void absoluteTargetNamesTheHost() {
        TestRequest request = TestRequest.get("http://example.org:81?q");
        assertEquals("/", request.path());
        assertEquals("q", request.query());
        assertEquals("example.org:81", request.authority());
        assertEquals("/a", TestRequest.get("HTTPS://example.org/a").path());
    }

    @Test
    void bytesThatNoUriHasAreEncodedAsByAServer() {
        assertEquals("/%C3%A4%22%5C%3C%3E", TestRequest.get("/ä\"\\<>").path());
    }

    @Test
    void whatAServerRefusesIsRefused() {
        for (String target : List.of("", "a", "ftp://x/", "/a b", "/a\r\nHost: x", "/\u007f")) {
            assertThrows(IllegalArgumentException.class, () -> TestRequest.get(target), target);
        }
        for (String method : List.of("", "GE T", "GET\r", "Ä")) {
            assertThrows(IllegalArgumentException.class, () -> TestRequest.of(method, "/"));
        }
        TestRequest request = TestRequest.put("/");
        assertThrows(IllegalArgumentException.class, () -> request.header("a b", ""));
        assertThrows(IllegalArgumentException.class, () -> request.header("a", "b\n"));
        assertThrows(IllegalArgumentException.class, () -> request.header("content-length", "1"));
        assertThrows(IllegalArgumentException.class,
                () -> request.header("transfer-encoding", "chunked"));
        assertThrows(IllegalArgumentException.class, () -> request.pieces(0));
        assertThrows(IllegalArgumentException.class, () -> request.leavesAfter(-1));
        assertThrows(IllegalArgumentException.class, () -> request.body("abc").bodyLength(2));
        assertThrows(IllegalArgumentException.class, () -> request.form("name"));
        assertThrows(IllegalArgumentException.class, () -> request.http10().chunked());
        assertThrows(IllegalArgumentException.class, () -> request.chunked().http10());
    }

    @Test
    void fieldsAreThoseThatAClientSends() {
        assertEquals(List.of("Host: localhost", "A: 1", "a: 2"),
                lines(TestRequest.get("/").header("A", "1").header("a", "2")));
        assertEquals(List.of("host: x"), lines(TestRequest.get("/").header("host", "x")));
        assertEquals(List.of("Host: localhost"), lines(TestRequest.post("/")));
        assertEquals(List.of("Host: localhost", "Content-Length: 0"),
                lines(TestRequest.post("/").body("")));
        assertEquals(List.of("Host: localhost", "Content-Length: 2"),
                lines(TestRequest.delete("/").body("ä")));
        assertEquals(List.of("Host: localhost", "Transfer-Encoding: chunked"),
                lines(TestRequest.put("/").body("abc").chunked()));
        assertEquals(List.of("Content-Length: 3"),
                lines(TestRequest.put("/").body("abc").http10()));
    }

    @Test
    void lengthOfTheBodyIsThatOfItsBytesUnlessItIsSet() {
        assertEquals(0, TestRequest.get("/").bodyLength());
        assertEquals(3, TestRequest.put("/").body("abc").bodyLength());
        assertEquals(RequestHead.UNKNOWN_LENGTH,
                TestRequest.put("/").body("abc").chunked().bodyLength());
        assertEquals(1L << 40, TestRequest.put("/").bodyLength(1L << 40).bodyLength());
        assertEquals(3, TestRequest.put("/").body("abc").bodyLength(3).bodyLength());
    }

    @Test
    void formAndJsonSetTheirType() {
        TestRequest form = TestRequest.post("/").form("a b", "c&d", "ä", "");
        assertEquals("application/x-www-form-urlencoded", form.headers().first("Content-Type"));
        assertEquals("a+b=c%26d&%C3%A4=", new String(form.bytes(), StandardCharsets.UTF_8));
        TestRequest json = TestRequest.post("/").json("{}");
        assertEquals("application/json", json.headers().first("Content-Type"));
        assertEquals(2, json.bodyLength());
    }

    @Test
    void connectionIsThatOfTheClient() {
        TestRequest request = TestRequest.get("/");
        assertEquals("127.0.0.1", request.connection().peerText());
        assertFalse(request.connection().isSecure());
        InetSocketAddress address = new InetSocketAddress("192.0.2.1", 5);
        assertEquals(address, request.from(address).secure().connection().peer());
        assertTrue(request.from(address).secure().connection().isSecure());
    }

    @Test
    void changesAreCopies() {
        TestRequest request = TestRequest.put("/").body("abc");
        request.header("A", "1").chunked();
        assertEquals(List.of("Host: localhost", "Content-Length: 3"), lines(request));
    }

    @Test
    void fileOfAFormIsSentAsByABrowser() {
        TestClient client = TestClient.of(request -> Form.collect(request, 10_000, form -> {
            FormFile file = form.file("pho\"to");
            return Response.text(form.fields().text("title") + " " + file.fileName() + " "
                    + file.contentType() + " " + Arrays.toString(file.bytes()));
        }));
        TestRequest request = TestRequest.post("/").formFile("pho\"to", "\u00fc \"1\".png",
                "image/png", new byte[] {'\r', '\n', -1}, "title", "a\r\nb");
        assertEquals("a\r\nb \u00fc \"1\".png image/png [13, 10, -1]",
                client.send(request).assertStatus(200).text());
        assertThrows(IllegalArgumentException.class, () -> TestRequest.post("/")
                .formFile("photo", "1.png", "image/png", new byte[0], "title"));
    }
}
