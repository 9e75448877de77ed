package io.millrace.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.HttpException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths as names of files in a site, and all the tricks that lead out of one elsewhere. */
class SitePathTest {

    private static SitePath of(String path, String... prefix) throws HttpException {
        return SitePath.of(path, List.of(prefix));
    }

    @ParameterizedTest
    @CsvSource({
        "/, '', true", "/a, a, false", "/a/, a, true", "/a/b.css, a/b.css, false",
        "/%61, a, false", "/a%20b, 'a b', false", "/b%C3%BC/x, b\u00fc/x, false",
        "/%252e%252e/x, %2e%2e/x, false", "/..a, ..a, false", "/a.., a.., false",
        "/..., ..., false", "/a;b=c, a;b=c, false", "/C:/x, C:/x, false", "/~root, ~root, false",
    })
    void pathIsSplitAndThenDecodedOnce(String path, String name, boolean folder) throws Exception {
        SitePath read = of(path);
        assertEquals(name, read.name());
        assertEquals(folder, read.isFolder());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "/..", "/../", "/../etc/passwd", "/a/../b", "/a/..", "/.", "/./a", "/a/.",
        "/%2e%2e/a", "/%2E%2E/a", "/.%2e/a", "/%2e./a", "/%2e", "/a/%2e%2e%2fb",
        "/a%2fb", "/a%2Fb", "/%2fetc/passwd", "/..%2fa", "/..%2f..%2fetc%2fpasswd",
        "/a%5cb", "/..%5ca", "/%5c..%5ca", "/..%5c..%5cwindows",
        "//", "//a", "/a//b", "/a//", "//etc/passwd", "//example.org/a",
        "/a%00", "/%00", "/a%00.html", "/a%0a", "/a%0d%0ab", "/a%7f", "/a%c2%85",
        "/%", "/%4", "/%zz", "/a%e0%80%af", "/%c0%ae%c0%ae/a", "/%c0%af", "/%ff", "/%ed%a0%80",
        "/%uff0e", "/%\uff12e",
    })
    void trickIsRefused(String path) {
        HttpException refusal = assertThrows(HttpException.class, () -> of(path));
        assertEquals(400, refusal.status().code());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/.env", "/.git/config", "/a/.htaccess", "/%2eenv", "/a/.b/c", "/...",
        "/..a", "/.well-known/.x", "/a/.well-known/x", "/.well-known-not", "/.Well-Known/x"})
    void nameThatBeginsWithADotIsHidden(String path) throws Exception {
        assertTrue(of(path).isHidden());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/a.b", "/a./b", "/.well-known/acme-challenge/x",
        "/.well-known/security.txt", "/.well-known/"})
    void allElseIsNot(String path) throws Exception {
        assertFalse(of(path).isHidden());
    }

    @Test
    void whatIsNoPathIsNothing() throws Exception {
        assertNull(of("*"));
        assertNull(of(""));
    }

    @ParameterizedTest
    @CsvSource({"/a/b, '', false", "/a/b/, '', true", "/a/b/c, c, false", "/%61/b/c/d, c/d, false",
        "/a/b/a/b, a/b, false"})
    void prefixIsTakenAway(String path, String name, boolean folder) throws Exception {
        SitePath read = of(path, "a", "b");
        assertEquals(name, read.name());
        assertEquals(folder, read.isFolder());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/a", "/a/", "/a/bc", "/A/b/c", "/b/a", "/x/a/b"})
    void pathBesideThePrefixIsNothing(String path) throws Exception {
        assertNull(of(path, "a", "b"));
    }

    @Test
    void indexIsBelowTheFolder() throws Exception {
        assertEquals("index.html", of("/").index());
        assertEquals("a/b/index.html", of("/a/b/").index());
    }

    @Test
    void noPathLeadsOutHoweverItIsPutTogether() throws Exception {
        String[] pieces = {"/", "..", ".", "%2e", "%2f", "%5c", "\\", "a", "%00", "%25", "C:", "~",
            "%c0%af", "%e2%80%a8", "//", "etc"};
        Random random = new Random(17);
        Path root = Path.of("/srv/site");
        int read = 0;
        for (int i = 0; i < 100_000; i++) {
            StringBuilder path = new StringBuilder("/");
            for (int j = random.nextInt(8); j > 0; j--) {
                path.append(pieces[random.nextInt(pieces.length)]);
            }
            SitePath site;
            try {
                site = of(path.toString());
            } catch (HttpException e) {
                continue;
            }
            read++;
            Path file = root.resolve(site.name());
            assertEquals(file, file.normalize(), path.toString());
            assertTrue(file.startsWith(root), path.toString());
        }
        assertTrue(read > 1000, "only " + read + " paths were read");
    }
}
