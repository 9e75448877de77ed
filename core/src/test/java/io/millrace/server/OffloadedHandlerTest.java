package io.millrace.server;

import static io.millrace.server.Wire.INTERNAL;
import static io.millrace.server.Wire.closing;
import static io.millrace.server.Wire.get;
import static io.millrace.server.Wire.ok;
import static io.millrace.server.Wire.put;
import static io.millrace.server.Wire.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Abandonment;
import io.millrace.http.BlockingHandler;
import io.millrace.http.Exchange;
import io.millrace.http.ExchangeStub;
import io.millrace.http.Handler;
import io.millrace.http.HttpException;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.EOFException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Handlers, and ends of their exchanges, on an executor. */
class OffloadedHandlerTest {

    private static final String BUSY = "too many requests in progress; retry later\n";

    private final CompletableFuture<Exchange> decision = new CompletableFuture<>();

    private static final class Steps implements Executor {

        final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
        boolean rejects;
        boolean runsHere;
        /** Whether the system has no more threads. */
        boolean isStarved;

        @Override
        public void execute(Runnable task) {
            if (isStarved) {
                throw new OutOfMemoryError("meant");
            }
            if (runsHere) {
                task.run();
                return;
            }
            if (rejects) {
                throw new RejectedExecutionException();
            }
            tasks.add(task);
        }

        void step() {
            Thread thread = new Thread(tasks.remove(), "step");
            thread.start();
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void handlerSinkAndCompleteRunOnTheExecutorAndWritesOnTheWorker() {
        String worker = Thread.currentThread().getName();
        ThreadStub taking = new ThreadStub();
        Steps steps = new Steps();
        BlockingHandler handler = request -> {
            taking.note("handle " + request.path());
            return taking;
        };
        Conversation offloaded = new Conversation(Handler.blocking(steps, handler))
                .send(put("hello"));
        assertEquals(List.of(), taking.calls);
        steps.step();
        assertEquals(List.of("handle /x step", "sink step"), taking.calls);
        offloaded.go();
        assertEquals("write " + worker, taking.calls.get(2));
        assertEquals("", offloaded.sent());
        steps.step();
        assertEquals("complete step", taking.calls.get(3));
        assertEquals(ok("taken"), offloaded.go().sent());
        assertEquals(4, taking.calls.size());
    }

    @Test
    void exchangeThatAnOffloadedHandlerDecidesLaterIsOffloadedToo() {
        ThreadStub taking = new ThreadStub();
        Steps steps = new Steps();
        BlockingHandler handler = request -> Exchange.later(decision);
        Conversation offloaded = new Conversation(Handler.blocking(steps, handler))
                .send(put("hello"));
        steps.step();
        decision.complete(taking);
        offloaded.go();
        steps.step();
        offloaded.go();
        steps.step();
        assertEquals(ok("taken"), offloaded.go().sent());
        assertEquals("sink step", taking.calls.get(0));
        assertEquals("complete step", taking.calls.get(2));
    }

    @Test
    void responseOfAnOffloadedHandlerIsSent() throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            BlockingHandler handler = request -> {
                if (request.path().equals("/refused")) {
                    throw new HttpException(Status.CONFLICT, "not now");
                }
                return Response.later(CompletableFuture.completedFuture(
                        Response.text(request.path())));
            };
            Conversation offloaded = new Conversation(Handler.blocking(executor, handler));
            String expected = ok("/1") + text("409 Conflict", "not now\n") + ok("/2");
            offloaded.send(get("/1") + get("/refused") + get("/2"));
            StringBuilder sent = new StringBuilder();
            offloaded.goUntil(() -> sent.append(offloaded.sent()).length() == expected.length());
            assertEquals(expected, sent.toString());
        } finally {
            executor.shutdown();
        }
    }

