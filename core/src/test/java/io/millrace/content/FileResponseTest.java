package io.millrace.content;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.OpenFiles;
import io.millrace.http.HttpException;
import io.millrace.http.Request;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.tree.PlainFileSystem;
import io.millrace.tree.PlainFileSystem.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A file with conditions and ranges (RFC 9110 sections 13 and 14), shown or downloaded. */
class FileResponseTest {

    private static final long SECOND = 784_111_777;
    private static final String MODIFIED = "Sun, 06 Nov 1994 08:49:37 GMT";
    private static final String TEXT = "0123456789".repeat(100);

    @TempDir
    Path folder;
    private Path file;

    @BeforeEach
    void writeAFile() throws IOException {
        file = Files.writeString(folder.resolve("a.txt"), TEXT);
        Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(SECOND)));
    }

    private Response get(String... fields) throws Exception {
        return FileResponse.of(Request.of("GET", "/", fields), file);
    }

    private static HttpException refusal(Executable read) {
        return assertThrows(HttpException.class, read);
    }

    private static void assertNotFound(Path missing) {
        assertEquals(404, refusal(() -> FileResponse.of(Request.of("GET", "/"), missing))
                .status().code());
    }

    @Test
    void fileIsServedWholeWithTypeAndValidators() throws Exception {
        Response response = get();
        assertEquals(200, response.status().code());
        assertEquals("text/plain; charset=utf-8", response.headers().first("Content-Type"));
        assertEquals("bytes", response.headers().first("Accept-Ranges"));
        assertEquals(MODIFIED, response.headers().first("Last-Modified"));
        assertTrue(response.headers().first("ETag").startsWith("\""));
        assertEquals(TEXT, Sent.text(response));
        Response typed = FileResponse.of(Request.of("HEAD", "/"), file, "image/x");
        assertEquals("image/x", typed.headers().first("Content-Type"));
        assertEquals(200, Sent.status(typed));
    }

    @Test
    void whatIsNoFileIsNotFound() throws Exception {
        assertNotFound(folder);
        assertNotFound(folder.resolve("none"));
        assertNotFound(Path.of("/"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "POST", "DELETE", "OPTIONS", "get"})
    void otherMethodsAreNotAllowed(String method) throws Exception {
        HttpException refusal = refusal(() -> FileResponse.of(Request.of(method, "/"), file));
        assertEquals(405, refusal.status().code());
        assertEquals("GET, HEAD", refusal.fields().first("Allow"));
    }

    @Test
    void conditionsAreEvaluatedBeforeRanges() throws Exception {
        String tag = get().headers().first("ETag");
        Response known = get("If-None-Match", tag, "Range", "bytes=0-0");
        assertEquals(304, known.status().code());
        assertEquals(tag, known.headers().first("ETag"));
        assertEquals(MODIFIED, known.headers().first("Last-Modified"));
        assertEquals(304, Sent.status(get("If-Modified-Since", MODIFIED)));
        assertEquals(412, Sent.status(get("If-Match", "\"x\"", "Range", "bytes=5000-")));
        assertEquals(206, Sent.status(get("If-Match", tag, "Range", "bytes=0-0")));
        assertThrows(HttpException.class, () -> get("If-Match", "x"));
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-4, 01234, bytes 0-4/1000", "bytes=-3, 789, bytes 997-999/1000",
        "bytes=995-, 56789, bytes 995-999/1000", "bytes=995-5000, 56789, bytes 995-999/1000",
    })
    void rangeIsAPart(String range, String bytes, String contentRange) throws Exception {
        Response response = get("Range", range);
        assertEquals(206, response.status().code());
        assertEquals(contentRange, response.headers().first("Content-Range"));
        assertEquals("text/plain; charset=utf-8", response.headers().first("Content-Type"));
        assertEquals(bytes, Sent.text(response));
    }

    @Test
    void rangesFarApartAreAMultipartThatBeginsWithAnEmptyLine() throws Exception {
        Response response = get("Range", "bytes=0-1,998-");
        assertEquals(206, response.status().code());
        String type = response.headers().first("Content-Type");
        String boundary = type.substring("multipart/byteranges; boundary=".length());
        String part = "\r\n--" + boundary + "\r\nContent-Type: text/plain; charset=utf-8\r\n"
                + "Content-Range: bytes ";
        assertEquals(part + "0-1/1000\r\n\r\n01" + part + "998-999/1000\r\n\r\n89\r\n--" + boundary
                + "--\r\n", Sent.text(response));
        assertEquals(1, response.headers().all("Content-Type").size());
    }

    @Test
    void rangeThatIsNotThereIsNotSatisfiable() throws Exception {
        Response response = get("Range", "bytes=1000-");
        assertEquals(416, response.status().code());
        assertEquals("bytes */1000", response.headers().first("Content-Range"));
        assertNull(response.headers().first("Content-Type"));
        assertEquals("", Sent.text(response));
        Files.writeString(file, "");
        assertEquals(200, Sent.status(get("Range", "bytes=0-")));
    }

    @Test
    void rangeOfAnotherStateGivesTheWhole() throws Exception {
        String tag = get().headers().first("ETag");
        assertEquals(206, Sent.status(get("Range", "bytes=0-0", "If-Range", tag)));
        assertEquals(206, Sent.status(get("Range", "bytes=0-0", "If-Range", MODIFIED)));
        for (String other : new String[] {"\"x\"", "W/" + tag, "x", "",
            "Sun, 06 Nov 1994 08:49:38 GMT"}) {
            assertEquals(200, Sent.status(get("Range", "bytes=0-0", "If-Range", other)), other);
        }
    }

    @Test
    void tagOfAFileThatJustChangedIsWeak() throws Exception {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
        String tag = get().headers().first("ETag");
        assertTrue(tag.startsWith("W/\""), tag);
        assertEquals(200, Sent.status(get("Range", "bytes=0-0", "If-Range", tag)));
        assertFalse(Validators.of(attributes()).isStrong());
    }

    @Test
    void otherSizeOrTimeIsAnotherTag() throws Exception {
        Validators first = Validators.of(attributes());
        assertTrue(first.isStrong());
        Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(SECOND, 1000)));
        Validators second = Validators.of(attributes());
        assertFalse(second.etag().equals(first.etag()));
        assertEquals(SECOND, second.modifiedSecond());
        Files.writeString(file, TEXT + "x");
        Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(SECOND)));
        assertFalse(Validators.of(attributes()).etag().equals(first.etag()));
    }

    private BasicFileAttributes attributes() throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class);
    }

    private static Response ofStatus(Status status, String... fields) {
        Response response = Response.of(status);
        for (int i = 0; i < fields.length; i += 2) {
            response = response.set(fields[i], fields[i + 1]);
        }
        return response;
    }

    private Response kept(String... fields) throws Exception {
        return FileResponse.of(Request.of("GET", "/", fields), file, ofStatus(Status.OK,
                "Cache-Control", "max-age=5", "Vary", "Accept", "X-Own", "1"));
    }

    @Test
    void givenFieldsAreSentWithTheFile() throws Exception {
        Response whole = kept();
        assertEquals(200, Sent.status(whole));
        assertEquals("max-age=5", whole.headers().first("Cache-Control"));
        assertEquals("1", whole.headers().first("X-Own"));
        assertEquals("text/plain; charset=utf-8", whole.headers().first("Content-Type"));
        Response part = kept("Range", "bytes=0-1");
        assertEquals("max-age=5", part.headers().first("Cache-Control"));
        assertEquals("01", Sent.text(part));
    }

    @Test
    void notModifiedHasTheFieldsThatCachesNeed() throws Exception {
        Response known = kept("If-None-Match", "*");
        assertEquals(304, known.status().code());
        assertEquals("max-age=5", known.headers().first("Cache-Control"));
        assertEquals("Accept", known.headers().first("Vary"));
        assertNull(known.headers().first("X-Own"));
        assertNull(known.headers().first("Content-Type"));
    }

    @Test
    void refusalsHaveNoneOfTheGivenFields() throws Exception {
        Response failed = kept("If-Match", "\"x\"");
        assertEquals(412, failed.status().code());
        assertNull(failed.headers().first("Cache-Control"));
        HttpException missing = refusal(() -> FileResponse.of(Request.of("GET", "/"),
                folder.resolve("none"), ofStatus(Status.OK, "Cache-Control", "max-age=5")));
        assertEquals(404, missing.status().code());
        assertNull(missing.response().headers().first("Cache-Control"));
    }

    @Test
    void fileInSeveralCodingsHasATagThatAConditionCanName() throws Exception {
        Response fields = Response.of(Status.OK).set("Content-Encoding", "br, gzip");
        String tag = FileResponse.of(Request.of("HEAD", "/"), file, fields).headers().first("ETag");
        assertEquals(304, FileResponse.of(Request.of("GET", "/", "If-None-Match", tag), file,
                fields).status().code());
        assertNotEquals(tag, FileResponse.of(Request.of("HEAD", "/"), file,
                Response.of(Status.OK).set("Content-Encoding", "br")).headers().first("ETag"));
    }

    @Test
    void fileOfAnotherStatusIsWholeWhateverIsAskedFor() throws Exception {
        Response page = FileResponse.of(Request.of("GET", "/", "Range", "bytes=0-0",
                "If-None-Match", "*", "If-Match", "\"x\""), file, ofStatus(Status.NOT_FOUND));
        assertEquals(404, page.status().code());
        assertNull(page.headers().first("ETag"));
        assertNull(page.headers().first("Accept-Ranges"));
        assertEquals("text/plain; charset=utf-8", page.headers().first("Content-Type"));
        assertEquals(TEXT, Sent.text(page));
    }

    @Test
    void downloadIsSavedUnderItsNameOrAnother() throws Exception {
        Response own = FileResponse.download(Request.of("GET", "/"), file);
        assertEquals("attachment; filename=\"a.txt\"",
                own.headers().first("Content-Disposition"));
        assertEquals("nosniff", own.headers().first("X-Content-Type-Options"));
        assertEquals(200, Sent.status(own));
        Response named = FileResponse.download(
                Request.of("GET", "/", "Range", "bytes=1-2"), file, "B\u00fcro.pdf");
        assertEquals("attachment; filename=\"B_ro.pdf\"; filename*=UTF-8''B%C3%BCro.pdf",
                named.headers().first("Content-Disposition"));
        assertEquals("application/pdf", named.headers().first("Content-Type"));
        assertEquals("12", Sent.text(named));
    }

    @Test
    void nameBelowAFileOrTooLongForTheSystemIsNotFound() throws Exception {
        assertNotFound(file.resolve("b"));
        assertNotFound(folder.resolve("n".repeat(300)));
    }

    @Test
    void linkThatLeadsToItselfIsNotFound() throws Exception {
        Path loop = Files.createSymbolicLink(folder.resolve("loop"), Path.of("loop"));
        assertNotFound(loop);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void fileThatVanishesOnceItIsOpenIsNotFoundAndNotLeftOpen() throws Exception {
        PlainFileSystem files = new PlainFileSystem();
        AtomicBoolean opened = new AtomicBoolean();
        files.before((operation, real) -> {
            if (operation == Operation.LOOK && opened.get()) {
                Files.delete(real);
            }
            opened.compareAndSet(false, operation == Operation.OPEN);
        });
        assertNotFound(files.path(file));
        assertTrue(opened.get());
        assertEquals(0, OpenFiles.below(folder));
    }
}
