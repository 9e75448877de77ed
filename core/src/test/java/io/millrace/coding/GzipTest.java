package io.millrace.coding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Body;
import io.millrace.http.Headers;
import io.millrace.http.Request;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.route.WrappedRequest;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which responses are compressed, and what becomes of their fields. */
class GzipTest {

    private static final Request GZIP = Request.of("GET", "/", "Accept-Encoding", "gzip, br");
    private static final Request PLAIN = Request.of("GET", "/");

    private static Response json(int length) {
        return Response.of(Status.OK).set("Content-Type", "application/json")
                .with(Body.of(new byte[length]));
    }

    private static Response ask(RequestHead request, Response response) throws Exception {
        return (Response) Gzip.filter().around(r -> response).handle(request);
    }

    private static boolean isCompressed(Response response) {
        assertEquals(response.body() instanceof GzipBody,
                response.headers().contains("Content-Encoding"));
        return response.body() instanceof GzipBody;
    }

    private static List<String> vary(Response response) {
        return response.headers().all("Vary");
    }

    @Test
    void responseIsCompressedForWhoAcceptsIt() throws Exception {
        Response response = ask(GZIP, json(5000));
        assertTrue(isCompressed(response));
        assertEquals("gzip", response.headers().first("Content-Encoding"));
        assertEquals(List.of("Accept-Encoding"), vary(response));
        assertEquals(Body.UNKNOWN_LENGTH, response.body().length());
        ByteBuffer bytes = ByteBuffer.allocate(5000);
        response.body().read(0, bytes);
        assertEquals((byte) 0x1f, bytes.get(0));
    }

