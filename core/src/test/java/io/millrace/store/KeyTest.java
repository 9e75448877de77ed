package io.millrace.store;

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

    @ParameterizedTest
    @CsvSource({
        "/a, a", "//a, a", "/a/, a", "///a///, a", "/a.txt, a.txt", "/..., ...", "/a..b, a..b",
        "/.hidden, .hidden", "/%61, a", "/a%20b, 'a b'", "/%C3%A4, ä", "/%c3%a4, ä",
        "/%F0%9F%98%80, \uD83D\uDE00", "/a+b, a+b", "/%252e%252e, %2e%2e", "/*, *", "/a:b, a:b",
        "/~, ~", "/millrace, millrace",
    })
    void onlySegmentIsDecodedOnce(String path, String name) throws HttpException {
        assertEquals(name, Key.of(path).name());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "//", "*", "/a/b", "/a//b", "/./a", "/../a", "/a/..",
        "/a/%zz", "/.millrace.parts/x"})
    void noSegmentOrSeveralAreNoKey(String path) throws HttpException {
        assertNull(Key.of(path));
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
        HttpException refusal = assertThrows(HttpException.class, () -> Key.of(path));
        assertEquals(Status.BAD_REQUEST, refusal.status());
        assertTrue(refusal.getMessage().startsWith("invalid key: "),
                refusal.getMessage());
    }

    @Test
    void nameOfExactly255BytesIsTaken() throws HttpException {
        assertEquals(255, Key.of("/" + "a".repeat(255)).name().length());
        assertEquals("a" + "ä".repeat(127), Key.of("/a" + "%c3%a4".repeat(127)).name());
    }

    @Test
    void nameOf256BytesIsRefused() {
        assertThrows(HttpException.class, () -> Key.of("/" + "a".repeat(256)));
        assertThrows(HttpException.class, () -> Key.of("/" + "%c3%a4".repeat(128)));
    }

    @Test
    void segmentIsKeptAsItWasSent() throws HttpException {
        assertEquals("a%20b", Key.of("//a%20b/").segment());
    }
}
