package io.millrace.form;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.form.FormVectors.Vector;
import io.millrace.http.Headers;
import io.millrace.http.HttpException;
import io.millrace.http.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 7578 and RFC 2046 section 5.1.1: what is told of a form, wherever its bytes are cut. */
class MultipartParserTest {

    private static final FormLimits LIMITS = FormLimits.defaults();

    /** Writes down what it is told. */
    private static final class Told implements MultipartListener {

        final List<String> parts = new ArrayList<>();
        private FormPart part;
        private ByteArrayOutputStream bytes;

        @Override
        public void onPart(FormPart part) {
            assertEquals(null, this.part);
            this.part = part;
            bytes = new ByteArrayOutputStream();
        }

        @Override
        public void onBytes(ByteBuffer piece) {
            assertTrue(piece.hasRemaining());
            while (piece.hasRemaining()) {
                bytes.write(piece.get());
            }
        }

        @Override
        public void onPartEnd() {
            parts.add(part.name() + '|' + part.fileName() + '|' + part.contentType() + '|'
                    + bytes.toString(StandardCharsets.UTF_8));
            part = null;
        }
    }

    static List<Vector> vectors() {
        return FormVectors.ALL;
    }

    static List<Vector> malformed() {
        return FormVectors.MALFORMED;
    }

    private static MultipartParser parser(Vector vector, MultipartListener listener)
            throws HttpException {
        return new MultipartParser(
                MultipartParser.boundary(Headers.of("Content-Type", vector.contentType())),
                LIMITS, listener);
    }

    private static byte[] bytes(String body) {
        return body.getBytes(StandardCharsets.UTF_8);
    }

    /** Parses a body in pieces that end at these places. */
    private static List<String> told(Vector vector, int... cuts) throws Exception {
        Told told = new Told();
        MultipartParser parser = parser(vector, told);
        byte[] body = bytes(vector.body());
        int from = 0;
        for (int to : cuts) {
            parser.parse(piece(body, from, to));
            from = to;
        }
        parser.parse(piece(body, from, body.length));
        parser.end();
        return told.parts;
    }

