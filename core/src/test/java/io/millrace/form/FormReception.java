package io.millrace.form;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.HttpException;
import io.millrace.http.Request;
import io.millrace.http.RequestHead;
import io.millrace.http.Responder;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** Forms that are received as the server does, in pieces of any size. */
abstract class FormReception {

    static final String URLENCODED = "application/x-www-form-urlencoded";
    static final String MULTIPART = "multipart/form-data; boundary=b";
    static final String FILE = "--b\r\nContent-Disposition: form-data; name=\"title\"\r\n"
            + "\r\nA photo\r\n--b\r\nContent-Disposition: form-data; name=\"photo\"; "
            + "filename=\"p.jpg\"\r\nContent-Type: image/jpeg\r\n\r\nfour\r\n--b--\r\n";

    @TempDir
    Path folder;

    static Request post(String type, long length) {
        return Request.of("POST", "/", "Content-Type", type).withBody(length);
    }

    /** What the server makes of an exchange and a body in pieces of a size. */
    static Response answer(Exchange exchange, byte[] body, int pieceBytes)
            throws Exception {
        try {
            return receive(exchange, body, pieceBytes);
        } catch (HttpException e) {
            return e.response();
        }
    }

    /** Receives a body in pieces of a size, as the server does. */
    static Response receive(Exchange exchange, byte[] body, int pieceBytes)
            throws Exception {
        try {
            WritableByteChannel sink = exchange.sink();
            if (sink == null) {
                return exchange.complete();
            }
            for (int at = 0; at < body.length; at += pieceBytes) {
                sink.write(ByteBuffer.wrap(body, at, Math.min(pieceBytes, body.length - at)));
            }
        } catch (IOException e) {
            Response response = exchange.abandon(Abandonment.SINK_FAILED, e);
            return response == null && e.getCause() instanceof HttpException refusal
                    ? refusal.response() : response;
        }
        return exchange.complete();
    }

    static Response collect(String type, String body, int maxBytes,
            Responder<Form> responder) throws Exception {
        byte[] bytes = body.getBytes(UTF_8);
        return receive(Form.collect(post(type, RequestHead.UNKNOWN_LENGTH), maxBytes, responder),
                bytes, 7);
    }

    Response store(String body, FormLimits limits, Responder<Form> responder)
            throws Exception {
        return receive(Form.receive(post(MULTIPART, RequestHead.UNKNOWN_LENGTH), folder, limits,
                responder), body.getBytes(UTF_8), 7);
    }

    List<String> stored() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** Notes what it gets; says what went wrong as a text. */
    static final class Got implements Responder<Form> {

        Form form;

        @Override
        public Response respond(Form form) {
            this.form = form;
            return Response.text("got");
        }
    }

    static String text(Response response) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) response.body().length());
        response.body().read(0, bytes);
        return UTF_8.decode(bytes.flip()).toString();
    }

    static void assertRefused(Status status, String why, Response response)
            throws IOException {
        assertEquals(status, response.status());
        assertEquals(why + "\n", text(response));
    }
}
