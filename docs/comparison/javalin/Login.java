import io.javalin.Javalin;
import io.javalin.http.Cookie;
import io.javalin.http.SameSite;
import io.javalin.http.UnauthorizedResponse;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** A login by a form; a session in a cookie; pages that only a session sees. */
public class Login {
    public static void main(String[] args) {
        Map<String, String> sessions = new ConcurrentHashMap<>();
        Javalin.create(config -> config.routes
                .before("/account/*", ctx -> {
                    String cookie = ctx.cookie("session");
                    String user = cookie == null ? null : sessions.get(cookie);
                    if (user == null) {
                        throw new UnauthorizedResponse("log in first");
                    }
                    ctx.attribute("user", user);
                })
                .post("/login", ctx -> {
                    String user = ctx.formParamAsClass("user", String.class).get();
                    if (!"secret".equals(ctx.formParam("password"))) {
                        throw new UnauthorizedResponse("wrong password");
                    }
                    String session = UUID.randomUUID().toString();
                    sessions.put(session, user);
                    ctx.cookie(new Cookie("session", session, "/", 3600, true, true, null, SameSite.LAX));
                    ctx.redirect("/account/home");
                })
                .get("/account/home", ctx -> ctx.html(
                        "<h1>Hello, " + ctx.<String>attribute("user") + "</h1>\n"))
                .post("/logout", ctx -> {
                    sessions.remove(String.valueOf(ctx.cookie("session")));
                    ctx.removeCookie("session");
                    ctx.status(204);
                })).start(Integer.parseInt(args[0]));
    }
}
