package io.millrace.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class HttpExceptionTest {

    private static final Headers RETRY = Headers.of("Retry-After", "5", "Link", "a", "Link", "b");

    /** As an application writes it. */
    private static final class OrderNotFound extends HttpException {

        private static final long serialVersionUID = 1L;

        OrderNotFound(long id, Throwable cause) {
            super(Status.NOT_FOUND, "no order " + id, cause);
        }
    }

    private static String text(Response response) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(100);
        response.body().read(0, bytes);
        return response + ": " + StandardCharsets.UTF_8.decode(bytes.flip());
    }

    @Test
    void refusalIsItsStatusItsFieldsAndALineOfText() throws IOException {
        HttpException refusal = new HttpException(Status.TOO_MANY_REQUESTS, "slow down", RETRY);
        assertEquals("429 Too Many Requests [Content-Type, text/plain; charset=utf-8,"
                + " Retry-After, 5, Link, a, Link, b]: slow down\n", text(refusal.response()));
        assertEquals(RETRY, refusal.fields());
        assertEquals(0, new HttpException(Status.GONE, "gone").fields().size());
        assertFalse(refusal.hasResponse());
    }

    @Test
    void refusalWithoutAMessageSaysTheReason() throws IOException {
        assertEquals("410 Gone [Content-Type, text/plain; charset=utf-8]: Gone\n",
                text(new HttpException(Status.GONE, null).response()));
    }

    @Test
    void responseIsSentAsItIs() throws IOException {
        Response page = Response.html("<p>").with(Status.GONE);
        HttpException refusal = new HttpException(page);
        assertSame(page, refusal.response());
        assertSame(Status.GONE, refusal.status());
        assertEquals("refused with 410 Gone", refusal.getMessage());
        assertEquals("text/html; charset=utf-8", refusal.fields().first("Content-Type"));
        assertTrue(refusal.hasResponse());
        IOException cause = new IOException();
        HttpException caused = new HttpException("for the log", page, cause);
        assertEquals("for the log", caused.getMessage());
        assertSame(cause, caused.getCause());
        assertSame(page, caused.response());
    }

    @Test
    void applicationsOwnIsARefusalWithItsCause() throws IOException {
        IOException cause = new IOException("the disk");
        HttpException refusal = new OrderNotFound(7, cause);
        assertSame(cause, refusal.getCause());
        assertEquals("404 Not Found [Content-Type, text/plain; charset=utf-8]: no order 7\n",
                text(refusal.response()));
    }

    @Test
    void onlyTheCauseHasAStackTrace() {
        HttpException refusal = new OrderNotFound(7, new IOException());
        assertEquals(0, refusal.getStackTrace().length);
        assertTrue(refusal.getCause().getStackTrace().length > 0);
        refusal.addSuppressed(new IOException());
        assertEquals(0, refusal.getSuppressed().length, "one that is kept would grow");
    }

    @Test
    void whatCanNotBeAResponseIsRefusedWhereItIsMade() {
        assertThrows(IllegalArgumentException.class, () -> new HttpException(Status.GONE, "gone",
                Headers.of("Content-Length", "5")));
        assertThrows(NullPointerException.class, () -> new HttpException(Status.GONE, "gone",
                (Headers) null));
        assertThrows(NullPointerException.class, () -> new HttpException(null, "gone"));
        assertThrows(NullPointerException.class, () -> new HttpException((Response) null));
        assertThrows(IllegalStateException.class,
                () -> new HttpException(Response.later(new CompletableFuture<>())));
    }
}
