package io.millrace.form;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.form.FormVectors.Vector;
import io.millrace.http.HttpException;
import io.millrace.http.Request;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Forms that are collected in memory. */
class FormTest extends FormReception {

    static List<Vector> vectors() {
        return FormVectors.ALL;
    }

    static List<Vector> malformed() {
        return FormVectors.MALFORMED;
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void multipartOfEveryClientIsCollected(Vector vector) throws Exception {
        byte[] body = vector.body().getBytes(UTF_8);
        List<String> fields = new ArrayList<>();
        List<String> files = new ArrayList<>();
        for (String part : vector.told()) {
            String[] told = part.split("\\|", -1);
            if (told[1].equals("null")) {
                fields.add(told[0] + "=" + told[3]);
            } else if (!told[1].isEmpty()) { // else no file was chosen
                files.add(part);
            }
        }
        for (int pieceBytes : new int[] {1, 3, 64, body.length}) {
            Got got = new Got();
            receive(Form.collect(post(vector.contentType(), body.length), body.length, got),
                    body, pieceBytes);
            assertEquals(fields, QueryTest.pairs(got.form.fields()));
            List<String> gotFiles = new ArrayList<>();
            for (FormFile file : got.form.files()) {
                gotFiles.add(file.name() + '|' + file.fileName() + '|' + file.contentType() + '|'
                        + new String(file.bytes(), UTF_8));
                assertArrayEquals(file.bytes(), file.open().readAllBytes());
                assertEquals(file.bytes().length, file.length());
                assertEquals(null, file.path());
            }
            assertEquals(files, gotFiles);
        }
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void malformedMultipartIsRefused(Vector vector) throws Exception {
        Got got = new Got();
        byte[] body = vector.body().getBytes(UTF_8);
        assertRefused(Status.BAD_REQUEST, "malformed form: " + vector.told().get(0), answer(
                Form.collect(post(vector.contentType(), body.length), 10_000, got), body, 7));
        assertEquals(null, got.form);
    }

    @ParameterizedTest
    @ValueSource(strings = {URLENCODED, "Application/X-WWW-Form-URLencoded;charset=UTF-8",
        URLENCODED + "; charset=us-ascii"})
    void urlencodedFormIsCollected(String type) throws Exception {
        Got got = new Got();
        collect(type, "name=z%C3%BC+x&raw=zü&name=%0D%0A&empty", 100, got);
        assertEquals(List.of("name=zü x", "raw=zü", "name=\r\n", "empty="),
                QueryTest.pairs(got.form.fields()));
        assertEquals(List.of(), got.form.files());
    }

    // Captured from these programs.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "curl 7.88 -d | name=Zoë & co | name=Zoë , co=",
        "curl 7.88 --data-urlencode | text=a+b%26c%3Dd%25%2B%C3%BC%0A2 | text=a b&c=d%+ü~2",
        "Python requests 2.34 | a=z%C3%BC+x&a=2&t=l1%0Al2%0D%0A | a=zü x,a=2,t=l1~l2~~",
        "Java URLEncoder 17 | a=z%C3%BC+x%7E*-._%0D%0A | a=zü x~*-._~~",
        "Chromium 156 | a=z%C3%BC+x%7E*-._&t=l1%0D%0Al2+%26%3D%2B%25&c=on&s=1&s=%C3%BC&na%22me= "
                + "| a=zü x~*-._,t=l1~~l2 &=+%,c=on,s=1,s=ü,na\"me=",
        "Node 20 | a=z%C3%BC+x%7E*-._&b=l1%0Al2 | a=zü x~*-._,b=l1~l2"})
    void urlencodedFormOfEveryClientIsCollected(String client, String body, String pairs)
            throws Exception {
        Got got = new Got();
        collect(URLENCODED + (client.startsWith("Node") ? ";charset=UTF-8" : ""), body, 100, got);
        assertEquals(pairs, String.join(",", QueryTest.pairs(got.form.fields()))
                .replaceAll("[\r\n]", "~"));
    }

