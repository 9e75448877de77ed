package io.millrace.tree;

import io.millrace.http.Headers;

/** What the client of a PUT prefers to be told (RFC 7240). Threads: any. */
public final class PutPreference {

    private PutPreference() {
    }

    /**
     * Whether a client prefers the object to be returned (RFC 7240 section 4.2). It has just sent
     * it, so only the status follows the wish: 200.
     */
    public static boolean isRepresentation(Headers headers) {
        for (String value : headers.all("Prefer")) {
            for (String preference : value.split("[,;]")) {
                int equals = preference.indexOf('=');
                if (equals > 0 && preference.substring(0, equals).strip().equalsIgnoreCase("return")
                        && preference.substring(equals + 1).replace('"', ' ').strip()
                                .equalsIgnoreCase("representation")) {
                    return true;
                }
            }
        }
        return false;
    }
}
