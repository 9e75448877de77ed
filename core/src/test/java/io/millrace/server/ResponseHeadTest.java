package io.millrace.server;

import static io.millrace.server.Wire.INTERNAL;
import static io.millrace.server.Wire.get;
import static io.millrace.server.Wire.letters;
import static io.millrace.server.Wire.ok;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.transfer.ResponseSender;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** Heads of responses have a bound, and what is beyond it is never sent in part. */
class ResponseHeadTest {

    private static final String TOO_LONG = "the handler failed: GET / | "
            + "java.lang.IllegalStateException: the response head exceeds 16384 bytes";

    private Response response;
    private final Conversation conversation = new Conversation(request ->
            request.path().equals("/") ? response : Response.text("next"));

    private int maxBytes(Response of) {
        return conversation.resources.encoder.maxBytes(of);
    }

    private String sent(Response response) {
        this.response = response;
        return conversation.send(get("/") + get("/next")).sent();
    }

    private void assertBoundIsExact(IntFunction<Response> ofLength) throws Exception {
        int most = ResponseSender.MAX_HEAD_BYTES - maxBytes(ofLength.apply(0));
        assertEquals(ResponseSender.MAX_HEAD_BYTES, maxBytes(ofLength.apply(most)));
        String sent = sent(ofLength.apply(most));
        assertTrue(sent.startsWith("HTTP/1.1 200 ") && sent.contains(letters(most)));
        assertTrue(sent.endsWith(ok("next")));
        try (Logged logged = new Logged(Connection.class)) {
            assertEquals(INTERNAL + ok("next"), sent(ofLength.apply(most + 1)));
            assertEquals(List.of(TOO_LONG), logged.lines());
        }
    }

    @Test
    void headOf16KibibytesIsSentAndOneByteMoreIs500() throws Exception {
        assertBoundIsExact(length -> Response.of(Status.OK).with("X", letters(length)));
    }

    @Test
    void longReasonIsPartOfTheHead() throws Exception {
        assertBoundIsExact(length -> Response.of(Status.of(200, letters(length))));
    }

    @Test
    void reasonOf17KilobytesIs500() throws Exception {
        try (Logged logged = new Logged(Connection.class)) {
            assertEquals(INTERNAL + ok("next"), sent(Response.of(Status.of(200, letters(17_000)))));
            assertEquals(List.of(TOO_LONG), logged.lines());
        }
    }
}
