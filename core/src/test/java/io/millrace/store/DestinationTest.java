package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Headers;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.tree.KeyLimits;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the field Destination may be (RFC 4918 section 10.3). */
class DestinationTest {

    /** A MOVE whose server is asked for by this name. */
    private record Asked(String authority, Headers headers) implements RequestHead {

        @Override
        public String method() {
            return "MOVE";
        }

        @Override
        public String target() {
            return "/a";
        }

        @Override
        public String path() {
            return "/a";
        }

        @Override
        public String query() {
            return null;
        }

        @Override
        public boolean isHttp11() {
            return true;
        }

        @Override
        public long bodyLength() {
            return 0;
        }
    }

    private static Destination of(String host, String... fields) throws HttpException {
        return Destination.of(new Asked(host, Headers.of(fields)), KeyLimits.DEFAULTS);
    }

    @ParameterizedTest
    @CsvSource({
        "h, /b, /b",
        "h, /b/c/, /b/c/",
        "h, /%62%20, /%62%20",
        "h, /, /",
        "h, http://h/b, /b",
        "h, HTTPS://H/b, /b",
        "h:8080, http://h:8080/b/, /b/",
        "h, http://h:80/b, /b",
        "h:80, http://h/b, /b",
        "h, https://h:443/b, /b",
        "h, http://h, /",
        "[::1]:8080, http://[::1]:8080/b, /b"})
    void pathOrUriOfThisServer(String host, String value, String path) throws HttpException {
        assertEquals(path, of(host, "Destination", value).path().canonical());
    }

    @ParameterizedTest
    @CsvSource({
        "h, http://other/b",
        "h, http://h:81/b",
        "h, http://h:443/b",
        "h, https://h:80/b",
        "h:8080, http://h/b",
        "h, http://user@h/b",
        "h, http:///b"})
    void uriOfAnotherServerIsRefusedWith502(String host, String value) {
        assertEquals(502, refused(host, "Destination", value).response().status().code());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "b", "ftp://h/b", "mailto:a@h", "//h/b", "/../b", "/b//c", "/./b",
        "/b/.", "/b?x", "/b#x", "http://h/b?x", "http://h//b", "/%zz", "/%2F", "/.millrace.parts/x",
        "/a b", "/%00", "*"})
    void whatIsNoPathIsRefused(String value) {
        HttpException refused = refused("h", "Destination", value);
        assertEquals(400, refused.response().status().code());
        assertTrue(refused.getMessage().startsWith("Destination"), refused.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Destination=/b&Destination=/c", "Destination=/b&Overwrite=x",
        "Destination=/b&Overwrite=t", "Destination=/b&Overwrite=T&Overwrite=F",
        "Destination=/b&Depth=0", "Destination=/b&Depth=1", "Overwrite=F"})
    void fieldsThatSayNothingClearAreRefused(String fields) {
        String[] all = fields.isEmpty() ? new String[0] : fields.split("[=&]");
        assertEquals(400, refused("h", all).response().status().code());
    }

    @ParameterizedTest
    @CsvSource({"T, true", "F, false"})
    void overwriteSaysWhetherAnotherMayLoseItsName(String value, boolean overwrites)
            throws HttpException {
        assertEquals(overwrites,
                of("h", "Destination", "/b", "Overwrite", value).overwrites());
        assertTrue(of("h", "Destination", "/b", "Depth", "infinity").overwrites());
    }

    private static HttpException refused(String host, String... fields) {
        return assertThrows(HttpException.class, () -> of(host, fields));
    }
}
