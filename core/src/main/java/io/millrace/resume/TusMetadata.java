package io.millrace.resume;

import io.millrace.http.HttpException;
import io.millrace.http.Status;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/**
 * The field {@code Upload-Metadata} (tus 1.0.0, creation): pairs of a key and a value in base64.
 * Threads: any, immutable.
 *
 * @param text as sent; empty if there was none
 * @param values the values by their keys, not yet decoded
 */
record TusMetadata(String text, Map<String, String> values) {

    private static final String WHAT = "Upload-Metadata: ";

    /**
     * Reads the field.
     *
     * @param text null if there is none
     * @throws HttpException 400 if it is malformed
     */
    static TusMetadata parse(String text) throws HttpException {
        if (text == null || text.isBlank()) {
            return new TusMetadata("", Map.of());
        }
        Map<String, String> values = new HashMap<>();
        for (String pair : text.split(",", -1)) {
            String stripped = pair.strip();
            int space = stripped.indexOf(' ');
            String key = space < 0 ? stripped : stripped.substring(0, space);
            String value = space < 0 ? "" : stripped.substring(space + 1).strip();
            if (key.isEmpty()) {
                throw refused("a key is empty");
            }
            if (values.put(key, value) != null) {
                throw refused("the key " + key + " must not be repeated");
            }
        }
        return new TusMetadata(text, Map.copyOf(values));
    }

    /**
     * A value as text.
     *
     * @return null if there is none
     * @throws HttpException 400 if it isn't UTF-8 in base64
     */
    String text(String key) throws HttpException {
        String value = values.get(key);
        if (value == null) {
            return null;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(Base64.getDecoder().decode(value))).toString();
        } catch (IllegalArgumentException | CharacterCodingException e) {
            throw refused("the value of " + key + " must be UTF-8 in base64");
        }
    }

    private static HttpException refused(String why) {
        return new HttpException(Status.BAD_REQUEST, WHAT + why);
    }
}
