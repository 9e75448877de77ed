package io.millrace.form;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.OpenFiles;
import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.HttpException;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Forms whose files go to a folder. */
class FormFilesTest extends FormReception {

    @Test
    void fileIsWrittenAsItComesAndMovedByTheResponder() throws Exception {
        Path target = folder.resolve("kept");
        Response response = store(FILE, FormLimits.defaults(), form -> {
            FormFile photo = form.file("photo");
            assertEquals(1, stored().size());
            assertEquals(photo.path().getFileName().toString(), stored().get(0));
            assertTrue(stored().get(0).matches("\\.[-0-9a-f]{36}\\.part"));
            assertEquals("four", new String(photo.open().readAllBytes(), UTF_8));
            assertEquals(4, photo.length());
            photo.moveTo(target);
            assertEquals(target, photo.path());
            return Response.text(form.fields().text("title"));
        });
        assertEquals("A photo", text(response));
        assertEquals(List.of("kept"), stored());
        assertEquals("four", Files.readString(target));
    }

    @Test
    void fileThatIsNotMovedIsRemoved() throws Exception {
        assertEquals(Status.OK, store(FILE, FormLimits.defaults(), new Got()).status());
        assertEquals(List.of(), stored());
    }

    @Test
    void fileIsRemovedWhenTheResponderThrows() throws Exception {
        assertThrows(HttpException.class, () -> store(FILE, FormLimits.defaults(),
                form -> Response.text(form.fields().text("missing"))));
        assertEquals(List.of(), stored());
    }

    @Test
    void fileStaysUntilALaterResponseIsKnown() throws Exception {
        CompletableFuture<Response> later = new CompletableFuture<>();
        store(FILE, FormLimits.defaults(), form -> Response.later(later));
        assertEquals(1, stored().size());
        later.complete(Response.text("done"));
        assertEquals(List.of(), stored());
    }