    /** What a changed form comes to: its fields and files, or why it is refused. */
    private static String outcome(String type, byte[] body, int pieceBytes) throws Exception {
        Got got = new Got();
        Response response = answer(Form.collect(post(type, body.length), 10_000, got), body,
                pieceBytes);
        return got.form == null ? response.status() + " " + text(response)
                : QueryTest.pairs(got.form.fields()) + " " + got.form.files();
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void formWithAnyByteChangedIsReadOrRefusedAndTheSameInPieces(Vector vector) throws Exception {
        byte[] body = vector.body().getBytes(UTF_8);
        int refused = 0;
        for (int at = 0; at < body.length; at++) {
            for (byte other : new byte[] {0, '\r', '\n', '-', '"', ';', 'x', (byte) 0xff}) {
                byte[] changed = body.clone();
                changed[at] = other;
                String whole = outcome(vector.contentType(), changed, body.length);
                assertEquals(whole, outcome(vector.contentType(), changed, 1), "at " + at);
                assertTrue(whole.matches("(?s)\\[.*|4(00|13|15) .*"), whole);
                refused += whole.startsWith("4") ? 1 : 0;
            }
        }
        assertTrue(refused > 0);
    }

    @Test
    void formWithoutABodyIsEmpty() throws Exception {
        Got got = new Got();
        assertEquals(Status.OK,
                Form.collect(post(URLENCODED, 0), 10, got).complete().status());
        assertEquals(0, got.form.fields().size());
    }

    @Test
    void malformedFieldIsRefusedByName() throws Exception {
        HttpException refusal = assertThrows(HttpException.class,
                () -> collect(URLENCODED, "a=1&b=%F", 100, new Got()));
        assertEquals("form field b has malformed percent-encoding", refusal.getMessage());
    }

    @Test
    void fieldOfMultipartMustBeTextInUtf8() throws Exception {
        for (String bad : List.of("\0", "\u001b")) {
            assertRefused(Status.BAD_REQUEST, "malformed form: a field has a control character",
                    collect(MULTIPART, FILE.replace("A photo", bad), 1000, new Got()));
        }
        byte[] body = FILE.replace("A photo", "\u00fc").getBytes(ISO_8859_1);
        assertRefused(Status.BAD_REQUEST, "malformed form: a field is not in UTF-8",
                receive(Form.collect(post(MULTIPART, body.length), 1000, new Got()), body, 9));
        String typed = FILE.replace("\"title\"\r\n",
                "\"title\"\r\nContent-Type: text/plain; charset=iso-8859-1\r\n");
        assertRefused(Status.UNSUPPORTED_MEDIA_TYPE, "the form must be in UTF-8",
                collect(MULTIPART, typed, 1000, new Got()));
        Got got = new Got();
        collect(MULTIPART, typed.replace("iso-8859-1", "UTF-8"), 1000, got);
        assertEquals("A photo", got.form.fields().text("title"));
    }

    @Test
    void fileOfAFieldIsFoundByItsName() throws Exception {
        Got got = new Got();
        collect(MULTIPART, FILE, 1000, got);
        assertEquals("four", new String(got.form.file("photo").bytes(), UTF_8));
        assertEquals("form file title is missing", assertThrows(HttpException.class,
                () -> got.form.file("title")).getMessage());
        assertFalse(got.form.fields().has("photo"));
        collect(MULTIPART, FILE.replace("--b--\r\n", "") + FILE, 1000, got);
        assertEquals(2, got.form.files("photo").size());
        assertEquals("form file photo is given twice", assertThrows(HttpException.class,
                () -> got.form.file("photo")).getMessage());
    }

    @Test
    void bodyOfMaxBytesIsCollectedAndOneMoreRefused() throws Exception {
        for (String type : List.of(URLENCODED, MULTIPART)) {
            String body = type.equals(MULTIPART) ? FILE : "a=b";
            int length = body.length();
            assertEquals(Status.OK, collect(type, body, length, new Got()).status());
            Got got = new Got();
            assertRefused(Status.CONTENT_TOO_LARGE,
                    "the body is longer than " + (length - 1) + " bytes",
                    collect(type, body, length - 1, got));
            assertEquals(null, got.form);
        }
    }

    @Test
    void lengthThatIsTooMuchIsRefusedAtTheHead() throws Exception {
        assertEquals(Status.CONTENT_TOO_LARGE, assertThrows(HttpException.class,
                () -> Form.collect(post(MULTIPART, 11), 10, new Got())).status());
        assertEquals(Status.CONTENT_TOO_LARGE, assertThrows(HttpException.class,
                () -> Form.collect(post(URLENCODED, 11), 10, new Got()).sink()).status());
    }

    @Test
    void thousandFieldsAreCollectedAndOneMoreRefused() throws Exception {
        Got got = new Got();
        collect(URLENCODED, "a&".repeat(1000), 10_000, got);
        assertEquals(1000, got.form.fields().size());
        HttpException refusal = assertThrows(HttpException.class,
                () -> collect(URLENCODED, "a&".repeat(1001), 10_000, got));
        assertEquals(Status.CONTENT_TOO_LARGE, refusal.status());
        assertEquals("more than 1000 form fields", refusal.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "text/plain", "application/json", URLENCODED + "; charset=latin1"})
    void otherTypeIsRefused(String type) {
        assertEquals(Status.UNSUPPORTED_MEDIA_TYPE, assertThrows(HttpException.class,
                () -> Form.collect(post(type, 1), 10, new Got())).status());
    }

    @Test
    void contentCodingIsRefused() {
        for (String type : List.of(URLENCODED, MULTIPART)) {
            assertEquals(Status.UNSUPPORTED_MEDIA_TYPE, assertThrows(HttpException.class,
                    () -> Form.collect(Request.of("POST", "/", "Content-Type", type,
                            "Content-Encoding", "gzip"), 10, new Got())).status());
        }
    }
}
