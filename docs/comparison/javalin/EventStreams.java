import io.javalin.Javalin;
import io.javalin.http.sse.SseClient;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What is posted to /messages goes to everyone who listens at /events. */
public class EventStreams {
    public static void main(String[] args) {
        Set<SseClient> clients = ConcurrentHashMap.newKeySet();
        Javalin.create(config -> config.routes
                .sse("/events", client -> {
                    client.keepAlive();
                    client.onClose(() -> clients.remove(client));
                    clients.add(client);
                })
                .post("/messages", ctx -> {
                    String message = ctx.body();
                    clients.forEach(client -> client.sendEvent("message", message));
                    ctx.status(204);
                })).start(Integer.parseInt(args[0]));
    }
}