    @Test
    void otherClientsGetTheBodyAsItIsAndCachesAreTold() throws Exception {
        Response response = json(5000);
        Response sent = ask(PLAIN, response);
        assertFalse(isCompressed(sent));
        assertSame(response.body(), sent.body());
        assertEquals(List.of("Accept-Encoding"), vary(sent));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "gzip | true", "x-gzip | true", "* | true", "br, gzip;q=0.1 | true", "gzip;q=0 | false",
        "*;q=0 | false", "br | false", "identity, gzip;q=0.5 | false", "gzip, identity | true",
        "'' | false"
    })
    void clientDecides(String accepted, boolean compressed) throws Exception {
        assertEquals(compressed, isCompressed(
                ask(Request.of("GET", "/", "Accept-Encoding", accepted), json(5000))));
    }

    @Test
    void clientOfHttp10KeepsItsConnection() throws Exception {
        RequestHead old = new WrappedRequest(GZIP) {
            @Override
            public boolean isHttp11() {
                return false;
            }
        };
        assertFalse(isCompressed(ask(old, json(5000))));
    }

    @Test
    void bodyOfTheLeastLengthIsCompressedAndOneByteLessIsNot() throws Exception {
        assertTrue(isCompressed(ask(GZIP, json(1024))));
        Response small = json(1023);
        assertSame(small, ask(GZIP, small));
        assertTrue(isCompressed((Response) Gzip.builder().minBytes(1).build()
                .around(r -> json(1)).handle(GZIP)));
        assertFalse(isCompressed((Response) Gzip.builder().minBytes(1).build()
                .around(r -> json(0)).handle(GZIP)));
    }

    @Test
    void bodyOfUnknownLengthIsCompressed() throws Exception {
        assertTrue(isCompressed(ask(GZIP,
                json(0).with(new ScriptedBody(Body.UNKNOWN_LENGTH)))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "text/html; charset=utf-8 | true", "TEXT/Plain | true", "text/csv | true",
        "application/problem+json | true", "application/json;charset=utf-8 | true",
        "application/atom+xml | true", "image/svg+xml | true", "application/wasm | true",
        "font/ttf | true", "application/x-ndjson | true",
        "image/png | false", "font/woff2 | false", "application/zip | false",
        "video/mp4 | false", "application/octet-stream | false", "text/event-stream | false",
        "multipart/byteranges | false", "json | false"
    })
    void typeDecides(String type, boolean compressed) throws Exception {
        Response response = json(5000).set("Content-Type", type);
        assertEquals(compressed, isCompressed(ask(GZIP, response)));
        assertEquals(compressed ? List.of("Accept-Encoding") : List.of(),
                vary(ask(PLAIN, response)));
    }

    @Test
    void unknownTypeIsLeftAlone() throws Exception {
        Response response = json(5000).without("Content-Type");
        assertSame(response, ask(GZIP, response));
    }

    @Test
    void typesMayBeAdded() throws Exception {
        Gzip events = Gzip.builder().types("Text/Event-Stream", "application/x-own").build();
        for (String type : List.of("text/event-stream", "application/x-own; v=1", "text/css")) {
            Response response = json(5000).set("Content-Type", type);
            assertTrue(isCompressed((Response) events.around(r -> response).handle(GZIP)), type);
        }
    }

    @Test
    void whatMustNotBeChangedIsLeftAlone() throws Exception {
        for (Response response : List.of(json(5000).set("Content-Encoding", "br"),
                json(5000).set("Cache-Control", "public, No-Transform"),
                part("application/json").set("Content-Encoding", "br"),
                part("application/json").set("Cache-Control", "no-transform"), part("image/png"),
                json(5000).with(Status.RANGE_NOT_SATISFIABLE)
                        .set("Content-Range", "bytes */9999"))) {
            assertSame(response, ask(GZIP, response));
        }
        assertTrue(isCompressed(ask(GZIP, json(5000).with(Status.NOT_FOUND))));
    }

    private static Response part(String type) {
        return json(10).with(Status.PARTIAL_CONTENT).set("Content-Type", type)
                .set("Content-Range", "bytes 0-9/9999").set("ETag", "\"a\"");
    }

    /** RFC 9110 section 15.3.7: a 206 has the Vary that a 200 would have had. */
    @Test
    void partVariesAsTheWholeDoesAndStaysAsItIs() throws Exception {
        for (Response part : List.of(part("application/json"),
                part("multipart/byteranges; boundary=a").without("Content-Range"))) {
            for (Request request : List.of(GZIP, PLAIN)) {
                Response sent = ask(request, part);
                assertEquals(List.of("Accept-Encoding"), vary(sent));
                assertEquals("\"a\"", sent.headers().first("ETag"));
                assertSame(part.body(), sent.body());
            }
        }
    }

    @Test
    void fieldsThatWouldLieAreLeftOut() throws Exception {
        Response response = ask(GZIP, json(5000).set("ETag", "\"a\"").set("Accept-Ranges", "bytes")
                .set("Content-Digest", "sha-256=:AAA=:").set("Repr-Digest", "sha-256=:AAA=:")
                .set("Digest", "x").set("Content-MD5", "x").set("X-Own", "stays"));
        Headers headers = response.headers();
        assertEquals("W/\"a\"", headers.first("ETag"));
        assertEquals("stays", headers.first("X-Own"));
        for (String gone : List.of("Accept-Ranges", "Content-Digest", "Repr-Digest", "Digest",
                "Content-MD5")) {
            assertFalse(headers.contains(gone), gone);
        }
        Response plain = ask(PLAIN, json(5000).set("ETag", "\"a\"").set("Accept-Ranges", "bytes"));
        assertEquals("\"a\"", plain.headers().first("ETag"));
        assertEquals("bytes", plain.headers().first("Accept-Ranges"));
    }

    @Test
    void weakTagStaysAsItIs() throws Exception {
        assertEquals("W/\"a\"", ask(GZIP, json(5000).set("ETag", "W/\"a\"")).headers()
                .first("ETag"));
    }

    @Test
    void trailersStayWithoutDigests() throws Exception {
        Response response = ask(GZIP, json(5000).withTrailers(() -> Headers.of("Server-Timing",
                "all;dur=1", "repr-digest", "sha-256=:AAA=:")));
        Headers trailers = response.trailers().get();
        assertEquals(1, trailers.size());
        assertEquals("all;dur=1", trailers.first("Server-Timing"));
        assertNull(ask(GZIP, json(5000)).trailers());
    }

    @ParameterizedTest
    @ValueSource(strings = {"accept-encoding", "Origin, Accept-Encoding", "*"})
    void varyThatSaysItStays(String vary) throws Exception {
        assertEquals(List.of(vary), vary(ask(GZIP, json(5000).set("Vary", vary))));
    }

    @Test
    void varyIsAddedToOthers() throws Exception {
        assertEquals(List.of("Origin", "Accept-Encoding"),
                vary(ask(GZIP, json(5000).set("Vary", "Origin"))));
    }

    @Test
    void notModifiedSaysWhatTheResponseSaid() throws Exception {
        Response unchanged = Response.of(Status.NOT_MODIFIED).set("ETag", "\"a\"");
        Response accepted = ask(GZIP, unchanged);
        assertEquals("W/\"a\"", accepted.headers().first("ETag"));
        assertEquals(List.of("Accept-Encoding"), vary(accepted));
        assertFalse(accepted.headers().contains("Content-Encoding"));
        Response other = ask(PLAIN, unchanged);
        assertEquals("\"a\"", other.headers().first("ETag"));
        assertEquals(List.of("Accept-Encoding"), vary(other));
    }

    @Test
    void headHasTheFieldsOfGet() throws Exception {
        Response get = ask(GZIP, json(5000).set("ETag", "\"a\""));
        Response head = ask(Request.of("HEAD", "/", "Accept-Encoding", "gzip"),
                json(0).set("ETag", "\"a\"").with(Body.absent(5000)));
        assertEquals(get.headers().toString(), head.headers().toString());
        assertEquals(get.body().length(), head.body().length());
    }

    @Test
    void responseThatComesLaterIsCompressed() throws Exception {
        Response later = ask(GZIP, Response.later(CompletableFuture.completedFuture(json(5000))));
        assertTrue(isCompressed(later.stage().toCompletableFuture().join()));
    }

    @Test
    void reusedResponseIsCompressedAnewEachTime() throws Exception {
        Response kept = json(5000);
        ByteBuffer first = ByteBuffer.allocate(5000);
        ByteBuffer second = ByteBuffer.allocate(5000);
        ask(GZIP, kept).body().read(0, first);
        ask(GZIP, kept).body().read(0, second);
        assertEquals(first.flip(), second.flip());
    }

    @Test
    void moreThanSoManyAtOnceAreSentAsTheyAre() throws Exception {
        Gzip gzip = Gzip.builder().maxAtOnce(2).build();
        Body[] bodies = new Body[2];
        for (int i = 0; i < 2; i++) {
            bodies[i] = ((Response) gzip.around(r -> json(5000)).handle(GZIP)).body();
            bodies[i].read(0, ByteBuffer.allocate(100));
        }
        Response third = (Response) gzip.around(r -> json(5000)).handle(GZIP);
        assertFalse(isCompressed(third));
        assertEquals(List.of("Accept-Encoding"), vary(third));
        bodies[0].close();
        assertTrue(isCompressed((Response) gzip.around(r -> json(5000)).handle(GZIP)));
    }

    @Test
    void valueOutOfRangeIsRefused() {
        Gzip.Builder builder = Gzip.builder().level(1).level(9).minBytes(1).maxAtOnce(1);
        assertThrows(IllegalArgumentException.class, () -> builder.level(0));
        assertThrows(IllegalArgumentException.class, () -> builder.level(10));
        assertThrows(IllegalArgumentException.class, () -> builder.minBytes(0));
        assertThrows(IllegalArgumentException.class, () -> builder.maxAtOnce(0));
        for (String type : List.of("text", "text/*", "text/html; charset=utf-8", "*/*", "")) {
            assertThrows(IllegalArgumentException.class, () -> builder.types(type), type);
        }
    }
}
