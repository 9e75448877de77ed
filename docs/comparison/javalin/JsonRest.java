import io.javalin.Javalin;
import io.javalin.http.NotFoundResponse;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Notes: create, list with a limit, read, replace and delete them, as JSON. */
public class JsonRest {
    public record Note(String title, String text) {
    }

    public static void main(String[] args) {
        Map<Integer, Note> notes = new ConcurrentSkipListMap<>();
        AtomicInteger next = new AtomicInteger(1);
        Javalin.create(config -> config.routes
                .get("/notes", ctx -> ctx.json(notes.values().stream()
                        .limit(ctx.queryParamAsClass("limit", Integer.class).getOrDefault(100))
                        .toList()))
                .post("/notes", ctx -> {
                    int id = next.getAndIncrement();
                    notes.put(id, ctx.bodyAsClass(Note.class));
                    ctx.status(201).header("Location", "/notes/" + id);
                })
                .get("/notes/{id}", ctx -> {
                    Note note = notes.get(ctx.pathParamAsClass("id", Integer.class).get());
                    if (note == null) {
                        throw new NotFoundResponse();
                    }
                    ctx.json(note);
                })
                .put("/notes/{id}", ctx -> {
                    notes.put(ctx.pathParamAsClass("id", Integer.class).get(),
                            ctx.bodyAsClass(Note.class));
                    ctx.status(204);
                })
                .delete("/notes/{id}", ctx -> {
                    notes.remove(ctx.pathParamAsClass("id", Integer.class).get());
                    ctx.status(204);
                })).start(Integer.parseInt(args[0]));
    }
}
