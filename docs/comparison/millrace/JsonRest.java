import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.form.Query;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Exchange;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.route.Routes;
import io.millrace.server.HttpServer;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Notes: create, list with a limit, read, replace and delete them, as JSON. */
public class JsonRest {
    static final ObjectMapper JSON = new ObjectMapper();

    public record Note(String title, String text) {
    }

    static int id(RequestHead request) throws HttpException {
        return Routes.parameters(request).integer("id");
    }

    public static void main(String[] args) throws Exception {
        Map<Integer, Note> notes = new ConcurrentSkipListMap<>();
        AtomicInteger next = new AtomicInteger(1);
        HttpServer.start(Integer.parseInt(args[0]), Routes.builder()
                .get("/notes", request -> Response.json(JSON.writeValueAsBytes(notes.values().stream()
                        .limit(Query.of(request).integer("limit", 100)).toList())))
                .post("/notes", request -> Exchange.collect(request, 1 << 20, body -> {
                    int id = next.getAndIncrement();
                    notes.put(id, JSON.readValue(body, Note.class));
                    return Response.of(Status.CREATED).with("Location", "/notes/" + id);
                }))
                .get("/notes/{id}", request -> {
                    Note note = notes.get(id(request));
                    if (note == null) {
                        throw new HttpException(Status.NOT_FOUND, "no such note");
                    }
                    return Response.json(JSON.writeValueAsBytes(note));
                })
                .put("/notes/{id}", request -> Exchange.collect(request, 1 << 20, body -> {
                    notes.put(id(request), JSON.readValue(body, Note.class));
                    return Response.noContent();
                }))
                .delete("/notes/{id}", request -> {
                    notes.remove(id(request));
                    return Response.noContent();
                }).build());
    }
}
