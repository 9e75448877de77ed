import io.javalin.Javalin;
import io.javalin.http.staticfiles.Location;
import java.util.Map;

/** A web site in a folder, with an application of one page under /app. */
public class WebSite {
    public static void main(String[] args) {
        Javalin.create(config -> {
            config.staticFiles.add(files -> {
                files.directory = "public";
                files.location = Location.EXTERNAL;
                files.headers = Map.of("Cache-Control", "max-age=3600");
            });
            config.spaRoot.addFile("/app", "public/app/index.html", Location.EXTERNAL);
        }).start(Integer.parseInt(args[0]));
    }
}
