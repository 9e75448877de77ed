import io.javalin.Javalin;
import io.javalin.http.BadRequestResponse;
import io.javalin.http.UploadedFile;
import io.javalin.util.FileUtil;

/** A form with a name and an age, and one with a title and a photo that is kept in a folder. */
public class Forms {
    public static void main(String[] args) {
        Javalin.create(config -> config.routes
                .post("/greet", ctx -> ctx.result("Hello, " + ctx.formParamAsClass("name", String.class).get()
                        + ", aged " + ctx.formParamAsClass("age", Integer.class).get() + "!\n"))
                .post("/photos", ctx -> {
                    UploadedFile photo = ctx.uploadedFile("photo");
                    String title = ctx.formParam("title");
                    if (photo == null || title == null) {
                        throw new BadRequestResponse("title and photo are needed");
                    }
                    FileUtil.streamToFile(photo.content(), "photos/" + title + ".jpg");
                    ctx.status(201).result("kept " + photo.size() + " bytes\n");
                })).start(Integer.parseInt(args[0]));
    }
}
