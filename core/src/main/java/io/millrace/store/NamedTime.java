package io.millrace.store;

import io.millrace.http.Headers;
import io.millrace.http.HttpDate;
import io.millrace.http.Response;
import java.util.regex.Pattern;

/**
 * The time that a PUT names for its object: {@code X-OC-Mtime}, as clients of ownCloud and
 * Nextcloud send it, else {@code Last-Modified}.
 *
 * <p>Threads: any.
 */
final class NamedTime {

    private static final String FIELD = "X-OC-Mtime";
    /** Whole seconds count; some clients send a fraction. */
    private static final Pattern SECONDS = Pattern.compile("([0-9]{1,10})(?:\\.[0-9]*)?");

    private NamedTime() {
    }

    /**
     * Seconds since 1970.
     *
     * @return {@link HttpDate#NONE} if there are none, they are malformed or negative, which Java
     *     can't set on Unix, or not over yet: a version of this second may still be made
     */
    static long second(Headers headers) {
        String value = headers.first(FIELD);
        long second = HttpDate.NONE;
        if (value != null) {
            var matcher = SECONDS.matcher(value);
            if (matcher.matches()) {
                second = Long.parseLong(matcher.group(1));
            }
        } else if (headers.contains("Last-Modified")) {
            second = HttpDate.parse(headers.first("Last-Modified"));
        }
        boolean isOver = second < System.currentTimeMillis() / 1000;
        return second >= 0 && isOver ? second : HttpDate.NONE;
    }

    /** The response to a PUT whose time is kept, as those clients expect it. */
    static Response accepted(Response response) {
        return response.set(FIELD, "accepted");
    }
}
