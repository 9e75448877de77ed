import io.javalin.Javalin;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.util.Map;

/** Every failure has one look: JSON with status and title. */
public class Errors {
    static class OutOfStock extends RuntimeException {
        OutOfStock(String item) {
            super(item + " is out of stock");
        }
    }

    static void problem(Context ctx, int status, String title) {
        ctx.status(status).json(Map.of("status", status, "title", title))
                .contentType("application/problem+json");
    }

    public static void main(String[] args) {
        Javalin.create(config -> config.routes
                .get("/items/{item}", ctx -> {
                    if (ctx.pathParam("item").equals("tea")) {
                        throw new OutOfStock("tea");
                    }
                    ctx.result("1 " + ctx.pathParam("item") + "\n");
                })
                .get("/bug", ctx -> {
                    throw new IllegalStateException("a bug");
                })
                .exception(OutOfStock.class, (e, ctx) -> problem(ctx, 409, e.getMessage()))
                .exception(HttpResponseException.class,
                        (e, ctx) -> problem(ctx, e.getStatus(), e.getMessage()))
                .exception(Exception.class, (e, ctx) -> problem(ctx, 500, "internal error"))
                .error(404, ctx -> problem(ctx, 404, "not found"))).start(Integer.parseInt(args[0]));
    }
}
