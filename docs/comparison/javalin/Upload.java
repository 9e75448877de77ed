import io.javalin.Javalin;
import io.javalin.http.ContentTooLargeResponse;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Receives a body of at most 1 GB into a file, which is replaced only by a whole one. */
public class Upload {
    public static void main(String[] args) {
        Path file = Path.of("upload");
        Javalin.create(config -> config.routes.put("/upload", ctx -> {
            Path part = Files.createTempFile(Path.of("."), "upload", ".part");
            try (InputStream in = ctx.bodyInputStream(); OutputStream out = Files.newOutputStream(part)) {
                byte[] buffer = new byte[1 << 16];
                long bytes = 0;
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    bytes += n;
                    if (bytes > 1_000_000_000) {
                        throw new ContentTooLargeResponse();
                    }
                    out.write(buffer, 0, n);
                }
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(part);
            }
            ctx.result("stored\n");
        })).start(Integer.parseInt(args[0]));
    }
}
