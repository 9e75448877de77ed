package io.millrace.event;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One event of a stream: its data and, if wanted, a name, an id and a delay for reconnecting.
 *
 * <pre>{@code
 * Event.of("{\"price\": 17}").name("price").id("42")
 * }</pre>
 *
 * <p>Immutable: each method that sets something returns a changed copy.
 *
 * <p>Threads: any.
 *
 * @since 0.1
 */
public final class Event {

    /** Longest id, in bytes of UTF-8: a browser sends it back in a header field. */
    static final int MAX_ID_BYTES = 256;

    /** Null for a comment. */
    private final String data;
    private final String comment;
    private final String name;
    private final String id;
    private final Duration retry;

    private Event(String data, String comment, String name, String id, Duration retry) {
        this.data = data;
        this.comment = comment;
        this.name = name;
        this.id = id;
        this.retry = retry;
    }

    /**
     * An event with this data, which may have any number of lines. A line ends with LF, CR or CR
     * LF; the client gets each of them as LF. What isn't valid Unicode (a surrogate without its
     * other half) is sent as a question mark.
     */
    public static Event of(String data) {
        return new Event(Objects.requireNonNull(data), null, null, null, null);
    }

    /**
     * A comment, which clients skip. A {@link #retry} or an {@link #id} sent with it is
     * nevertheless taken.
     */
    public static Event comment(String text) {
        return new Event(null, Objects.requireNonNull(text), null, null, null);
    }

    /**
     * This event with a name, by which a browser chooses the listener ({@code addEventListener}).
     * An event without a name is called {@code message}.
     *
     * @throws IllegalArgumentException if the name is empty or has a CR, LF or NUL
     */
    public Event name(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("the name of an event must not be empty");
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '\r' || c == '\n' || c == 0) {
                throw new IllegalArgumentException(
                        "the name of an event must not contain CR, LF or NUL");
            }
        }
        return new Event(data, comment, name, id, retry);
    }

    /**
     * This event with an id. A client that has lost its connection sends the last id that it has
     * received in {@code Last-Event-ID} when it reconnects. An empty one makes it forget the last.
     *
     * @throws IllegalArgumentException if the id would not come back in a field: it has a control
     *     character other than tabs, a space or tab at an end, or more than 256 bytes in UTF-8
     */
    public Event id(String id) {
        // RFC 9110 s5.5: a server refuses the former, and sees none of the latter.
        if (!id.chars().allMatch(c -> c >= ' ' && c != 0x7f || c == '\t')
                || !id.trim().equals(id)) {
            throw new IllegalArgumentException("the id of an event must not contain control"
                    + " characters, nor begin or end with a space or tab");
        }
        if (id.getBytes(StandardCharsets.UTF_8).length > MAX_ID_BYTES) {
            throw new IllegalArgumentException("the id of an event exceeds " + MAX_ID_BYTES
                    + " bytes: " + id.length() + " characters");
        }
        return new Event(data, comment, name, id, retry);
    }

    /**
     * This event with the delay after which the client is to reconnect when its connection ends,
     * from now on. Browsers begin with some seconds.
     *
     * @param delay sent in whole milliseconds
     * @throws IllegalArgumentException if the delay is negative
     */
    public Event retry(Duration delay) {
        if (delay.isNegative()) {
            throw new IllegalArgumentException("the delay must not be negative: " + delay);
        }
        return new Event(data, comment, name, id, delay);
    }

    /** The id; null if there is none. */
    public @Nullable String id() {
        return id;
    }

    /** The event as it is sent, in UTF-8. */
    byte[] encode() {
        return toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The event as it is sent, with its blank line at the end. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(
                32 + (data == null ? comment.length() : data.length()));
        line(text, "id: ", id);
        line(text, "event: ", name);
        line(text, "retry: ", retry == null ? null
                : Long.toString(TimeUnit.MILLISECONDS.convert(retry))); // the most, if it is more
        lines(text, data == null ? ": " : "data: ", data == null ? comment : data);
        return text.append('\n').toString();
    }

    /** The space is taken off by the client, and so keeps one with which the value begins. */
    private static void line(StringBuilder text, String field, String value) {
        if (value != null) {
            text.append(field).append(value).append('\n');
        }
    }

    private static void lines(StringBuilder text, String field, String value) {
        int start = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\r' || c == '\n') {
                text.append(field).append(value, start, i).append('\n');
                if (c == '\r' && i + 1 < value.length() && value.charAt(i + 1) == '\n') {
                    i++;
                }
                start = i + 1;
            }
        }
        text.append(field).append(value, start, value.length()).append('\n');
    }
}
