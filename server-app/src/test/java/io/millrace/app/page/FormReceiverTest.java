package io.millrace.app.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Abandonment;
import io.millrace.http.Body;
import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.Headers;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a form does with handlers that the store seldom is: they wait, refuse late, or throw. */
class FormReceiverTest {

    private static final String BODY = "--b\r\nContent-Disposition: form-data; name=\"file\"; "
            + "filename=\"f\"\r\n\r\nhello\r\n--b--\r\n";

    private record Form(String method, String target, String path, String query, String authority,
            boolean isHttp11, Headers headers, long bodyLength) implements RequestHead {
    }

    private static final RequestHead FORM = new Form("POST", "/a/?x", "/a/", "x", "localhost", true,
            Headers.of("Content-Type", "multipart/form-data; boundary=b",
                    "Authorization", "Bearer t", "If-Match", "\"x\"", "Upload-Length", "5"), 1);

    /** A PUT that notes what is done with it. */
    private static class Put implements Exchange {

        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final List<String> calls = new ArrayList<>();

        @Override
        public WritableByteChannel sink() throws Exception {
            return Channels.newChannel(bytes);
        }

        @Override
        public void onProgress(long receivedBytes) {
            calls.add("progress " + receivedBytes);
        }

        @Override
        public Response complete() throws Exception {
            calls.add("complete");
            return Response.of(Status.CREATED);
        }

        @Override
        public Response abandon(Abandonment why, Throwable cause) {
            calls.add("abandon " + why);
            return null;
        }
    }

    /** The response to the form; what its sink throws is what a server would abandon it with. */
    private static Response send(Handler inner) throws Exception {
        return send(inner, BODY);
    }

