import io.millrace.form.Cookies;
import io.millrace.form.Form;
import io.millrace.form.SetCookie;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.route.Routes;
import io.millrace.server.HttpServer;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** A login by a form; a session in a cookie; pages that only a session sees. */
public class Login {
    static final Map<String, String> SESSIONS = new ConcurrentHashMap<>();

    static String user(RequestHead request) throws HttpException {
        String user = SESSIONS.get(Cookies.of(request).text("session", ""));
        if (user == null) {
            throw new HttpException(Status.UNAUTHORIZED, "log in first");
        }
        return user;
    }

    public static void main(String[] args) throws Exception {
        HttpServer.start(Integer.parseInt(args[0]), Routes.builder()
                .post("/login", request -> Form.collect(request, 1 << 16, form -> {
                    if (!form.fields().text("password").equals("secret")) {
                        throw new HttpException(Status.UNAUTHORIZED, "wrong password");
                    }
                    String session = UUID.randomUUID().toString();
                    SESSIONS.put(session, form.fields().text("user"));
                    return SetCookie.of("session", session).maxAge(Duration.ofHours(1))
                            .on(Response.redirect("/account/home"));
                }))
                .get("/account/home", request -> Response.html("<h1>Hello, " + user(request) + "</h1>\n"))
                .post("/logout", request -> {
                    SESSIONS.remove(Cookies.of(request).text("session", ""));
                    return SetCookie.expired("session").on(Response.noContent());
                }).build());
    }
}
