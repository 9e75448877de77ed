package io.millrace.store;

import io.millrace.option.Rule;

/**
 * What a token may be. Not RFC 6750's b64token: any visible ASCII is taken, as it does no harm in a
 * field. Threads: any.
 */
final class TokenRule implements Rule<String> {

    /** More would not fit beside other fields in a head. */
    private static final int MAX_CHARS = 4096;

    @Override
    public String violation(String token) {
        boolean visible = !token.isEmpty() && token.length() <= MAX_CHARS;
        for (int i = 0; i < token.length() && visible; i++) {
            visible = token.charAt(i) > ' ' && token.charAt(i) < 0x7f;
        }
        return visible ? null
                : "must be 1 to " + MAX_CHARS + " visible ASCII characters without a space";
    }
}
