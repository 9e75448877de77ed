package io.millrace.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.http.Response;
import io.millrace.http.Status;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which fields a file is sent with. */
class SiteFieldsTest {

    private static final Response NONE = Response.of(Status.OK);

    private static String cacheControl(String name, SiteFields.Rule... rules) {
        return new SiteFields(List.of(rules), NONE).of(name, SiteVariant.IDENTITY, false)
                .headers().first("Cache-Control");
    }

    @ParameterizedTest
    @CsvSource({
        "/a.css, a.css, true", "/a.css, b/a.css, false", "/*.css, a.css, true",
        "/*.css, b/a.css, false", "/b/*, b/a.css, true", "/b/*, b/c/a.css, false",
        "/b/**, b/a.css, true", "/b/**, b/c/a.css, true", "/b/**, bb/a.css, false",
        "/b/**/*.css, b/c/a.css, true", "/b/**/*.css, b/a.css, false", "/**, a, true",
        "*.css, b/c/a.css, true", "*.css, a.css.map, false", "a.css, b/a.css, true",
        "a.css, aXcss, false", "*, b/c, true", "*.min.*, b/c.min.js, true", "[a]*, a, false",
        "'/a b*', a b/c, false", "'/a b*', a bc, true", "\\E.*, a, false",
    })
    void patternStandsForNamesAsItSays(String pattern, String name, boolean matches) {
        assertEquals(matches ? "max-age=1" : "no-cache",
                cacheControl(name, SiteFields.rule(pattern, "max-age=1")), pattern);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "**/b", "assets/**"})
    void patternThatIsNeitherAPathNorANameIsRefused(String pattern) {
        assertThrows(IllegalArgumentException.class, () -> SiteFields.rule(pattern, "no-cache"));
    }

    @Test
    void valueThatCantBeInAFieldIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> SiteFields.rule("*", "a\r\nb"));
    }

    @Test
    void firstRuleThatMatchesCounts() {
        SiteFields.Rule page = SiteFields.rule("/a/index.html", "no-store");
        SiteFields.Rule all = SiteFields.rule("/a/**", "max-age=1");
        assertEquals("no-store", cacheControl("a/index.html", page, all));
        assertEquals("max-age=1", cacheControl("a/index.html", all, page));
        assertEquals("no-cache", cacheControl("b", all, page));
    }

    @Test
    void codingHasTheTypeOfTheFileAndIsTold() {
        SiteFields fields = new SiteFields(List.of(), NONE.set("X", "1"));
        Response coded = fields.of("a.js", "br", true);
        assertEquals("text/javascript; charset=utf-8", coded.headers().first("Content-Type"));
        assertEquals("br", coded.headers().first("Content-Encoding"));
        assertEquals("Accept-Encoding", coded.headers().first("Vary"));
        assertEquals("1", coded.headers().first("X"));
        Response plain = fields.of("a.js", SiteVariant.IDENTITY, true);
        assertNull(plain.headers().first("Content-Encoding"));
        assertEquals("Accept-Encoding", plain.headers().first("Vary"));
        assertNull(fields.of("a.js", SiteVariant.IDENTITY, false).headers().first("Vary"));
    }
}
