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
import java.util.concurrent.CountDownLatch;
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
