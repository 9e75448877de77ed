import io.javalin.Javalin;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** Tests of a handler: a greeting, a missing parameter, an upload. */
public class HandlerTests {
    static Javalin application() {
        return Javalin.create(config -> config.routes
                .get("/greet", ctx -> ctx.result(
                        "Hello, " + ctx.queryParamAsClass("name", String.class).get() + "!"))
                .put("/count", ctx -> ctx.result(ctx.bodyAsBytes().length + " bytes")));
    }

    static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    public static void main(String[] args) throws Exception {
        Javalin application = application().start(0);
        try {
            HttpClient client = HttpClient.newHttpClient();
            URI base = URI.create("http://localhost:" + application.port());
            HttpResponse<String> greeting = client.send(HttpRequest.newBuilder(
                    base.resolve("/greet?name=Ann")).build(), BodyHandlers.ofString());
            check(greeting.statusCode() == 200 && greeting.body().equals("Hello, Ann!"), "greeting");
            HttpResponse<String> missing = client.send(HttpRequest.newBuilder(
                    base.resolve("/greet")).build(), BodyHandlers.ofString());
            check(missing.statusCode() == 400, "missing");
            HttpResponse<String> count = client.send(HttpRequest.newBuilder(base.resolve("/count"))
                    .PUT(BodyPublishers.ofString("12345")).build(), BodyHandlers.ofString());
            check(count.body().equals("5 bytes"), "count");
        } finally {
            application.stop();
        }
    }
}
