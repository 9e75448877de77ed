package io.millrace.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.HttpException;
import io.millrace.http.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTest {

    private static Key key(String path) throws HttpException {
        return Key.of(path, KeyLimits.DEFAULTS);
    }

    @ParameterizedTest
    @CsvSource({
        "/a, a", "//a, a", "/a/, a", "///a///, a", "/a.txt, a.txt", "/..., ...", "/a..b, a..b",
        "/.hidden, .hidden", "/%61, a", "/a%20b, 'a b'", "/%C3%A4, ä", "/%c3%a4, ä",
        "/%F0%9F%98%80, \uD83D\uDE00", "/a+b, a+b", "/%252e%252e, %2e%2e", "/*, *", "/a:b, a:b",
        "/~, ~", "/millrace, millrace",
    })
    void onlySegmentIsDecodedOnce(String path, String name) throws HttpException {
        assertEquals(name, key(path).name());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "//", "*", "/a/b", "/a//b", "/./a", "/../a", "/a/..",
        "/a/%zz", "/.millrace.parts/x"})
    void noSegmentOrSeveralAreNoKey(String path) throws HttpException {
        assertNull(key(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "/.", "/..", "/%2e", "/%2E%2e", "/.%2e", "/../", "/a%2Fb", "/..%2fetc", "/%2F", "/a%5Cb",
        "/a\\b", "/%00", "/a%00.txt", "/%0a", "/%1f", "/%7f", "/%C2%85", "/a b", "/\u00e4",
        "/\u0000",
        "/%", "/%4", "/%g1", "/a%4", "/%\uff11\uff11", "/%-1", "/%+1",
        "/%ff", "/%C3", "/%C0%AF", "/%E0%80%AF", "/%ED%A0%80", "/%F4%90%80%80",
        "/.millrace", "/.millrace.lock", "/.millrace-1-1", "/.MillRace-x", "/%2emillrace.lock",
        "/.millrace.parts", "/.millrace.parts/", "/.millrace.parts%2fx",
    })
    void nameThatIsNotSafeIsRefused(String path) {
        HttpException refusal = assertThrows(HttpException.class, () -> key(path));
        assertEquals(Status.BAD_REQUEST, refusal.status());
        assertTrue(refusal.getMessage().startsWith("invalid key: "),
                refusal.getMessage());
    }

    @Test
    void nameOfExactly255BytesIsTaken() throws HttpException {
        assertEquals(255, key("/" + "a".repeat(255)).name().length());
        assertEquals("a" + "ä".repeat(127), key("/a" + "%c3%a4".repeat(127)).name());
    }

    @Test
    void nameOf256BytesIsRefused() {
        assertThrows(HttpException.class, () -> key("/" + "a".repeat(256)));
        assertThrows(HttpException.class, () -> key("/" + "%c3%a4".repeat(128)));
    }

    @Test
    void segmentIsKeptAsItWasSent() throws HttpException {
        assertEquals("a%20b", key("//a%20b/").sent());
    }

    // Paths of several segments.

    private static KeyPath path(String path) throws HttpException {
        return KeyPath.of(path, KeyLimits.DEFAULTS);
    }

    @ParameterizedTest
    @CsvSource({
        "/a, a, /a", "/a/b, a/b, /a/b", "/a/b/, a/b, /a/b/", "/a//b, a/b, /a/b",
        "/./a/%2e/b, a/b, /a/b", "//a/b, a/b, /a/b", "/a/b/., a/b, /a/b/", "/a/., a, /a/",
        "/%61/%20b, 'a/ b', /%61/%20b", "/org/example/lib-1.0.jar, org/example/lib-1.0.jar, "
            + "/org/example/lib-1.0.jar", "/..a/b../..., ..a/b../..., /..a/b../...",
    })
    void eachSegmentIsDecodedOnceAndThePathHasOneSpelling(String path, String name,
            String canonical) throws HttpException {
        assertEquals(name, path(path).key().name());
        assertEquals(canonical, path(path).canonical());
        assertEquals(canonical.endsWith("/"), path(path).hasSlash());
    }

    @ParameterizedTest
    @CsvSource({"/, /", "//, /", "/., /", "/./, /", "*, *", "'', ''"})
    void pathWithoutSegmentsHasNoKey(String path, String canonical) throws HttpException {
        assertNull(path(path).key());
        assertEquals(canonical, path(path).canonical());
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "%2e%2e", "%2E.", "a%2fb", "a%5cb", "a\\b", "%00", "%0a", "%7f",
        "a b", "%", "%zz", "%ff", "%C0%AF", ".millrace", ".millrace.parts", ".MillRace-x",
        "%2emillrace.lock"})
    void segmentThatIsNotSafeIsRefusedInEachPlace(String segment) {
        for (String path : new String[] {"/" + segment, "/" + segment + "/b", "/a/" + segment,
            "/a/" + segment + "/b", "/a/b/" + segment + "/"}) {
            HttpException refusal = assertThrows(HttpException.class, () -> path(path), path);
            assertEquals(Status.BAD_REQUEST, refusal.status());
        }
    }

    @Test
    void segmentMayHave255BytesAndNotOneMore() throws HttpException {
        assertEquals(257, path("/a/" + "b".repeat(255)).key().name().length());
        path("/a/a" + "%c3%a4".repeat(127) + "/c");
        assertThrows(HttpException.class, () -> path("/a/" + "b".repeat(256)));
        assertThrows(HttpException.class, () -> path("/a/" + "%c3%a4".repeat(128) + "/c"));
    }

    @Test
    void keyMayHave1024BytesAndNotOneMore() throws HttpException {
        String path = ("/" + "a".repeat(255)).repeat(3) + "/" + "b".repeat(254);
        assertEquals(1022, path(path).key().name().length());
        path(path + "/c");
        assertThrows(HttpException.class, () -> path(path + "/cd"));
        String umlauts = ("/" + "%c3%a4".repeat(127)).repeat(4); // 4 * 254 + 3
        path(umlauts + "/abcd");
        assertThrows(HttpException.class, () -> path(umlauts + "/abcde"));
    }

    @Test
    void keyMayHave64SegmentsAndNotOneMore() throws HttpException {
        assertEquals(127, path("/a".repeat(64)).key().name().length());
        assertThrows(HttpException.class, () -> path("/a".repeat(65)));
    }

    @Test
    void limitsAreOptions() throws HttpException {
        KeyLimits limits = new KeyLimits(7, 4, 3, false);
        KeyPath.of("/abc/def", limits);
        KeyPath.of("/abcd/e", limits);
        KeyPath.of("/ab/c/de", limits);
        for (String path : new String[] {"/abc/defg", "/abcde", "/a/b/c/d"}) {
            assertThrows(HttpException.class, () -> KeyPath.of(path, limits), path);
        }
        KeyLimits three = new KeyLimits(3, 255, 64, false);
        KeyPath.of("/abc", three);
        assertThrows(HttpException.class, () -> KeyPath.of("/abcd", three));
        assertThrows(HttpException.class, () -> Key.of("/abcd", three));
    }

    @Test
    void flatPathHasOneSegmentAndNoSlash() throws HttpException {
        KeyLimits flat = new KeyLimits(1024, 255, 64, true);
        assertEquals("a", KeyPath.of("/a/", flat).key().name());
        assertEquals("/a", KeyPath.of("/a/", flat).canonical());
        assertNull(KeyPath.of("/a/b", flat).key());
        assertEquals("/a/b", KeyPath.of("/a//b/", flat).canonical());
    }

    @Test
    void firstSegmentsAreAKey() throws HttpException {
        Key key = path("/a%20b/c/d").key();
        assertEquals(new Key("a b", "a%20b"), key.first(1));
        assertEquals(new Key("a b/c", "a%20b/c"), key.first(2));
        assertEquals(key, key.first(3));
        assertEquals("d", key.fileName());
        assertTrue(key.isNested());
    }
}
