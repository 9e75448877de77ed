import io.millrace.http.Exchange;
import io.millrace.http.Response;
import io.millrace.route.Filter;
import io.millrace.route.Routes;
import io.millrace.server.HttpServer;
import java.nio.file.Path;

/** Receives a body of at most 1 GB into a file, which is replaced only by a whole one. */
public class Upload {
    public static void main(String[] args) throws Exception {
        HttpServer.start(Integer.parseInt(args[0]), Routes.builder()
                .put("/upload", Filter.maxBodyBytes(1_000_000_000).around(request ->
                        Exchange.into(Path.of("upload"), file -> Response.text("stored\n")))).build());
    }
}
