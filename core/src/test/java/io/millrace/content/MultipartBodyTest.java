package io.millrace.content;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.OpenFiles;
import io.millrace.http.Body;
import io.millrace.http.CountingBody;
import io.millrace.http.Request;
import io.millrace.http.Response;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Several ranges as one body: read from anywhere, and closed with what they are ranges of. */
class MultipartBodyTest {

    private static final String TEXT = "0123456789".repeat(1000);
    private static final String[] RANGES = {"Range", "bytes=0-9,5000-5009,9990-"};

    @TempDir
    private Path folder;

    private Response response() throws Exception {
        Path file = Files.writeString(folder.resolve("a.txt"), TEXT);
        return FileResponse.of(Request.of("GET", "/", RANGES), file);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void fileIsClosedOnceItIsSentWhole() throws Exception {
        Response response = response();
        assertEquals(206, response.status().code());
        assertEquals(1, OpenFiles.below(folder));
        Sent.text(response);
        assertEquals(0, OpenFiles.below(folder));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void fileIsClosedWhenItsReaderLeaves() throws Exception {
        try (Body body = response().body()) {
            body.read(0, ByteBuffer.allocate(200));
            assertEquals(1, OpenFiles.below(folder));
        }
        assertEquals(0, OpenFiles.below(folder));
    }

    private static MultipartBody body(Body whole) {
        return new MultipartBody(whole, List.of(new ByteRange(0, 9),
                new ByteRange(50, 59)), "text/plain", "boundary");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void fileOfOneRangeIsClosedToo() throws Exception {
        Path file = Files.writeString(folder.resolve("a.txt"), TEXT);
        Response response = FileResponse.of(Request.of("GET", "/", "Range", "bytes=5-9"), file);
        assertEquals(1, OpenFiles.below(folder));
        assertEquals("56789", Sent.text(response));
        assertEquals(0, OpenFiles.below(folder));
    }

    @Test
    void contentIsClosedWithTheRanges() throws Exception {
        CountingBody whole = new CountingBody(Body.of(TEXT.getBytes(StandardCharsets.US_ASCII)));
        body(whole).close();
        assertEquals(1, whole.closes);
    }

    @Test
    void waitForBytesOfARangeIsThatForTheContents() {
        List<Runnable> waiting = new ArrayList<>();
        Body later = new Body() {
            @Override
            public long length() {
                return 10_000;
            }

            @Override
            public int read(long position, ByteBuffer target) {
                return 0;
            }

            @Override
            public void whenReadable(Runnable callback) {
                waiting.add(callback);
            }
        };
        Runnable callback = () -> { };
        body(later).whenReadable(callback);
        new RegionBody(later, new ByteRange(0, 9)).whenReadable(callback);
        assertEquals(List.of(callback, callback), waiting);
    }

    @Test
    void everyByteIsReadAndTransferredAlikeFromAnyPosition() throws Exception {
        MultipartBody body = body(Body.of(TEXT.getBytes(StandardCharsets.US_ASCII)));
        ByteBuffer all = ByteBuffer.allocate((int) body.length());
        while (all.hasRemaining()) {
            body.read(all.position(), all);
        }
        String text = new String(all.array(), StandardCharsets.US_ASCII);
        assertEquals("\r\n--boundary\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-9/10000"
                + "\r\n\r\n0123456789\r\n--boundary\r\nContent-Type: text/plain\r\n"
                + "Content-Range: bytes 50-59/10000\r\n\r\n0123456789\r\n--boundary--\r\n", text);
        for (int from = 0; from < text.length(); from++) {
            ByteBuffer some = ByteBuffer.allocate(7);
            int read = body.read(from, some);
            assertEquals(text.substring(from, from + read),
                    new String(some.array(), 0, read, StandardCharsets.US_ASCII));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            int moved = (int) body.transferTo(from, 7, Channels.newChannel(out));
            assertEquals(text.substring(from, from + moved), out.toString());
        }
    }

    @Test
    void contentThatGoesOnWithoutBytesForLongIsAskedWhetherItDoes() {
        Body patient = new Body() {
            @Override
            public long length() {
                return 10;
            }

            @Override
            public int read(long position, ByteBuffer target) {
                return 0;
            }

            @Override
            public boolean onStall() {
                return true;
            }
        };
        assertTrue(body(patient).onStall());
        assertTrue(new RegionBody(patient, new ByteRange(0, 9)).onStall());
    }
}
