package io.millrace.space;

import io.millrace.http.Response;
import java.io.IOException;

/** What a sink throws when the store, not the file system, takes no more. */
public final class RefusedException extends IOException {

    private static final long serialVersionUID = 1L;

    private final transient Response response;

    /** @param response what the client is told */
    public RefusedException(Response response) {
        super("the store takes no more of this body: " + response.status());
        this.response = response;
    }

    /** What the client is told. */
    public Response response() {
        return response;
    }
}
