import io.millrace.form.Form;
import io.millrace.form.FormFile;
import io.millrace.form.FormLimits;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.route.Routes;
import io.millrace.server.HttpServer;
import java.nio.file.Path;

/** A form with a name and an age, and one with a title and a photo that is kept in a folder. */
public class Forms {
    public static void main(String[] args) throws Exception {
        Path photos = Path.of("photos");
        HttpServer.start(Integer.parseInt(args[0]), Routes.builder()
                .post("/greet", request -> Form.collect(request, 1 << 20, form -> Response.text(
                        "Hello, " + form.fields().text("name")
                        + ", aged " + form.fields().integer("age") + "!\n")))
                .post("/photos", request -> Form.receive(request, photos, FormLimits.defaults(), form -> {
                    FormFile photo = form.file("photo");
                    photo.moveTo(photos.resolve(photo.safeFileName()));
                    return Response.text("kept " + photo.length() + " bytes\n").with(Status.CREATED);
                })).build());
    }
}