    /** A piece as a buffer that begins somewhere and has nothing readable behind it. */
    private static ByteBuffer piece(byte[] body, int from, int to) {
        ByteBuffer piece = ByteBuffer.allocateDirect(to - from + 3);
        piece.position(3);
        piece.put(body, from, to - from).flip().position(3);
        return piece;
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void formIsToldWhole(Vector vector) throws Exception {
        assertEquals(vector.told(), told(vector));
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void formCutAnywhereIsToldAlike(Vector vector) throws Exception {
        for (int cut = 0; cut <= bytes(vector.body()).length; cut++) {
            assertEquals(vector.told(), told(vector, cut), "cut at " + cut);
        }
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void formThatComesByteByByteIsToldAlike(Vector vector) throws Exception {
        int[] cuts = new int[bytes(vector.body()).length];
        for (int i = 0; i < cuts.length; i++) {
            cuts[i] = i + 1;
        }
        assertEquals(vector.told(), told(vector, cuts));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void malformedFormIsRefused(Vector vector) throws Exception {
        int length = bytes(vector.body()).length;
        for (int cut = 0; cut <= length; cut++) {
            int at = cut;
            HttpException refusal = assertThrows(HttpException.class, () -> told(vector, at));
            assertEquals("malformed form: " + vector.told().get(0), refusal.getMessage());
            assertEquals(Status.BAD_REQUEST, refusal.status());
        }
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void formThatEndsTooEarlyIsRefused(Vector vector) throws Exception {
        byte[] body = bytes(vector.body());
        String close = "--" + FormFields.boundary(
                Headers.of("Content-Type", vector.contentType())) + "--";
        int whole = bytes(vector.body().substring(
                0, vector.body().indexOf("\r\n" + close) + 2 + close.length())).length;
        for (int end = 0; end < whole; end++) {
            if (vector.told().isEmpty() && end >= close.length()) {
                continue;
            }
            MultipartParser parser = parser(vector, new Told());
            parser.parse(ByteBuffer.wrap(body, 0, end));
            assertThrows(HttpException.class, parser::end, "ended at " + end);
        }
    }

    @Test
    void textThatIsNotUtf8IsRefused() {
        byte[] body = crlf("--b\nContent-Disposition: form-data; name=\"ä\"\n\nx\n--b--")
                .getBytes(StandardCharsets.ISO_8859_1);
        MultipartParser parser = new MultipartParser("b", LIMITS, new Told());
        HttpException refusal =
                assertThrows(HttpException.class, () -> parser.parse(ByteBuffer.wrap(body)));
        assertEquals("malformed form: a part's header is not in UTF-8", refusal.getMessage());
        assertTrue(parser.hasRefused());
    }

    @ParameterizedTest
    @ValueSource(strings = {"base64", "Quoted-Printable", "x"})
    void partInATransferEncodingIsRefused(String encoding) {
        MultipartParser parser = new MultipartParser("b", LIMITS, new Told());
        HttpException refusal = assertThrows(HttpException.class, () -> parser.parse(wrap(
                "--b\n" + FormVectors.field("a") + "Content-Transfer-Encoding: " + encoding
                + "\n\nx\n--b--")));
        assertEquals(Status.UNSUPPORTED_MEDIA_TYPE, refusal.status());
    }

    // Content.

    @Test
    void randomContentOfCrLfDashAndBoundaryIsToldAsItWas() throws Exception {
        Random random = new Random(15);
        String[] pieces = {"\r", "\n", "-", "--", "\r\n", "\r\n-", "\r\n--", "\r\n--b", "a", "ab"};
        for (int round = 0; round < 3000; round++) {
            StringBuilder content = new StringBuilder("x");
            for (int i = random.nextInt(12); i > 0; i--) {
                content.append(pieces[random.nextInt(pieces.length)]);
            }
            String text = content.toString().replace("\r\n--bab", "\r\n--b");
            if (text.contains("\r\n--bab")) {
                continue;
            }
            Vector vector = new Vector("random", "multipart/form-data; boundary=bab",
                    crlf("--bab\n" + FormVectors.field("a") + "\n") + text + "\r\n--bab--",
                    List.of("a|null|null|" + text));
            int length = vector.body().length();
            int first = random.nextInt(length + 1);
            assertEquals(vector.told(), told(vector, first,
                    first + random.nextInt(length + 1 - first)), vector.body());
        }
    }

    @Test
    void largeContentIsToldInThePiecesThatItComesIn() throws Exception {
        byte[] content = new byte[300_000];
        new Random(7).nextBytes(content);
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        int[] calls = {0};
        MultipartParser parser = new MultipartParser("b", LIMITS, new MultipartListener() {
            @Override
            public void onPart(FormPart part) {
                assertEquals("f", part.name());
            }

            @Override
            public void onBytes(ByteBuffer bytes) {
                calls[0]++;
                byte[] copy = new byte[bytes.remaining()];
                bytes.get(copy);
                told.writeBytes(copy);
            }

            @Override
            public void onPartEnd() {
                calls[0]++;
            }
        });
        parser.parse(wrap("--b\n" + FormVectors.field("f") + "\n"));
        parser.parse(ByteBuffer.wrap(content));
        parser.parse(wrap("\n--b--"));
        parser.end();
        assertEquals(ByteBuffer.wrap(content), ByteBuffer.wrap(told.toByteArray()));
        assertEquals(2, calls[0]);
    }

    // Limits.

    @Test
    void mostPartsAreToldAndOneMoreIsRefused() throws Exception {
        FormLimits two = LIMITS.withMaxParts(2);
        String part = "--b\n" + FormVectors.field("a") + "\n1\n";
        Told told = new Told();
        MultipartParser parser = new MultipartParser("b", two, told);
        parser.parse(wrap(part + part + "--b--"));
        parser.end();
        assertEquals(2, told.parts.size());
        HttpException refusal = assertThrows(HttpException.class, () ->
                new MultipartParser("b", two, new Told()).parse(wrap(part + part + part)));
        assertEquals(Status.CONTENT_TOO_LARGE, refusal.status());
        assertEquals("the form is too large: more than 2 parts", refusal.getMessage());
    }

    @Test
    void longestHeadIsToldAndOneByteMoreIsRefused() throws Exception {
        String head = crlf(FormVectors.field("a") + "X: " + "y".repeat(1000) + "\n\n");
        Told told = new Told();
        MultipartParser parser =
                new MultipartParser("b", LIMITS.withMaxPartHeadBytes(head.length()), told);
        parser.parse(wrap("--b\n" + head + "1\n--b--"));
        parser.end();
        assertEquals(List.of("a|null|null|1"), told.parts);
        MultipartParser less = new MultipartParser(
                "b", LIMITS.withMaxPartHeadBytes(head.length() - 1), new Told());
        HttpException refusal = assertThrows(HttpException.class,
                () -> less.parse(wrap("--b\n" + head + "1\n--b--")));
        assertEquals(Status.CONTENT_TOO_LARGE, refusal.status());
    }

    @Test
    void longestPreambleIsIgnoredAndOneByteMoreIsRefused() throws Exception {
        FormLimits limits = LIMITS.withMaxPartHeadBytes(100);
        for (String start : List.of("x", "-", "--", "--c", "\n", "\n--")) {
            String preamble = crlf(start) + "x".repeat(100 - crlf(start).length());
            MultipartParser parser = new MultipartParser("b", limits, new Told());
            parser.parse(ByteBuffer.wrap(bytes(preamble + "\r\n--b--")));
            parser.end();
            MultipartParser less = new MultipartParser("b", limits, new Told());
            HttpException refusal = assertThrows(HttpException.class, () ->
                    less.parse(ByteBuffer.wrap(bytes(preamble + "x\r\n--b--"))), start);
            assertEquals(Status.CONTENT_TOO_LARGE, refusal.status());
        }
    }

    @Test
    void limitsBelowOneAreRefused() {
        assertEquals(1, LIMITS.withMaxParts(1).maxParts());
        assertEquals(1, LIMITS.withMaxPartHeadBytes(1).maxPartHeadBytes());
        assertThrows(IllegalArgumentException.class, () -> LIMITS.withMaxParts(0));
        assertThrows(IllegalArgumentException.class, () -> LIMITS.withMaxPartHeadBytes(0));
    }

    // The boundary.

    @Test
    void boundaryOfMoreThan70BytesOrOfNoneIsRefused() {
        for (String boundary : List.of("x".repeat(71), "\"\"", "\"a \"", "a<b", "\"a\tb\"")) {
            HttpException refusal = assertThrows(HttpException.class, () ->
                    MultipartParser.boundary(Headers.of(
                            "Content-Type", "multipart/form-data; boundary=" + boundary)));
            assertEquals(Status.BAD_REQUEST, refusal.status());
            assertThrows(IllegalArgumentException.class,
                    () -> new MultipartParser(boundary, LIMITS, new Told()));
        }
    }

    @Test
    void typeWithoutOrWithTwoBoundariesIsRefused() {
        for (String type : List.of("multipart/form-data", "multipart/form-data;",
                "multipart/form-data; boundary=a; boundary=b", "multipart/form-data; boundary")) {
            HttpException refusal = assertThrows(HttpException.class,
                    () -> MultipartParser.boundary(Headers.of("Content-Type", type)), type);
            assertEquals(Status.BAD_REQUEST, refusal.status());
        }
        assertThrows(HttpException.class, () -> MultipartParser.boundary(Headers.of(
                "Content-Type", "multipart/form-data; boundary=a",
                "Content-Type", "multipart/form-data; boundary=b")));
    }

    // RFC 9110 s5.6.6.
    @ParameterizedTest
    @ValueSource(strings = {";; boundary=b", "; ;boundary=b;", ";boundary=\"b\";;"})
    void emptyParametersAreSkipped(String parameters) throws HttpException {
        assertEquals("b", MultipartParser.boundary(
                Headers.of("Content-Type", "multipart/form-data" + parameters)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"multipart/mixed; boundary=b", "application/x-www-form-urlencoded",
        "multipart/form-data-x; boundary=b", ""})
    void otherTypeIsRefused(String type) {
        HttpException refusal = assertThrows(HttpException.class,
                () -> MultipartParser.boundary(Headers.of("Content-Type", type)));
        assertEquals(Status.UNSUPPORTED_MEDIA_TYPE, refusal.status());
        assertThrows(HttpException.class, () -> MultipartParser.boundary(Headers.empty()));
    }

    // Failures.

    @Test
    void listenerThatThrowsEndsTheParsing() {
        Told told = new Told();
        MultipartParser parser = new MultipartParser("b", LIMITS, new MultipartListener() {
            @Override
            public void onPart(FormPart part) throws IOException {
                told.onPart(part);
                throw new IOException("full");
            }

            @Override
            public void onBytes(ByteBuffer bytes) {
                told.onBytes(bytes);
            }

            @Override
            public void onPartEnd() {
                told.onPartEnd();
            }
        });
        String body = "--b\n" + FormVectors.field("a") + "\n1\n--b--";
        assertEquals("full", assertThrows(IOException.class, () -> parser.parse(wrap(body)))
                .getMessage());
        assertFalse(parser.hasRefused());
        assertThrows(IllegalStateException.class, () -> parser.parse(wrap("1")));
        assertThrows(HttpException.class, parser::end);
        assertEquals(List.of(), told.parts);
    }

    private static String crlf(String lines) {
        return lines.replace("\r\n", "\n").replace("\n", "\r\n");
    }

    private static ByteBuffer wrap(String lines) {
        return ByteBuffer.wrap(bytes(crlf(lines)));
    }
}
