import io.millrace.event.EventBroadcast;
import io.millrace.http.Exchange;
import io.millrace.http.Response;
import io.millrace.route.Routes;
import io.millrace.server.HttpServer;
import java.nio.charset.StandardCharsets;

/** What is posted to /messages goes to everyone who listens at /events. */
public class EventStreams {
    public static void main(String[] args) throws Exception {
        EventBroadcast events = EventBroadcast.create();
        HttpServer.start(Integer.parseInt(args[0]), Routes.builder()
                .get("/events", events::open)
                .post("/messages", request -> Exchange.collect(request, 1 << 16, body -> {
                    events.send(new String(body, StandardCharsets.UTF_8));
                    return Response.noContent();
                })).build());
    }
}
