package io.millrace.app.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.app.RawRequest;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.server.HttpServer;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What a browser lets pages of other sites send to the store, and read of its responses. */
class OtherOriginsTest {

    private static final String PAGE = "Origin: https://app.example\r\n";

    /** The response to a request of a page that the flag names. */
    private static String send(String request) throws Exception {
        Response inner = Response.of(Status.NO_CONTENT);
        try (HttpServer server = HttpServer.start(0, OtherOrigins.cors(ServeFlags.FLAGS.parse(
                List.of("--cors", "https://app.example")), true).around(head -> inner))) {
            return RawRequest.send("http://127.0.0.1:" + server.address().getPort(), request, "");
        }
    }

    private static void assertNames(String expected, String response, String field) {
        assertEquals(new TreeSet<>(List.of(expected.split(" "))),
                new TreeSet<>(List.of(RawRequest.field(response, field).split(", "))));
    }

    @Test
    void pageMayUseEveryMethodAndSendEveryFieldThatTheStoreReads() throws Exception {
        String allowed = send("OPTIONS /a HTTP/1.1\r\n" + PAGE
                + "Access-Control-Request-Method: PUT\r\n");
        assertEquals(204, RawRequest.status(allowed));
        assertNames("PUT PATCH DELETE MOVE OPTIONS", allowed, "Access-Control-Allow-Methods");
        assertNames("Authorization Content-Type Content-Encoding Content-Disposition Cache-Control"
                + " Range If-Range If-Match If-None-Match If-Modified-Since If-Unmodified-Since"
                + " Prefer Content-Range Content-MD5 Content-Digest Repr-Digest"
                + " Want-Content-Digest Want-Repr-Digest X-OC-Mtime Last-Modified Destination"
                + " Overwrite Depth Tus-Resumable Upload-Length Upload-Defer-Length Upload-Offset"
                + " Upload-Metadata Upload-Checksum Upload-Concat X-HTTP-Method-Override"
                + " X-Request-ID X-Requested-With Upload-Complete Upload-Incomplete"
                + " Upload-Draft-Interop-Version",
                allowed, "Access-Control-Allow-Headers");
    }

    @Test
    void pageMayReadEveryFieldThatTheStoreSends() throws Exception {
        String response = send("GET /a HTTP/1.1\r\n" + PAGE);
        assertEquals("https://app.example",
                RawRequest.field(response, "Access-Control-Allow-Origin"));
        assertNames("ETag Location Accept-Ranges Content-Range Content-Encoding"
                + " Content-Disposition Content-Digest Repr-Digest Allow Date Retry-After"
                + " Tus-Resumable Tus-Version Tus-Extension Tus-Max-Size Tus-Checksum-Algorithm"
                + " Upload-Offset Upload-Length Upload-Defer-Length Upload-Metadata Upload-Concat"
                + " Upload-Expires Upload-Complete Upload-Incomplete Upload-Limit"
                + " Upload-Draft-Interop-Version X-OC-Mtime",
                response, "Access-Control-Expose-Headers");
    }
}
