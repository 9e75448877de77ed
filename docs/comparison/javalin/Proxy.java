import io.javalin.Javalin;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/** Passes GET requests on to another server, and its responses back as they come. */
public class Proxy {
    public static void main(String[] args) {
        HttpClient client = HttpClient.newHttpClient();
        Javalin.create(config -> config.routes.get("/<path>", ctx -> {
            URI target = URI.create(args[1] + ctx.req().getRequestURI());
            ctx.future(() -> client.sendAsync(HttpRequest.newBuilder(target).build(),
                    BodyHandlers.ofInputStream()).thenAccept(response -> {
                        ctx.status(response.statusCode());
                        response.headers().firstValue("Content-Type").ifPresent(ctx::contentType);
                        ctx.result(response.body());
                    }));
        })).start(Integer.parseInt(args[0]));
    }
}
