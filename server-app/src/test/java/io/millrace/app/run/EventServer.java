package io.millrace.app.run;

import io.millrace.event.EventBroadcast;
import io.millrace.http.Exchange;
import io.millrace.http.Response;
import io.millrace.route.Routes;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * One broadcast with thousands of streams, in a process of its own: {@code GET /events} opens a
 * stream, {@code POST /events} sends an event to all, {@code GET /count} says how many are open.
 */
final class EventServer {

    private static final int MOST_EVENT_BYTES = 10_000;

    private EventServer() {
    }

    /** Takes the number of connections, and the heartbeat in seconds; prints its port. */
    public static void main(String[] args) throws Exception {
        EventBroadcast broadcast = EventBroadcast.builder()
                .heartbeat(Duration.ofSeconds(Integer.parseInt(args[1]))).build();
        HttpServer server = HttpServer.start(
                ServerOptions.builder().port(0).maxConnections(Integer.parseInt(args[0])).build(),
                Routes.builder()
                        .get("/events", broadcast::open)
                        .post("/events", request ->
                                Exchange.collect(request, MOST_EVENT_BYTES, event -> {
                                    broadcast.send(new String(event, StandardCharsets.UTF_8));
                                    return Response.noContent();
                                }))
                        .get("/count", request -> Response.text("" + broadcast.size()))
                        .build());
        System.out.println(server.address().getPort());
    }
}
