package io.millrace.s3;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Which header fields a caller may give to a request.
 *
 * <p>Threads: any.
 */
final class FieldNames {

    /** The client's own: they are made of the payload, of the place or of the signature. */
    private static final Set<String> OWN = Set.of("authorization", "connection", "content-length",
            "date", "expect", "host", "transfer-encoding", "upgrade", "user-agent",
            "x-amz-content-sha256", "x-amz-date", "x-amz-decoded-content-length",
            "x-amz-security-token");

    private FieldNames() {
    }

    /**
     * Adds a field by its name in lower case.
     *
     * @throws IllegalArgumentException if the name is one of the client's own, or the value can't
     *     be sent as it is. Signatures cover what is sent, and the JDK's client sends ASCII
     */
    static void add(Map<String, String> fields, String name, String value) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (OWN.contains(lower)) {
            throw new IllegalArgumentException("a field of the client's own: " + name);
        }
        if (!value.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
            throw new IllegalArgumentException("the value of " + name + " is not ASCII");
        }
        if (fields.put(lower, value.strip()) != null) {
            throw new IllegalArgumentException("a field that is there twice: " + name);
        }
    }
}
