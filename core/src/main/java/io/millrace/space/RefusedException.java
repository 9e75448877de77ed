package io.millrace.space;

import io.millrace.http.Response;
import java.io.IOException;

/** What a sink throws when the store, not the file system, takes no more. */
public final class RefusedException extends IOException {

    private static final long serialVersionUID = 1L;

    private final transient Response answer;

    /** @param answer what the client is told */
    public RefusedException(Response answer) {
        super("the store takes no more of this body: " + answer.status());
        this.answer = answer;
    }

    /** What the client is told. */
    public Response answer() {
        return answer;
    }
}
