import io.millrace.form.Query;
import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.Response;
import io.millrace.route.Routes;
import io.millrace.testkit.TestClient;

/** Tests of a handler: a greeting, a missing parameter, an upload. */
public class HandlerTests {
    static Handler application() {
        return Routes.builder()
                .get("/greet", request -> Response.text("Hello, " + Query.of(request).text("name") + "!"))
                .put("/count", request -> Exchange.collect(request, 1 << 20,
                        body -> Response.text(body.length + " bytes"))).build();
    }

    static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    public static void main(String[] args) throws Exception {
        TestClient client = TestClient.of(application());
        check(client.get("/greet?name=Ann").assertStatus(200).text().equals("Hello, Ann!"), "greeting");
        client.get("/greet").assertStatus(400);
        check(client.put("/count", "12345").text().equals("5 bytes"), "count");
    }
}
