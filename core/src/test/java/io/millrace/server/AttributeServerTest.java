package io.millrace.server;

import static io.millrace.server.Wire.get;
import static io.millrace.server.Wire.ok;
import static io.millrace.server.Wire.put;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.http.Attribute;
import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.route.Filter;
import io.millrace.route.WrappedRequest;
import org.junit.jupiter.api.Test;

/** What filters hand on to handlers with a request. */
class AttributeServerTest {

    private static final Attribute<String> USER = Attribute.of("user");

    private static Response user(RequestHead request) {
        return Response.text("" + request.attribute(USER));
    }

    @Test
    void attributeGoesWithItsRequestAndNotWithTheNext() {
        Filter filter = next -> request -> {
            if (request.path().equals("/in")) {
                request.attribute(USER, "ann");
            }
            return next.handle(request);
        };
        assertEquals(ok("null") + ok("ann") + ok("null"),
                new Conversation(filter.around(AttributeServerTest::user))
                        .send(get("/") + get("/in") + get("/")).sent());
    }

    @Test
    void attributeIsSeenThroughWrappersAndWhenTheBodyIsWhole() {
        Filter inner = next -> request -> {
            RequestHead wrapped = new WrappedRequest(request) { };
            wrapped.attribute(USER, request.attribute(USER) + " smith");
            return next.handle(wrapped);
        };
        Filter outer = next -> request -> {
            request.attribute(USER, "ann");
            return next.handle(request);
        };
        assertEquals(ok("ann smith"), new Conversation(outer.then(inner).around(request ->
                Exchange.collect(request, 10, bytes -> user(request))))
                .send(put("hello")).sent());
    }

    @Test
    void attributeIsSeenByAHandlerThatBlocks() throws Exception {
        Handler blocking = Handler.blocking(AttributeServerTest::user);
        try (HttpServer server = HttpServer.start(ServerOptions.builder().port(0).workers(1)
                .build(), request -> {
                    request.attribute(USER, "ann");
                    return blocking.handle(request);
                }); RawClient client = new RawClient(server)) {
            assertEquals(ok("ann"), client.send(get("/")).answer());
        }
    }
}
