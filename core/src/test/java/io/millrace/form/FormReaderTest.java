package io.millrace.form;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.form.FormVectors.Vector;
import io.millrace.http.HttpException;
import io.millrace.http.Request;
import io.millrace.http.Responder;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Forms that a thread reads part by part. */
class FormReaderTest {

    private static final String TYPE = "multipart/form-data; boundary=b";
    private static final String TWO = "--b\r\nContent-Disposition: form-data; name=a\r\n\r\none\r\n"
            + "--b\r\nContent-Disposition: form-data; name=b\r\n\r\ntwo\r\n--b--\r\n";

    /** A body that comes in pieces of a size. */
    private static InputStream body(String text, int pieceBytes) {
        return new ByteArrayInputStream(text.getBytes(UTF_8)) {
            @Override
            public int read(byte[] into, int offset, int length) {
                return super.read(into, offset, Math.min(length, pieceBytes));
            }
        };
    }

    private static Response read(Vector vector, int pieceBytes, Responder<FormReader> responder)
            throws Exception {
        String boundary = FormFields.boundary(
                Request.of("POST", "/", "Content-Type", vector.contentType()).headers());
        return FormReader.read(boundary, FormLimits.defaults(), body(vector.body(), pieceBytes),
                responder);
    }

    private static Response all(FormReader form, List<String> told)
            throws IOException, HttpException {
        for (FormPart part = form.next(); part != null; part = form.next()) {
            told.add(part.name() + '|' + part.fileName() + '|' + part.contentType() + '|'
                    + new String(form.content().readAllBytes(), UTF_8));
            assertEquals(-1, form.content().read());
        }
        assertEquals(null, form.next());
        assertEquals(-1, form.content().read());
        return Response.text("read");
    }

    static List<Vector> vectors() {
        return FormVectors.ALL;
    }

    static List<Vector> malformed() {
        return FormVectors.MALFORMED;
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void partsAreRead(Vector vector) throws Exception {
        for (int pieceBytes : new int[] {1, 2, 50, 100_000}) {
            List<String> told = new ArrayList<>();
            read(vector, pieceBytes, form -> all(form, told));
            assertEquals(vector.told(), told);
        }
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void contentThatIsNotReadIsSkipped(Vector vector) throws Exception {
        for (int pieceBytes : new int[] {1, 50}) {
            int[] parts = {0};
            read(vector, pieceBytes, form -> {
                while (form.next() != null) {
                    parts[0]++;
                    form.content().read(); // a byte of it, or none
                }
                return Response.text("");
            });
            assertEquals(vector.told().size(), parts[0]);
        }
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void malformedFormIsRefusedWhateverTheResponderThrows(Vector vector) {
        for (int pieceBytes : new int[] {1, 50, 100_000}) {
            HttpException refusal = assertThrows(HttpException.class,
                    () -> read(vector, pieceBytes, form -> all(form, new ArrayList<>())));
            assertEquals("malformed form: " + vector.told().get(0), refusal.getMessage());
            assertEquals(Status.BAD_REQUEST, refusal.status());
        }
    }

    @Test
    void contentIsReadByteByByteAndInPieces() throws Exception {
        Vector two = new Vector("two", TYPE, TWO, List.of());
        read(two, 1000, form -> {
            assertEquals(-1, form.content().read()); // before the first part
            form.next();
            assertEquals('o', form.content().read());
            byte[] rest = new byte[5];
            assertEquals(0, form.content().read(rest, 0, 0));
            assertEquals(1, form.content().read(rest, 1, 1));
            assertEquals('n', rest[1]);
            assertEquals("b", form.next().name());
            assertEquals("two", new String(form.content().readAllBytes(), UTF_8));
            return Response.text("");
        });
    }

    @Test
    void whatTheResponderThrowsForItselfIsPassedOn() {
        Vector two = new Vector("two", TYPE, TWO, List.of());
        assertThrows(IllegalStateException.class, () -> read(two, 1, form -> {
            throw new IllegalStateException();
        }));
    }

    @Test
    void otherBodyIsRefusedAtItsHead() {
        for (String[] fields : new String[][] {{}, {"Content-Type", "text/plain"},
            {"Content-Type", TYPE, "Content-Encoding", "gzip"}}) {
            assertEquals(Status.UNSUPPORTED_MEDIA_TYPE, assertThrows(HttpException.class,
                    () -> Form.stream(Runnable::run, Request.of("POST", "/", fields),
                            FormLimits.defaults(), form -> Response.text(""))).status());
        }
    }

    // Over a socket.

    private static String answer(String body) throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try (HttpServer server = HttpServer.start(ServerOptions.builder().port(0).build(),
                        request -> Form.stream(threads, request, FormLimits.defaults(), form -> {
                            List<String> told = new ArrayList<>();
                            all(form, told);
                            return Response.text(told.toString());
                        }));
                Socket socket = new Socket(server.address().getAddress(),
                        server.address().getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(("POST / HTTP/1.1\r\nHost: localhost\r\nConnection: "
                    + "close\r\nContent-Type: " + TYPE + "\r\nContent-Length: " + body.length()
                    + "\r\n\r\n" + body).getBytes(UTF_8));
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void partsAreReadOverASocket() throws Exception {
        String answer = answer(TWO);
        assertEquals("[a|null|null|one, b|null|null|two]",
                answer.substring(answer.indexOf("\r\n\r\n") + 4));
    }

    @Test
    void malformedFormIsAnsweredWith400OverASocket() throws Exception {
        String answer = answer(TWO.replace("--b--", "--x--"));
        assertEquals("HTTP/1.1 400 Bad Request", answer.substring(0, answer.indexOf("\r\n")));
        assertEquals("malformed form: its closing boundary is missing\n",
                answer.substring(answer.indexOf("\r\n\r\n") + 4));
    }
}
