package io.millrace.store;

import io.millrace.http.Headers;
import io.millrace.tree.PutPreference;

/** Decides whether a PUT that has stored its object is 200, whatever it did. Threads: any. */
final class PutStatus {

    private PutStatus() {
    }

    /** Whether the contract, the options or the client ask for 200. */
    static boolean isOk(StoreOptions options, Headers headers) {
        return options.contract() == Contract.ARTICLE || options.putStatus() == 200
                || PutPreference.isRepresentation(headers);
    }
}
