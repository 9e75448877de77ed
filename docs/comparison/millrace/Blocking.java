import io.millrace.http.Handler;
import io.millrace.http.Response;
import io.millrace.route.Routes;
import io.millrace.server.HttpServer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Work that blocks, such as a query of a database, with a time limit of a second. */
public class Blocking {
    static String query(String id) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(id.equals("slow") ? 60_000 : 50);
        return "row " + id + "\n";
    }

    public static void main(String[] args) throws Exception {
        HttpServer.start(Integer.parseInt(args[0]), Routes.builder()
                .get("/rows/{id}", Handler.blocking(request -> Response.text(
                        query(Routes.parameter(request, "id")))).within(Duration.ofSeconds(1)))
                .build());
    }
}