    private static Response send(Handler inner, String body) throws Exception {
        Exchange form = Page.create().around(inner).handle(FORM);
        try {
            form.sink().write(ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            return form.abandon(Abandonment.SINK_FAILED, e);
        }
        return form.complete();
    }

    private static String text(Response response) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) response.body().length());
        response.body().read(0, bytes);
        return StandardCharsets.UTF_8.decode(bytes.flip()).toString();
    }

    @Test
    void putHasTheCredentialsAndTheConditionAndNoOtherFieldOfTheForm() throws Exception {
        Put put = new Put();
        List<String> fields = new ArrayList<>();
        Response response = send(request -> {
            assertEquals("PUT", request.method());
            assertEquals("/a/f", request.path());
            assertEquals("/a/f", request.target());
            assertNull(request.query());
            assertEquals(RequestHead.UNKNOWN_LENGTH, request.bodyLength());
            for (int i = 0; i < request.headers().size(); i++) {
                fields.add(request.headers().name(i) + ": " + request.headers().value(i));
            }
            return put;
        });
        assertEquals(List.of("Authorization: Bearer t", "If-None-Match: *"), fields);
        assertEquals("hello", put.bytes.toString(StandardCharsets.UTF_8));
        assertEquals(List.of("progress 5", "complete"), put.calls);
        assertEquals(303, response.status().code());
    }

    @Test
    void putThatWaitsForATakeoverIsGivenUpAndTheFormTriedAgainLater() throws Exception {
        CompletableFuture<Exchange> decision = new CompletableFuture<>();
        Response response = send(request -> Exchange.later(decision));
        assertFalse(response.stage().toCompletableFuture().isDone());
        Put put = new Put();
        decision.complete(put);
        Response known = response.stage().toCompletableFuture().get();
        assertEquals(503, known.status().code());
        assertEquals("5", known.headers().first("Retry-After"));
        assertEquals(List.of("abandon APPLICATION_TOO_SLOW"), put.calls);
        assertEquals(0, put.bytes.size());
    }

    private static String field(String name) {
        return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\nx\r\n";
    }

    @Test
    void otherFieldsReplaceNothingAndAreNoPartOfTheFile() throws Exception {
        Put put = new Put();
        List<String> conditions = new ArrayList<>();
        Response response = send(request -> {
            conditions.add(request.headers().first("If-None-Match"));
            return put;
        }, field("comment") + BODY.replace("--b--\r\n", field("replace") + "--b--\r\n"));
        assertEquals("hello", put.bytes.toString(StandardCharsets.UTF_8));
        assertEquals(List.of("*"), conditions);
        assertEquals(303, response.status().code());
    }

    @Test
    void boxThatIsTickedReplacesWhateverFieldsStandBeforeTheFile() throws Exception {
        List<String> conditions = new ArrayList<>();
        send(request -> {
            conditions.add(request.headers().first("If-None-Match"));
            return new Put();
        }, field("replace") + field("comment") + BODY);
        assertEquals(Collections.singletonList(null), conditions);
    }

    @Test
    void sinkMayTakeAByteAtATimeAndIsToldOfAll() throws Exception {
        Put put = new Put() {
            @Override
            public WritableByteChannel sink() throws Exception {
                WritableByteChannel all = super.sink();
                return new WritableByteChannel() {
                    @Override
                    public int write(ByteBuffer from) throws IOException {
                        return all.write(ByteBuffer.wrap(new byte[] {from.get()}));
                    }

                    @Override
                    public boolean isOpen() {
                        return true;
                    }

                    @Override
                    public void close() {
                        // it is of memory
                    }
                };
            }
        };
        Exchange form = Page.create().around(request -> put).handle(FORM);
        int middle = BODY.indexOf("llo");
        for (String piece : List.of(BODY.substring(0, middle), BODY.substring(middle))) {
            form.sink().write(ByteBuffer.wrap(piece.getBytes(StandardCharsets.UTF_8)));
        }
        form.complete();
        assertEquals("hello", put.bytes.toString(StandardCharsets.UTF_8));
        assertEquals(List.of("progress 2", "progress 5", "complete"), put.calls);
    }

    /** A body that counts how often it was closed. */
    private static final class Closing implements Body {

        int closed;

        @Override
        public long length() {
            return 2;
        }

        @Override
        public int read(long position, ByteBuffer target) {
            target.put(new byte[] {'n', 'o'}, (int) position, 2 - (int) position);
            return 2 - (int) position;
        }

        @Override
        public void close() {
            closed++;
        }
    }

    @Test
    void responsesThatTheBrowserDoesNotGetAreClosed() throws Exception {
        Closing body = new Closing();
        for (Status status : List.of(Status.CREATED, Status.FORBIDDEN,
                Status.PRECONDITION_FAILED)) {
            send(request -> Response.of(status).with(body));
        }
        assertEquals(3, body.closed);
        send(request -> Exchange.later(CompletableFuture.completedFuture(new Put() {
            @Override
            public Response abandon(Abandonment why, Throwable cause) {
                return Response.of(Status.OK).with(body);
            }
        })));
        assertEquals(4, body.closed);
    }

    @Test
    void pageOfARefusalRunsNothing() throws Exception {
        Headers headers = send(request -> Response.of(Status.FORBIDDEN)).headers();
        assertEquals("nosniff", headers.first("X-Content-Type-Options"));
        assertTrue(headers.first("Content-Security-Policy").startsWith("default-src 'none'"),
                headers.first("Content-Security-Policy"));
        assertEquals("no-store", headers.first("Cache-Control"));
    }

    @Test
    void formOfASiteWhoseNameEndsInTheStoresIsRefused() throws Exception {
        for (String origin : List.of("https://evillocalhost", "https://evil.localhost",
                "https://localhost.evil")) {
            RequestHead form = new Form("POST", "/a/", "/a/", null, "localhost", true,
                    Headers.of("Content-Type", "multipart/form-data; boundary=b",
                            "Origin", origin), 1);
            assertTrue(SameOrigin.isBroken(form), origin);
        }
    }

    // RFC 9110 s8.3.1: in any case.
    @Test
    void typeOfAFormMayBeWrittenInCapitals() throws Exception {
        RequestHead form = new Form("POST", "/a/", "/a/", null, "localhost", true,
                Headers.of("Content-Type", "Multipart/Form-Data; boundary=b"), 1);
        assertTrue(PageRequests.isForm(form));
    }

    // Two types, or one that may be kept, and it would be the browser's choice.
    @Test
    void fieldOfThePageIsNotTheRefusalsToo() throws Exception {
        Headers headers = send(request -> Response.text("no\n").with(Status.FORBIDDEN)
                .with("Cache-Control", "max-age=60").with("X-Reason", "why")).headers();
        assertEquals(List.of("text/html; charset=utf-8"), headers.all("Content-Type"));
        assertEquals(List.of("no-store"), headers.all("Cache-Control"));
        assertEquals(List.of("why"), headers.all("X-Reason"));
    }

    @Test
    void textOfARefusalIsShownIfItIsShortAndPlain() throws Exception {
        String most = "n".repeat(1000);
        for (Response refusal : List.of(Response.text(most), Response.text(most + "n"),
                Response.html(most))) {
            boolean isShown = refusal.body().length() == 1000
                    && refusal.headers().first("Content-Type").startsWith("text/plain");
            String page = text(send(request -> refusal.with(Status.FORBIDDEN)));
            assertEquals(isShown, page.contains("nnn."), page);
            assertEquals(!isShown, page.contains("The server responded with 403"), page);
        }
    }

    @Test
    void refusalThatComesLaterIsShown() throws Exception {
        CompletableFuture<Response> decision = new CompletableFuture<>();
        Response response = send(request -> Response.later(decision));
        decision.complete(Response.text("wrong token\n").with(Status.UNAUTHORIZED)
                .with("WWW-Authenticate", "Basic"));
        Response known = response.stage().toCompletableFuture().get();
        assertEquals(401, known.status().code());
        assertEquals("Basic", known.headers().first("WWW-Authenticate"));
        assertTrue(text(known).contains("<p>Wrong token.</p>"), text(known));
    }

    @Test
    void refusalByAnExceptionIsShownWhereverItComesFrom() throws Exception {
        HttpException full = new HttpException(Status.INSUFFICIENT_STORAGE, "<no> room");
        List<Handler> handlers = List.of(request -> {
            throw full;
        }, request -> new Put() {
            @Override
            public WritableByteChannel sink() throws Exception {
                throw full;
            }
        }, request -> new Put() {
            @Override
            public Response complete() throws Exception {
                throw full;
            }
        }, request -> new Put() {
            @Override
            public WritableByteChannel sink() {
                return null;
            }

            @Override
            public Response complete() throws Exception {
                return full.response();
            }
        });
        for (Handler handler : handlers) {
            Response response = send(handler);
            assertEquals(507, response.status().code());
            assertTrue(text(response).contains("<p>&lt;no&gt; room.</p>"), text(response));
        }
    }

    @Test
    void sinkThatFailsAbandonsThePut() throws Exception {
        Put put = new Put() {
            @Override
            public void onProgress(long receivedBytes) {
                throw new IllegalStateException("full");
            }
        };
        assertNull(send(request -> put), "the server logs it and responds 500");
        assertEquals(List.of("abandon SINK_FAILED"), put.calls);
    }

    @Test
    void putWhoseSinkCannotBeOpenedHasEnded() throws Exception {
        Put put = new Put() {
            @Override
            public WritableByteChannel sink() throws Exception {
                throw new IOException("no such folder");
            }
        };
        assertNull(send(request -> put), "the server logs it and responds 500");
        assertEquals(List.of(), put.calls);
    }

    @Test
    void failureThatIsNoRefusalIsTheServersMatter() {
        assertThrows(IllegalStateException.class, () -> send(request -> new Put() {
            @Override
            public Response complete() {
                throw new IllegalStateException("a bug");
            }
        }));
    }

    @Test
    void everythingElseReachesTheInnerHandlerAsItIs() throws Exception {
        RequestHead other = new Form("POST", "/a", "/a", null, "localhost", true,
                FORM.headers(), 1);
        List<RequestHead> seen = new ArrayList<>();
        Page.create().around(request -> {
            seen.add(request);
            return Response.of(Status.OK);
        }).handle(other);
        assertSame(other, seen.get(0));
    }
}
