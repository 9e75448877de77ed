package io.millrace.s3;

import java.util.Objects;

/**
 * What requests are signed with. Only the beginning of the id is ever shown.
 *
 * <p>Threads: any.
 *
 * @param id the access key id
 * @param secret the secret access key
 * @param sessionToken of short-lived keys; null if there is none
 */
public record S3Keys(String id, String secret, String sessionToken) {

    private static final int SHOWN = 4;

    /**
     * Keys that can stand in a header field.
     *
     * @throws IllegalArgumentException if one of them is empty, or has a character that no key has.
     *     The message doesn't show it
     */
    public S3Keys {
        check("the access key id", id);
        check("the secret access key", secret);
        if (sessionToken != null) {
            check("the session token", sessionToken);
        }
    }

    private static void check(String what, String text) {
        Objects.requireNonNull(text, what);
        if (text.isEmpty() || !text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IllegalArgumentException(what + " must be visible ASCII characters without"
                    + " spaces");
        }
    }

    /** The text with each secret in it made unreadable: engines quote what they were sent. */
    String hideIn(String text) {
        String hidden = text.replace(secret, "(secret)");
        return sessionToken == null ? hidden : hidden.replace(sessionToken, "(token)");
    }

    /** The first characters of the id, and no secret. */
    @Override
    public String toString() {
        return id.length() <= SHOWN ? "..." : id.substring(0, SHOWN) + "...";
    }
}
