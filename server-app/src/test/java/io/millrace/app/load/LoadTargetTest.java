package io.millrace.app.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.app.cli.CommandException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoadTargetTest {

    @ParameterizedTest
    @CsvSource({
        "http://h, h, 80, h, /, /load-7",
        "http://h/, h, 80, h, /, /load-7",
        "http://h:8080/name, h, 8080, h:8080, /name, /name-7",
        "HTTP://h/a/b, h, 80, h, /a/b, /a/b-7",
        "http://h/a/, h, 80, h, /a/, /a/load-7",
        "http://h/a%20b, h, 80, h, /a%20b, /a%20b-7",
        "http://h/gr\u00f6\u00dfe/\u20ac?\u03c0, h, 80, h, /gr%C3%B6%C3%9Fe/%E2%82%AC?%CF%80, "
                + "/gr%C3%B6%C3%9Fe/%E2%82%AC-7?%CF%80",
        "http://h/a?q=1, h, 80, h, /a?q=1, /a-7?q=1",
        "http://h/a#f, h, 80, h, /a, /a-7",
        "https://h/a, h, 443, h, /a, /a-7",
        "https://h:8443, h, 8443, h:8443, /, /load-7",
        "http://[::1]:81/a, ::1, 81, [::1]:81, /a, /a-7"})
    void urlIsTakenApart(String url, String host, int port, String authority, String whole,
            String key) throws Exception {
        LoadTarget target = LoadTarget.of(url);
        assertEquals(host, target.host());
        assertEquals(port, target.port());
        assertEquals(authority, target.authority());
        assertEquals(whole, target.whole());
        assertEquals(key, target.key(7));
        assertEquals(url.startsWith("https"), target.secure());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "h", "h:80", "//h", "http:", "http://", "http:///a", "http://h:0",
        "http://h:65536", "http://h:x", "ftp://h", "https://", "http://u@h", "http://h/a b",
        "http://a_b"})
    void whatIsNoHttpUrlIsRefused(String url) {
        CommandException refused = assertThrows(CommandException.class, () -> LoadTarget.of(url));
        assertEquals(2, refused.exitCode());
    }

    @Test
    void otherPathMayHaveAQuery() throws Exception {
        LoadTarget target = LoadTarget.of("http://h:81/a?q=1");
        assertEquals("/b", target.withPath("/b").whole());
        assertEquals("/b-3?x=y", target.withPath("/b?x=y").key(3));
    }

    @Test
    void otherAuthorityIsForTheHostFieldOnly() throws Exception {
        LoadTarget target = LoadTarget.of("http://h:81/a").withAuthority("example.org");
        assertEquals("example.org", target.authority());
        assertEquals("h", target.host());
    }
}
