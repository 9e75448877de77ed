import io.millrace.route.Routes;
import io.millrace.server.HttpServer;
import io.millrace.site.StaticSite;
import java.nio.file.Path;

/** A web site in a folder, with an application of one page under /app. */
public class WebSite {
    public static void main(String[] args) throws Exception {
        HttpServer.start(Integer.parseInt(args[0]), Routes.builder()
                .get("/app/{path...}", StaticSite.builder(Path.of("public/app")).at("/app")
                        .fallback("index.html").build())
                .get("/{path...}", StaticSite.builder(Path.of("public"))
                        .cacheControl("/**", "max-age=3600").build())
                .build());
    }
}
