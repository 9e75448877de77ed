package io.millrace.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsTest {

    private static Credentials of(String scheme, String... values) {
        String[] fields = new String[2 * values.length];
        for (int i = 0; i < values.length; i++) {
            fields[2 * i] = i == 0 ? "Authorization" : "authorization";
            fields[2 * i + 1] = values[i];
        }
        return Credentials.of(Headers.of(fields), scheme);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer secret", "bearer secret", "BEARER   secret "})
    void schemeComparesWithoutCaseAndSecretWithIt(String value) {
        assertTrue(of("Bearer", value).matches(bytes("secret")));
        assertFalse(of("Bearer", value).matches(bytes("Secret")));
        assertFalse(of("Bearer", value).matches(bytes("secret2")));
        assertFalse(of("Bearer", value).matches(bytes("")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer", "Bearersecret", "Basic secret", "Bear secret"})
    void otherFieldHasNone(String value) {
        assertNull(of("Bearer", value));
    }

    @Test
    void ofTwoFieldsNeitherCounts() {
        assertNull(of("Bearer", "Bearer right", "Bearer wrong"));
        assertNull(of("Bearer", "Bearer right", "Bearer right"));
        assertNull(of("Bearer", "Bearer right", "Basic x"));
        assertNull(of("Bearer"));
    }

    @Test
    void base64IsDecodedOrNothing() {
        assertTrue(of("Basic", "Basic YTpi").decoded().matches(bytes("a:b")));
        assertNull(of("Basic", "Basic Y").decoded());
        assertNull(of("Basic", "Basic a:b").decoded());
    }

    // RFC 7617 s2: a user has no colon, a password may.
    @Test
    void firstColonEndsTheUser() {
        Credentials pair = of("Basic", "Basic w7w6Yjpj").decoded(); // ü:b:c
        assertEquals("\u00fc", pair.user());
        assertTrue(pair.password().matches(bytes("b:c")));
        Credentials empty = of("Basic", "Basic Og==").decoded(); // :
        assertEquals("", empty.user());
        assertTrue(empty.password().matches(bytes("")));
        assertNull(of("Bearer", "Bearer abc").user());
        assertNull(of("Bearer", "Bearer abc").password());
    }

    @Test
    void hashIsThatOfTheBytes() {
        assertEquals("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                HexFormat.of().formatHex(of("Bearer", "Bearer abc").sha256()));
    }

    @Test
    void hashOfASecretIsThatOfTheCredentialsThatMatchIt() {
        assertArrayEquals(Credentials.sha256(new byte[] {'a', 'b', 'c'}),
                of("Bearer", "Bearer abc").sha256());
    }

    @Test
    void credentialsDoNotShowInALog() {
        assertEquals("Credentials[6 bytes]", of("Bearer", "Bearer secret").toString());
    }
}
