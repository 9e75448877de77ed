package io.millrace.form;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.form.SetCookie.SameSite;
import io.millrace.http.Response;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6265 section 4.1, and what browsers do with what it leaves open. */
class SetCookieTest {

    private static void assertRefused(String message, Runnable call) {
        assertEquals(message,
                assertThrows(IllegalArgumentException.class, call::run).getMessage());
    }

    @Test
    void cookieBeginsSafe() {
        assertEquals("id=x; Path=/; Secure; HttpOnly; SameSite=Lax",
                SetCookie.of("id", "x").toString());
    }

    @Test
    void everyAttributeIsWritten() {
        assertEquals("id=x; Path=/app; Domain=example.org; Max-Age=3600; Secure; SameSite=None; "
                + "Partitioned", SetCookie.of("id", "x").path("/app").domain("example.org")
                        .maxAge(Duration.ofMillis(3_600_999)).httpOnly(false)
                        .sameSite(SameSite.NONE).partitioned(true).toString());
        assertEquals("id=; Path=/; HttpOnly; SameSite=Strict", SetCookie.of("id", "")
                .secure(false).sameSite(SameSite.STRICT).toString());
    }

    @Test
    void expiredCookieIsRemovedAtOnce() {
        assertEquals("id=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax",
                SetCookie.expired("id").toString());
    }

    @Test
    void changedCookieIsACopy() {
        SetCookie cookie = SetCookie.of("id", "x");
        cookie.path("/a").domain("b").maxAge(Duration.ZERO).secure(false).httpOnly(false)
                .sameSite(SameSite.STRICT);
        cookie.partitioned(true);
        assertEquals(SetCookie.of("id", "x").toString(), cookie.toString());
    }

    @Test
    void responseHasTheCookieBesideOthers() {
        Response response = SetCookie.of("b", "2").on(
                SetCookie.of("a", "1").on(Response.text("")));
        assertEquals(List.of("a=1; Path=/; Secure; HttpOnly; SameSite=Lax",
                "b=2; Path=/; Secure; HttpOnly; SameSite=Lax"),
                response.headers().all("Set-Cookie"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a=b", "a;b", "a\n", "\u00fc", "a,b", "\"a\""})
    void nameThatIsNoTokenIsRefused(String name) {
        assertRefused("a cookie's name must be a token: " + name, () -> SetCookie.of(name, "x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "\"a\"", "a,b", "a;b", "a\\b", "a\r\nX: y", "\u00fc", "a\0",
        "a\u007f", " "})
    void valueThatMustBeEncodedIsRefusedWithoutBeingShown(String value) {
        assertRefused("the value of the cookie id has a character that is not allowed: encode it",
                () -> SetCookie.of("id", value));
    }

    @Test
    void cookieOf4096BytesIsTakenAndOneMoreRefused() {
        SetCookie.of("id", "x".repeat(4094));
        assertRefused("the cookie id is longer than 4096 bytes",
                () -> SetCookie.of("id", "x".repeat(4095)));
    }

    @Test
    void ageOf400DaysIsTakenAndMoreRefused() {
        SetCookie.of("id", "x").maxAge(Duration.ofDays(400));
        assertThrows(IllegalArgumentException.class,
                () -> SetCookie.of("id", "x").maxAge(Duration.ofDays(400).plusMillis(1)));
        assertThrows(IllegalArgumentException.class,
                () -> SetCookie.of("id", "x").maxAge(Duration.ofMillis(-1)));
        SetCookie.of("id", "x").maxAge(Duration.ofSeconds(1));
        assertThrows(IllegalArgumentException.class,
                () -> SetCookie.of("id", "x").maxAge(Duration.ofMillis(999)));
    }

    @Test
    void pathOf1024BytesIsTakenAndOneMoreRefused() {
        SetCookie.of("id", "x").path("/" + "a".repeat(1023));
        assertThrows(IllegalArgumentException.class,
                () -> SetCookie.of("id", "x").path("/" + "a".repeat(1024)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "/a;b", "/\n", "/\u00fc", "/a b"})
    void otherPathIsRefused(String path) {
        assertRefused("not a path for the cookie id: " + path,
                () -> SetCookie.of("id", "x").path(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".example.org", "example.org.", "a..b", "-a", "a-", "a b", "a;b",
        "ex\u00e4mple.org", "a:80", "[::1]"})
    void otherDomainIsRefused(String domain) {
        assertRefused("not a domain for the cookie id: " + domain,
                () -> SetCookie.of("id", "x").domain(domain));
    }

    @Test
    void domainOf253LettersIsTakenAndOneMoreRefused() {
        SetCookie.of("id", "x").domain("a".repeat(253));
        assertThrows(IllegalArgumentException.class,
                () -> SetCookie.of("id", "x").domain("a".repeat(254)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"__Host-id", "__host-id", "__HOST-id"})
    void hostPrefixIsKept(String name) {
        SetCookie cookie = SetCookie.of(name, "x");
        assertRefused("the cookie " + name + " needs Secure", () -> cookie.secure(false));
        assertRefused("the cookie " + name + " needs the path / and no domain",
                () -> cookie.path("/a"));
        assertRefused("the cookie " + name + " needs the path / and no domain",
                () -> cookie.domain("example.org"));
        assertFalse(cookie.httpOnly(false).toString().contains("HttpOnly"));
    }

    @Test
    void otherPrefixesAreKept() {
        SetCookie secure = SetCookie.of("__Secure-id", "x").path("/a").domain("example.org");
        assertRefused("the cookie __Secure-id needs Secure", () -> secure.secure(false));
        for (String name : List.of("__Http-id", "__Host-Http-id")) {
            SetCookie http = SetCookie.of(name, "x");
            assertRefused("the cookie " + name + " needs HttpOnly", () -> http.httpOnly(false));
            assertRefused("the cookie " + name + " needs Secure", () -> http.secure(false));
        }
    }

    @Test
    void whatBrowsersTakeOnlyWithSecureNeedsIt() {
        SetCookie open = SetCookie.of("id", "x").secure(false);
        assertRefused("the cookie id with SameSite=None needs Secure",
                () -> open.sameSite(SameSite.NONE));
        assertRefused("the cookie id with Partitioned needs Secure",
                () -> open.partitioned(true));
        SetCookie none = SetCookie.of("id", "x").sameSite(SameSite.NONE);
        assertRefused("the cookie id with SameSite=None needs Secure", () -> none.secure(false));
    }
}
