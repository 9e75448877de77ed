package io.millrace.form;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.HttpException;
import io.millrace.http.Request;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of a form that is whole, cut, malformed, too large, or not wanted. */
class MultipartExchangeTest {

    private static final String FORM = "--b\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n"
            + "some text\r\n--b--\r\n";
    private static final String TYPE = "multipart/form-data; boundary=b";

    /** Writes down what it is told, and throws where it is to. */
    private static final class Receiver implements MultipartReceiver {

        final List<String> told = new ArrayList<>();
        Exception failure;
        Response abandoned;

        @Override
        public void onPart(FormPart part) throws Exception {
            told.add("part " + part.name());
            if (failure != null) {
                throw failure;
            }
        }

        @Override
        public void onBytes(ByteBuffer bytes) {
            told.add(StandardCharsets.UTF_8.decode(bytes).toString());
        }

        @Override
        public void onPartEnd() {
            told.add("end");
        }

        @Override
        public Response complete() {
            told.add("complete");
            return Response.text(told.toString());
        }

        @Override
        public Response abandon(Abandonment why, Throwable cause) {
            told.add(why.toString());
            return abandoned;
        }
    }

    private final Receiver receiver = new Receiver();

    private Exchange exchange(FormLimits limits) throws HttpException {
        return MultipartExchange.of(
                Request.of("POST", "/", "Content-Type", TYPE), limits, receiver);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** As the server does it: an exception of the sink abandons the exchange. */
    private Response outcome(FormLimits limits, String body) throws Exception {
        Exchange exchange = exchange(limits);
        WritableByteChannel sink = exchange.sink();
        try {
            ByteBuffer piece = bytes(body);
            assertEquals(body.length(), sink.write(piece));
            assertEquals(0, piece.remaining());
        } catch (IOException e) {
            Response response = exchange.abandon(Abandonment.SINK_FAILED, e);
            return response == null && e.getCause() instanceof HttpException refusal
                    ? refusal.response() : response;
        }
        return exchange.complete();
    }

    @Test
    void wholeFormIsCompleted() throws Exception {
        assertEquals(Status.OK, outcome(FormLimits.defaults(), FORM).status());
        assertEquals(List.of("part f", "some text", "end", "complete"), receiver.told);
    }

    @Test
    void formWhoseClientLeavesIsAbandoned() throws Exception {
        Exchange exchange = exchange(FormLimits.defaults());
        exchange.sink().write(bytes(FORM.substring(0, FORM.length() - 10)));
        assertEquals(null, exchange.abandon(Abandonment.PEER_LEFT, new IOException("gone")));
        assertEquals(List.of("part f", "some tex", "PEER_LEFT"), receiver.told);
    }

    @Test
    void formThatEndsTooEarlyIsAbandonedAndRefused() throws Exception {
        String cut = FORM.substring(0, FORM.length() - 4);
        HttpException refusal = assertThrows(HttpException.class,
                () -> outcome(FormLimits.defaults(), cut));
        assertEquals(Status.BAD_REQUEST, refusal.status());
        assertEquals(List.of("part f", "some text", "end", "MALFORMED"), receiver.told);
        receiver.abandoned = Response.of(Status.CONFLICT);
        assertEquals(Status.CONFLICT, outcome(FormLimits.defaults(), cut).status());
    }

    @Test
    void noBodyIsAbandonedAndRefused() {
        assertEquals(Status.BAD_REQUEST, assertThrows(HttpException.class,
                () -> exchange(FormLimits.defaults()).complete()).status());
        assertEquals(List.of("MALFORMED"), receiver.told);
    }

    @Test
    void malformedFormIsAbandonedWith400() throws Exception {
        Response response = outcome(FormLimits.defaults(), "--b\r\nX\r\n\r\n--b--");
        assertEquals(Status.BAD_REQUEST, response.status());
        assertEquals(List.of("MALFORMED"), receiver.told);
    }

    @Test
    void formBeyondALimitIsAbandonedWith413() throws Exception {
        FormLimits limits = FormLimits.defaults().withMaxParts(1);
        Response response = outcome(limits, FORM.replace("--b--\r\n", "") + FORM);
        assertEquals(Status.CONTENT_TOO_LARGE, response.status());
        assertEquals(List.of("part f", "some text", "end", "TOO_LARGE"), receiver.told);
    }

    @Test
    void refusalByTheReceiverIsTheResponse() throws Exception {
        receiver.failure = new HttpException(Status.CONFLICT, "taken");
        assertEquals(Status.CONFLICT, outcome(FormLimits.defaults(), FORM).status());
        assertEquals(List.of("part f", "SINK_FAILED"), receiver.told);
    }

    @Test
    void responseOfTheReceiverGoesBeforeTheRefusal() throws Exception {
        receiver.failure = new HttpException(Status.CONFLICT, "taken");
        receiver.abandoned = Response.of(Status.INSUFFICIENT_STORAGE);
        assertEquals(Status.INSUFFICIENT_STORAGE, outcome(FormLimits.defaults(), FORM).status());
    }

    @Test
    void otherFailureOfTheReceiverIsTheServersToAnswer() throws Exception {
        receiver.failure = new IllegalStateException("bug");
        assertEquals(null, outcome(FormLimits.defaults(), FORM));
        assertEquals(List.of("part f", "SINK_FAILED"), receiver.told);
    }

    @Test
    void otherBodyIsRefusedAtItsHead() {
        assertEquals(Status.UNSUPPORTED_MEDIA_TYPE, refusal("Content-Type", "text/plain"));
        assertEquals(Status.UNSUPPORTED_MEDIA_TYPE, refusal());
        assertEquals(Status.UNSUPPORTED_MEDIA_TYPE,
                refusal("Content-Type", TYPE, "Content-Encoding", "gzip"));
        assertEquals(Status.BAD_REQUEST, refusal("Content-Type", "multipart/form-data"));
        assertEquals(List.of(), receiver.told);
    }

    private Status refusal(String... fields) {
        return assertThrows(HttpException.class, () -> MultipartExchange.of(
                Request.of("POST", "/", fields), FormLimits.defaults(), receiver)).status();
    }

    // Over a socket.

    @Test
    void formThatIsMalformedAtItsBeginningIsRefusedBeforeItsEnd() throws Exception {
        String head = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + TYPE
                + "\r\nContent-Length: 1000000\r\n\r\n";
        assertEquals("HTTP/1.1 400 Bad Request", firstLine(head + "--b\r\nX\r\n\r\n--b--\r\n"));
    }

    @Test
    void wholeFormIsAnsweredOverASocket() throws Exception {
        String head = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + TYPE
                + "\r\nContent-Length: " + FORM.length() + "\r\n\r\n";
        assertEquals("HTTP/1.1 200 OK", firstLine(head + FORM));
    }

    private static Socket connect(HttpServer server) throws IOException {
        InetSocketAddress address = server.address();
        return new Socket(address.getAddress(), address.getPort());
    }

    private String firstLine(String request) throws Exception {
        try (HttpServer server = HttpServer.start(ServerOptions.builder().port(0).build(),
                        head -> MultipartExchange.of(head, FormLimits.defaults(), receiver));
                Socket socket = connect(server)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            StringBuilder line = new StringBuilder();
            for (int c = socket.getInputStream().read(); c != '\r';
                    c = socket.getInputStream().read()) {
                line.append((char) c);
            }
            return line.toString();
        }
    }
}
