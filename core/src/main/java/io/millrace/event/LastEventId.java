package io.millrace.event;

import io.millrace.http.RequestHead;
import java.nio.charset.StandardCharsets;

/** Reads {@code Last-Event-ID} (HTML Standard, section 9.2.4). */
final class LastEventId {

    private LastEventId() {
    }

    /** The id; null if there is none. */
    static String of(RequestHead request) {
        // RFC 9110 s5.3: several lines are one list, and so an id that nothing was sent with.
        String value = String.join(", ", request.headers().all("Last-Event-ID"));
        // Header fields are read byte by byte; browsers send the id in UTF-8.
        return value.isEmpty() ? null
                : new String(value.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
