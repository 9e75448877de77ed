package io.millrace.store;

import io.millrace.http.Response;
import java.io.IOException;

/** What a sink throws when the store, not the file system, takes no more. */
final class RefusedException extends IOException {

    private static final long serialVersionUID = 1L;

    private final transient Response answer;

    RefusedException(Response answer) {
        super("the store takes no more of this body: " + answer.status());
        this.answer = answer;
    }

    /** What the client is told. */
    Response answer() {
        return answer;
    }
}