    @Test
    void fileIsRemovedWhereverTheFormEndsTooEarly() throws Exception {
        byte[] body = FILE.getBytes(UTF_8);
        for (int cut = 0; cut < body.length - 2; cut++) { // the last line end may be missing
            byte[] part = Arrays.copyOf(body, cut);
            Got got = new Got();
            assertEquals(Status.BAD_REQUEST, answer(Form.receive(post(MULTIPART, cut), folder,
                    FormLimits.defaults(), got), part, 50).status());
            Exchange exchange = Form.receive(post(MULTIPART, body.length), folder,
                    FormLimits.defaults(), got);
            exchange.sink().write(ByteBuffer.wrap(part));
            assertEquals(null, exchange.abandon(Abandonment.PEER_LEFT, new IOException("gone")));
            assertEquals(null, got.form);
            assertEquals(List.of(), stored(), "cut at " + cut);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void fileIsClosedAtTheEndOfItsPartAndWhenTheFormIsCut() throws Exception {
        store(FILE, FormLimits.defaults(), form -> {
            assertEquals(0, OpenFiles.below(folder));
            return Response.text("");
        });
        Exchange cut = Form.receive(post(MULTIPART, 500), folder, FormLimits.defaults(), new Got());
        cut.sink().write(ByteBuffer.wrap(FILE.substring(0, FILE.indexOf("four")).getBytes(UTF_8)));
        assertEquals(1, OpenFiles.below(folder));
        cut.abandon(Abandonment.PEER_LEFT, new IOException("gone"));
        assertEquals(0, OpenFiles.below(folder));
    }

    @Test
    void folderThatIsMissingFailsTheSink() throws Exception {
        Exchange exchange = Form.receive(post(MULTIPART, 500), folder.resolve("missing"),
                FormLimits.defaults(), new Got());
        assertThrows(IOException.class,
                () -> exchange.sink().write(ByteBuffer.wrap(FILE.getBytes(UTF_8))));
        assertEquals(null, exchange.abandon(Abandonment.SINK_FAILED, new IOException("x")));
    }

    @Test
    void fileOfTheMostBytesIsStoredAndOneMoreRefused() throws Exception {
        FormLimits limits = FormLimits.defaults().withMaxFileBytes(4);
        assertEquals(Status.OK, store(FILE, limits, new Got()).status());
        assertRefused(Status.CONTENT_TOO_LARGE, "a file of the form has more than 4 bytes",
                store(FILE.replace("four", "fivef"), limits, new Got()));
        assertEquals(List.of(), stored());
    }

    @Test
    void mostFilesAreStoredAndOneMoreRefused() throws Exception {
        String more = FILE.replace("--b--", FILE.substring(FILE.indexOf("--b\r\n"
                + "Content-Disposition: form-data; name=\"photo\"")));
        assertEquals(Status.OK,
                store(more, FormLimits.defaults().withMaxFiles(2).withMaxFileBytes(4), new Got())
                        .status());
        assertRefused(Status.CONTENT_TOO_LARGE, "the form has more than 1 files",
                store(more, FormLimits.defaults().withMaxFiles(1), new Got()));
        assertEquals(List.of(), stored());
    }

    @Test
    void fieldsOfTheMostBytesAreKeptAndOneMoreRefused() throws Exception {
        int heads = "Content-Disposition: form-data; name=\"title\"\r\n\r\n".length()
                + ("Content-Disposition: form-data; name=\"photo\"; filename=\"p.jpg\"\r\n"
                        + "Content-Type: image/jpeg\r\n\r\n").length();
        FormLimits limits = FormLimits.defaults().withMaxFieldsBytes(heads + "A photo".length());
        assertEquals(Status.OK, store(FILE, limits, new Got()).status());
        assertRefused(Status.CONTENT_TOO_LARGE, "the form is too large: its fields have more than "
                + (heads + 7) + " bytes", store(FILE.replace("A ", "A  "), limits, new Got()));
        Exchange encoded = Form.receive(post(URLENCODED, heads + 8), folder, limits, new Got());
        assertEquals(Status.CONTENT_TOO_LARGE,
                assertThrows(HttpException.class, encoded::sink).status());
        assertEquals(List.of(), stored());
    }

    @Test
    void fileInMemoryIsWrittenWholeToItsPlace() throws Exception {
        Path target = Files.writeString(folder.resolve("kept"), "before");
        collect(MULTIPART, FILE, 1000, form -> {
            form.file("photo").moveTo(target);
            assertEquals(target, form.file("photo").path());
            return Response.text("");
        });
        assertEquals("four", Files.readString(target));
        assertEquals(List.of("kept"), stored());
        assertThrows(IOException.class, () -> collect(MULTIPART, FILE, 1000, form -> {
            form.file("photo").moveTo(folder.resolve("missing/x"));
            return Response.text("");
        }));
        Path taken = Files.createDirectories(folder.resolve("taken/by/folder")).getParent();
        assertThrows(IOException.class, () -> collect(MULTIPART, FILE, 1000, form -> {
            form.file("photo").moveTo(taken);
            return Response.text("");
        }));
        try (Stream<Path> files = Files.list(folder.resolve("taken"))) {
            assertEquals(List.of(taken), files.toList());
        }
    }

    @Test
    void limitsAreChecked() {
        assertEquals("maxFieldsBytes must be at least 1: 0", assertThrows(
                IllegalArgumentException.class,
                () -> FormLimits.defaults().withMaxFieldsBytes(0)).getMessage());
        assertEquals("maxFileBytes must be at least 1: 0", assertThrows(
                IllegalArgumentException.class,
                () -> FormLimits.defaults().withMaxFileBytes(0)).getMessage());
        assertEquals("maxFiles must be at least 1: 0", assertThrows(
                IllegalArgumentException.class,
                () -> FormLimits.defaults().withMaxFiles(0)).getMessage());
        FormLimits limits = FormLimits.defaults().withMaxFileBytes(1).withMaxFieldsBytes(2)
                .withMaxParts(3).withMaxPartHeadBytes(4).withMaxFiles(5);
        assertEquals(List.of(5L, 1L, 2L, 3L, 4L), List.of(
                (long) limits.maxFiles(), limits.maxFileBytes(),
                (long) limits.maxFieldsBytes(), (long) limits.maxParts(),
                (long) limits.maxPartHeadBytes()));
    }
}
