package io.millrace.bucket.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.HttpException;
import io.millrace.http.Request;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.s3.EngineFailures;
import io.millrace.s3.S3Exception;
import io.millrace.server.Logged;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What each failure of the engine becomes for the client of a store. */
class BucketFaultsTest {

    private final BucketFaults faults = new BucketFaults(BucketFaultsTest.class);

    private static final String TABLE = """
            SLOW_DOWN     | 503 | 2
            UNAVAILABLE   | 503 | 1
            INTERNAL      | 503 | 1
            TIMEOUT       | 503 | 1
            RESET         | 503 | 1
            BUSY          | 503 | 1
            CLOCK_SKEW    | 502 |
            WRONG_KEYS    | 502 |
            DENIED        | 403 |
            NO_BUCKET     | 502 |
            NO_UPLOAD     | 503 | 1
            WRONG_REGION  | 502 |
            BAD_DIGEST    | 502 |
            TOO_LARGE     | 413 |
            FULL          | 507 |
            NOT_SUPPORTED | 501 |
            REDIRECTED    | 502 |
            MALFORMED     | 502 |
            REFUSED       | 502 |
            UNTRUSTED     | 502 |
            PAYLOAD       | 502 |
            CLOSED        | 503 |
            """;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = TABLE)
    void eachKindHasItsStatusAndTheOnesThatPassSayWhenToRetry(S3Exception.Kind kind, int status,
            String retryAfter) {
        for (String request : new String[] {"GET /a", "HEAD /a", "PUT /a", "DELETE /a"}) {
            Response response = faults.answer(request, EngineFailures.of(kind, false));
            assertEquals(status, response.status().code(), request);
            assertEquals(retryAfter, response.headers().first("Retry-After"), request);
            RequestHead head = Request.of(request.substring(0, request.indexOf(' ')), "/a");
            assertEquals(response, faults.answer(head, EngineFailures.of(kind, false)));
        }
    }

    @Test
    void theTableHasEveryKind() {
        Set<S3Exception.Kind> kinds = EnumSet.noneOf(S3Exception.Kind.class);
        Arrays.stream(TABLE.split("\n")).forEach(
                row -> kinds.add(S3Exception.Kind.valueOf(row.substring(0, row.indexOf(' ')))));
        assertEquals(EnumSet.allOf(S3Exception.Kind.class), kinds);
    }

    @ParameterizedTest
    @EnumSource(S3Exception.Kind.class)
    void changeThatMayHaveBeenMadeIs502AndNotToBeRepeatedUnseen(S3Exception.Kind kind) {
        for (String request : new String[] {"PUT /a", "DELETE /a"}) {
            Response response = faults.answer(request, EngineFailures.of(kind, true));
            assertEquals(502, response.status().code(), request);
            assertNull(response.headers().first("Retry-After"));
        }
    }

    @Test
    void readIsToBeRepeatedWhateverTheEngineHasDoneOfIt() {
        Response response = faults.answer("GET /a",
                EngineFailures.of(S3Exception.Kind.RESET, true));
        assertEquals(503, response.status().code());
    }

    @Test
    void failureIsFoundInWhatFuturesWrapItIn() {
        Throwable wrapped = new CompletionException(new CompletionException(
                EngineFailures.of(S3Exception.Kind.FULL, false)));
        assertEquals(507, faults.answer("PUT /a", wrapped).status().code());
    }

    @Test
    void refusalOfARequestIsItsOwnResponse() {
        HttpException refusal = new HttpException(Status.RANGE_NOT_SATISFIABLE, "no such range");
        assertEquals(416, faults.answer("GET /a", new CompletionException(refusal))
                .status().code());
    }

    @Test
    void faultOfOursIs500() {
        assertEquals(500, faults.answer("GET /a", new IllegalStateException("x"))
                .status().code());
        assertEquals(500, faults.answer("GET /a", new IOException("x")).status().code());
    }

    @Test
    void whatWasTakenBackIs503() {
        assertEquals(503, faults.answer("GET /a", new CancellationException()).status().code());
    }

    @ParameterizedTest
    @EnumSource(S3Exception.Kind.class)
    void noResponseShowsWhatTheEngineHasSaid(S3Exception.Kind kind) throws IOException {
        for (boolean mayBeDone : new boolean[] {false, true}) {
            String body = Bodies.text(faults.answer("PUT /a", EngineFailures.of(kind, mayBeDone)));
            assertFalse(body.contains("Code"), body);
            assertTrue(body.endsWith("\n") && body.indexOf('\n') == body.length() - 1, body);
        }
    }

    @Test
    void logSaysWhatFailedAndWhyAndLeavesClientsAndTheCloseOut() throws Exception {
        try (Logged log = new Logged(BucketFaultsTest.class)) {
            faults.answer("GET /a", new HttpException(Status.NOT_FOUND, "no such object"));
            faults.answer("GET /b", new CancellationException());
            faults.answer("PUT /c", EngineFailures.of(S3Exception.Kind.CLOSED, false));
            assertEquals(List.of(), log.lines());
            faults.answer("PUT /d", EngineFailures.of(S3Exception.Kind.FULL, false));
            faults.answer("GET /e", new CompletionException(new IOException("cut")));
            faults.answer("GET /f", new IllegalStateException("a fault"));
            faults.log("g", new UncheckedIOException(null, new IOException()));
            faults.log("a kind", "a line");
            assertEquals(List.of("PUT /d failed: the engine is FULL", "GET /e failed: cut",
                    "GET /f failed | java.lang.IllegalStateException: a fault",
                    "g: java.io.UncheckedIOException", "a line"), log.lines());
        }
    }

    @Test
    void oneKindOfFailureHoldsBackNoLineOfAnother() throws Exception {
        try (Logged log = new Logged(BucketFaultsTest.class)) {
            faults.answer("PUT /a", EngineFailures.of(S3Exception.Kind.FULL, false));
            faults.answer("PUT /b", EngineFailures.of(S3Exception.Kind.BUSY, false));
            assertEquals(List.of("PUT /a failed: the engine is FULL",
                    "PUT /b failed: the engine is BUSY"), log.lines());
        }
    }

    @Test
    void changeThatFailedBeforeTheEngineCouldMakeItMayBeRepeated() {
        assertEquals(503, faults.answerUndone("PUT /a",
                EngineFailures.of(S3Exception.Kind.RESET, true)).status().code());
    }

    @Test
    void causeIsWhatFuturesWrapAndNothingBelowIt() {
        IOException cause = new IOException("x", new IOException("y"));
        assertSame(cause, BucketFaults.cause(new ExecutionException(
                new CompletionException(cause))));
        CompletionException bare = new CompletionException("bare", null);
        assertSame(bare, BucketFaults.cause(bare));
    }
}
