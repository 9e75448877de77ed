package io.millrace.store;

import io.millrace.http.Headers;

/** Decides whether a PUT that has stored its object is 200, whatever it did. Threads: any. */
final class PutStatus {

    private PutStatus() {
    }

    /** Whether the contract, the options or the client ask for 200. */
    static boolean isOk(StoreOptions options, Headers headers) {
        return options.contract() == Contract.ARTICLE || options.putStatus() == 200
                || prefersRepresentation(headers);
    }

    // RFC 7240 s4.2. The client has just sent the object, so only the status follows the wish.
    private static boolean prefersRepresentation(Headers headers) {
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
