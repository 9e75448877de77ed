package io.millrace.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.http.Abandonment;
import io.millrace.http.Body;
import io.millrace.http.Exchange;
import io.millrace.http.ExchangeStub;
import io.millrace.http.Handler;
import io.millrace.http.HttpException;
import io.millrace.http.Request;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.EOFException;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AccessLogTest {

    private static final Clock CLOCK = Clock.fixed(
            Instant.parse("2000-10-10T20:55:36Z"), ZoneId.of("America/Los_Angeles"));
    private static final String START = "- - - [10/Oct/2000:13:55:36 -0700] \"";
    private static final Request GET = Request.of("GET", "/a?b");

    private final List<String> lines = new ArrayList<>();
    private final AccessLog log = new AccessLog(lines::add, CLOCK);

    private void assertLogged(String line) {
        assertEquals(List.of(START + line), lines);
        lines.clear();
    }

    private static final Handler TAKING = request -> new ExchangeStub();

    @Test
    void answerIsOneLineInCommonLogFormat() throws Exception {
        log.around(request -> Response.text("hello")).handle(GET);
        assertLogged("GET /a?b HTTP/1.1\" 200 5");
    }

    @Test
    void answerWithoutABodyHasADashForItsBytes() throws Exception {
        Handler empty = log.around(request -> Response.of(Status.OK));
        empty.handle(GET);
        assertLogged("GET /a?b HTTP/1.1\" 200 -");
        Handler body = log.around(request -> Response.of(Status.NOT_MODIFIED)
                .with(Body.of(new byte[3])));
        body.handle(GET);
        assertLogged("GET /a?b HTTP/1.1\" 304 -");
        log.around(request -> Response.text("hello")).handle(Request.of("HEAD", "/"));
        assertLogged("HEAD / HTTP/1.1\" 200 -");
    }

    @Test
    void laterAnswerIsLoggedWhenItArrivesWithTheRequestOfItsTime() throws Exception {
        CompletableFuture<Response> stage = new CompletableFuture<>();
        log.around(request -> Response.later(stage)).handle(GET);
        assertEquals(List.of(), lines);
        stage.complete(Response.text("late"));
        assertLogged("GET /a?b HTTP/1.1\" 200 4");
    }

    @Test
    void failedHandlerIsLoggedAs500AndARefusalWithItsStatus() throws Exception {
        assertThrows(IOException.class, () -> log.around(request -> {
            throw new IOException("x");
        }).handle(GET));
        assertLogged("GET /a?b HTTP/1.1\" 500 -");
        log.around(request -> Response.later(
                CompletableFuture.failedFuture(new IOException("x")))).handle(GET);
        assertLogged("GET /a?b HTTP/1.1\" 500 -");
        log.around(request -> {
            throw new HttpException(Status.CONFLICT, "no");
        }).handle(GET);
        assertLogged("GET /a?b HTTP/1.1\" 409 3");
    }

    @Test
    void exchangeIsLoggedWhenItEnds() throws Exception {
        Exchange whole = log.around(TAKING).handle(GET);
        assertEquals(List.of(), lines);
        whole.complete();
        assertLogged("GET /a?b HTTP/1.1\" 200 5");
        log.around(TAKING).handle(GET).abandon(Abandonment.PEER_LEFT, new EOFException("left"));
        assertLogged("GET /a?b HTTP/1.1\" - -");
        log.around(TAKING).handle(GET).abandon(Abandonment.TOO_SLOW,
                new HttpException(Status.REQUEST_TIMEOUT, "slow"));
        assertLogged("GET /a?b HTTP/1.1\" 408 5");
    }

    @Test
    void characterThatCouldForgeALineIsEscaped() throws Exception {
        log.around(request -> Response.of(Status.OK))
                .handle(Request.of("G\"T", "/\r\n\t \\\u001b\u007f\u0085\u00e9"));
        assertLogged("G\\x22T /\\x0d\\x0a\\x09\\x20\\x5c\\x1b\\x7f\\x85\\xe9 HTTP/1.1\" 200 -");
    }

    @Test
    void lostLineCostsNoAnswer() throws Exception {
        AccessLog full = new AccessLog(line -> {
            throw new IllegalStateException("the disk is full");
        }, CLOCK);
        assertEquals("hello", Told.text(
                Told.by(full.around(request -> Response.text("hello")), GET)));
    }
}
