import io.millrace.http.Blocking;
import io.millrace.http.Body;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.server.HttpServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/** Passes GET requests on to another server, and its responses back as they come. */
public class Proxy {
    public static void main(String[] args) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        HttpServer.start(Integer.parseInt(args[0]), request -> Response.later(client.sendAsync(
                HttpRequest.newBuilder(URI.create(args[1] + request.target())).build(),
                BodyHandlers.ofInputStream()).thenApply(response ->
                        Response.of(Status.of(response.statusCode())).with("Content-Type",
                                response.headers().firstValue("Content-Type").orElse("text/plain"))
                                .with(Body.of(Blocking.executor(), response.body())))));
    }
}
