package io.millrace.s3;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;

/**
 * An object of {@link S3Double}. Immutable.
 *
 * @param bytes null if the double doesn't keep bodies as long as this one
 * @param length in bytes
 * @param etag with its quotation marks
 * @param fields what goes with it, by names in small letters, checksums among them
 * @param modified to the second
 * @param parts how many it was completed of; 0 if it came in one request
 */
public record S3Stored(byte[] bytes, long length, String etag, Map<String, String> fields,
        Instant modified, int parts) {

    /** Its bytes, a character each. */
    public String text() {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @Override
    public String toString() {
        return length + " bytes, " + etag + ", " + fields;
    }
}