    @Test
    void handlerThatIsRejectedIsAnsweredWith503() {
        Steps steps = new Steps();
        steps.rejects = true;
        BlockingHandler handler = request -> Response.text("");
        String busy = text("503 Service Unavailable", BUSY);
        assertEquals(busy + busy, new Conversation(Handler.blocking(steps, handler))
                .send(get("/") + put("hello")).sent());
    }

    @Test
    void completionThatIsRejectedAbandonsTheExchangeAndIsAnsweredWith503() {
        Steps steps = new Steps();
        ThreadStub taking = new ThreadStub();
        BlockingHandler handler = request -> taking;
        Conversation offloaded = new Conversation(Handler.blocking(steps, handler))
                .send(put("hello"));
        steps.step();
        steps.rejects = true;
        assertEquals(text("503 Service Unavailable", BUSY), offloaded.go().sent());
        assertEquals("abandon too many requests in progress; retry later "
                        + Thread.currentThread().getName(),
                taking.calls.get(2));
        assertEquals(3, taking.calls.size());
    }

    @Test
    void laterDecisionThatIsRejectedAbandonsItsExchangeAndIsAnsweredWith503() {
        Steps steps = new Steps();
        ExchangeStub taking = new ExchangeStub();
        Conversation offloaded = rejectedAfterItsDecision(steps, taking);
        assertEquals(text("503 Service Unavailable", BUSY), offloaded.sent());
        assertEquals(List.of("abandon too many requests in progress; retry later"), taking.calls);
        assertEquals(List.of(Abandonment.EXECUTOR_FAILED), taking.whys);
    }

    @Test
    void exchangeThatIsDecidedLaterAndLaterStillIsAbandonedIfItIsRejected() {
        Steps steps = new Steps();
        ExchangeStub taking = new ExchangeStub();
        CompletableFuture<Exchange> second = new CompletableFuture<>();
        Conversation offloaded = rejectedAfterItsDecision(steps, Exchange.later(second));
        assertEquals("", offloaded.sent());
        second.complete(taking);
        assertEquals(text("503 Service Unavailable", BUSY), offloaded.go().sent());
        taking.assertAbandonedOnce();
    }

    @Test
    void laterDecisionThatIsAResponseNeedsNoOtherThread() {
        assertEquals(ok("later"), rejectedAfterItsDecision(new Steps(), Response.text("later"))
                .sent());
    }

    @Test
    void laterDecisionThatIsRejectedIsAnsweredWithItsOwnResponseIfItHasOne() {
        ExchangeStub taking = new ExchangeStub();
        taking.onAbandon = Response.text("not now");
        assertEquals(ok("not now"), rejectedAfterItsDecision(new Steps(), taking).sent());
        assertEquals(1, taking.ends().size());
    }

    private Conversation rejectedAfterItsDecision(Steps steps, Exchange decided) {
        BlockingHandler handler = request -> Exchange.later(decision);
        Conversation offloaded = new Conversation(Handler.blocking(steps, handler))
                .send(put("hello"));
        steps.step();
        steps.rejects = true;
        decision.complete(decided);
        return offloaded.go();
    }

