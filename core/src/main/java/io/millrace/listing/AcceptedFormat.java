package io.millrace.listing;

import io.millrace.content.Accept;
import io.millrace.http.Headers;

/**
 * Which of the formats a client prefers, by its Accept (RFC 9110 section 12.5.1).
 *
 * <p>JSON wins with a higher weight, or with an equal one if it is named more specifically: {@code
 * application/json, *&#47;*} asks for JSON. HTML is the default, also for a client that accepts
 * neither. Pages for people are for clients that name HTML itself and prefer nothing to it, as
 * browsers do and few programs. Threads: one.
 */
public final class AcceptedFormat {

    private static final String HTML = "text/html";
    private static final String JSON = "application/json";

    private final Accept accept;

    private AcceptedFormat(Accept accept) {
        this.accept = accept;
    }

    /** What these fields ask for. */
    public static AcceptedFormat of(Headers headers) {
        return new AcceptedFormat(Accept.of(headers));
    }

    boolean isJson() {
        return JSON.equals(accept.best(HTML, JSON));
    }

    /** Whether a person is going to look at it. */
    public boolean isPage() { // decision 289
        return accept.prefers(HTML);
    }
}
