package io.millrace.server;

import static io.millrace.server.Wire.get;
import static io.millrace.server.Wire.ok;
import static io.millrace.server.Wire.put;
import static io.millrace.server.Wire.text;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.http.Blocking;
import io.millrace.http.BlockingHandler;
import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.HttpException;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Handlers that block, over sockets. */
@Timeout(60)
class BlockingServerTest {

    private static HttpServer start(Handler handler) throws Exception {
        return HttpServer.start(ServerOptions.builder().port(0).workers(1)
                .drainTimeout(Duration.ZERO).build(), handler);
    }

    private static String thread() {
        return Thread.currentThread().getName().replaceAll("\\d+", "") + "\n";
    }

    @Test
    void handlerThatBlocksHoldsUpNoOtherRequestOfItsWorker() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        BlockingHandler handler = request -> {
            if (request.path().equals("/slow")) {
                goOn.await();
            } else {
                goOn.countDown();
            }
            return Response.text(request.path());
        };
        try (HttpServer server = start(Handler.blocking(handler));
                RawClient slow = new RawClient(server); RawClient quick = new RawClient(server)) {
            slow.send(get("/slow"));
            assertEquals(ok("/quick"), quick.send(get("/quick")).answer());
            assertEquals(ok("/slow"), slow.answer());
        }
    }

    /** The server has refused it: the client may have sent it again. */
    @Test
    void handlerThatGotNoThreadInTimeIsNotCalledAfterwards() throws Exception {
        BlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>();
        List<String> called = new CopyOnWriteArrayList<>();
        Handler handler = Handler.blocking(waiting::add, request -> {
            called.add(request.path());
            return Response.text(request.path());
        });
        Handler late = handler.within(Duration.ofMillis(1));
        try (HttpServer server = start(request -> switch (request.path()) {
            case "/late" -> late.handle(request);
            case "/filtered" -> Exchange.later(
                    late.handle(request).stage().thenApply(decided -> decided));
            default -> handler.handle(request);
        }); RawClient client = new RawClient(server)) {
            for (String path : List.of("/late", "/filtered")) {
                assertEquals(text("503 Service Unavailable",
                        "the application took too long to respond\n"),
                        client.send(get(path)).answer());
                runNext(waiting);
            }
            client.send(get("/next"));
            runNext(waiting);
            assertEquals(ok("/next"), client.answer());
        }
        assertEquals(List.of("/next"), called);
    }

    private static void runNext(BlockingQueue<Runnable> waiting) throws InterruptedException {
        waiting.take().run();
    }

    @Test
    void decisionAndResponseAreMadeOnThreadsThatMayBlock() throws Exception {
        BlockingHandler handler = request -> {
            String decided = thread();
            return Exchange.collect(request, 10, bytes -> Response.text(decided + thread()));
        };
        try (HttpServer server = start(Handler.blocking(handler));
                RawClient client = new RawClient(server)) {
            assertEquals(ok("millrace-blocking-\nmillrace-blocking-\n"),
                    client.send(put("hello")).answer());
        }
    }

    @Test
    void streamIsReadOnAThreadThatMayBlock() throws Exception {
        try (HttpServer server = start(request -> Exchange.stream(Blocking.executor(),
                in -> Response.text(thread() + in.readAllBytes().length)));
                RawClient client = new RawClient(server)) {
            assertEquals(ok("millrace-blocking-\n5"), client.send(put("hello")).answer());
        }
    }

    /** As an application extends it. */
    private static final class NoOrder extends HttpException {

        private static final long serialVersionUID = 1L;

        NoOrder() {
            super(Status.NOT_FOUND, "no such order", new IllegalStateException("a secret"));
        }
    }

    @Test
    void refusalOfTheApplicationsOwnClassIsItsResponse() throws Exception {
        BlockingHandler handler = request -> {
            throw new NoOrder();
        };
        String refused = text("404 Not Found", "no such order\n");
        try (HttpServer server = start(Handler.blocking(handler));
                RawClient client = new RawClient(server)) {
            assertEquals(refused, client.send(get("/")).answer());
        }
        assertEquals(refused, new Conversation(handler::handle).send(get("/")).sent());
    }
}