    // As of a pool with a CallerRunsPolicy once it is full, or where the system has no threads.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void completionThatIsRunOnTheWorkerOrFailsAbandonsTheExchangeAndIsAnsweredWith500(
            boolean runsHere) throws Exception {
        Steps steps = new Steps();
        ExchangeStub taking = new ExchangeStub();
        Conversation offloaded = new Conversation(Handler.blocking(steps, request -> taking))
                .send(put("hello"));
        steps.step();
        steps.runsHere = runsHere;
        steps.isStarved = !runsHere;
        try (Logged logged = new Logged(Connection.class)) {
            assertEquals(INTERNAL, offloaded.go().sent());
            assertEquals(1, logged.lines().size());
        }
        assertEquals(List.of(Abandonment.EXECUTOR_FAILED), taking.whys);
        taking.assertAbandonedOnce();
    }

    @Test
    void laterDecisionThatIsRunOnTheWorkerAbandonsItsExchangeAndIsAnsweredWith500()
            throws Exception {
        Steps steps = new Steps();
        ExchangeStub taking = new ExchangeStub();
        BlockingHandler handler = request -> Exchange.later(decision);
        Conversation offloaded = new Conversation(Handler.blocking(steps, handler))
                .send(put("hello"));
        steps.step();
        steps.runsHere = true;
        decision.complete(taking);
        try (Logged logged = new Logged(Connection.class)) {
            assertEquals(INTERNAL, offloaded.go().sent());
            assertEquals(1, logged.lines().size());
        }
        assertEquals(List.of(Abandonment.EXECUTOR_FAILED), taking.whys);
        taking.assertAbandonedOnce();
    }

    @Test
    void offloadedExchangeHearsOfProgressAndItsOwnResponseIsSent() {
        Steps steps = new Steps();
        ExchangeStub taking = new ExchangeStub();
        taking.onAbandon = Response.text("my own");
        Conversation offloaded = new Conversation(Handler.blocking(steps, request -> taking))
                .send(put(10) + "hello");
        steps.step();
        offloaded.go().send("you");
        assertEquals(List.of("sink", "progress 5", "progress 8"), taking.calls);
        offloaded.end();
        assertEquals(closing("200 OK", "my own"), offloaded.sent());
        assertEquals(List.of(Abandonment.PEER_LEFT), taking.whys);
        taking.assertAbandonedOnce();
    }

    /** The only thread may be busy with the response that comes early. */
    @Test
    void bodyBesideAnEarlyResponseIsCompletedWithoutAThread() {
        Steps steps = new Steps();
        EarlyExchange early = new EarlyExchange();
        Conversation offloaded = new Conversation(Handler.blocking(steps, request -> early))
                .send(put(5));
        steps.step();
        offloaded.go().send("hello");
        assertEquals(List.of("sink", "early", "progress 5", "complete"), early.calls);
        early.response.complete(Response.text("early"));
        assertEquals(ok("early"), offloaded.go().sent());
    }

    @Test
    void completionThatIsRejectedIsAnsweredWithTheExchangesOwnResponseIfItHasOne() {
        Steps steps = new Steps();
        ExchangeStub taking = new ExchangeStub();
        taking.onAbandon = Response.text("not now");
        Conversation offloaded = new Conversation(Handler.blocking(steps, request -> taking))
                .send(put("hello"));
        steps.step();
        steps.rejects = true;
        assertEquals(ok("not now"), offloaded.go().sent());
        assertEquals(List.of(Abandonment.EXECUTOR_FAILED), taking.whys);
        taking.assertAbandonedOnce();
    }

    @Test
    void exchangeOfAnOffloadedHandlerIsAbandonedIfTheBodyIsCut() {
        Steps steps = new Steps();
        ThreadStub taking = new ThreadStub();
        BlockingHandler handler = request -> taking;
        Conversation offloaded = new Conversation(Handler.blocking(steps, handler))
                .send(put(10) + "hello");
        steps.step();
        offloaded.end();
        assertTrue(offloaded.sent().startsWith("HTTP/1.1 400 Bad Request\r\n"));
        assertTrue(taking.calls.get(2).startsWith("abandon the connection ended"),
                taking.calls.toString());
    }

    @Test
    void exchangeOfAnOffloadedHandlerWhosePeerHasLeftIsAbandoned() {
        Steps steps = new Steps();
        ThreadStub taking = new ThreadStub();
        BlockingHandler handler = request -> taking;
        Conversation offloaded = new Conversation(Handler.blocking(steps, handler))
                .send(put("hello"));
        offloaded.close(new EOFException("left"));
        steps.step();
        offloaded.deliverLate();
        assertEquals(2, taking.calls.size());
        assertTrue(taking.calls.get(1).startsWith("abandon the exchange ended"),
                taking.calls.toString());
    }
}
