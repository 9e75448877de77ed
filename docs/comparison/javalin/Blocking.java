import io.javalin.Javalin;
import java.util.concurrent.TimeUnit;

/** Work that blocks, such as a query of a database, with a time limit of a second. */
public class Blocking {
    static String query(String id) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(id.equals("slow") ? 60_000 : 50);
        return "row " + id + "\n";
    }

    public static void main(String[] args) {
        Javalin.create(config -> {
            config.concurrency.useVirtualThreads = true;
            config.routes.get("/rows/{id}", ctx -> ctx.async(async -> {
                async.timeout = 1_000L;
                async.onTimeout(late -> late.status(503).result("too slow\n"));
            }, () -> ctx.result(query(ctx.pathParam("id")))));
        }).start(Integer.parseInt(args[0]));
    }
}
