package io.millrace.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
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

    @Test
    void credentialsDoNotShowInALog() {
        assertEquals("Credentials[6 bytes]", of("Bearer", "Bearer secret").toString());
    }
}
