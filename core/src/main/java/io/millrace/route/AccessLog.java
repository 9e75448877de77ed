package io.millrace.route;

import io.millrace.http.Handler;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.log.SafeLog;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Writes a line in Common Log Format for each request, when its response is known.
 *
 * <p>The client address and the user are always {@code -}: a {@link RequestHead} has neither. The
 * time is that of the request head. The size is the length of the response body, or {@code -} if
 * there is none or its length is unknown. The status is 500 for a handler that fails, and {@code -}
 * for an exchange without a response, for example because the client disconnected.
 *
 * <p>Make it the outermost filter, so that it sees the responses of the other filters. Characters
 * that could end a line or a field are written in hexadecimal, as in {@code \x0a}.
 *
 * <p>Threads: any. The thread that makes the response writes the line.
 *
 * @since 0.1
 */
public final class AccessLog implements Filter {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("'['dd/MMM/yyyy:HH:mm:ss Z']'", Locale.ENGLISH);

    private final Consumer<String> lines;
    private final Clock clock;

    /** A log like {@link #AccessLog(Consumer, Clock)}, in the time zone of the system. */
    public AccessLog(Consumer<String> lines) {
        this(lines, Clock.systemDefaultZone());
    }

    /**
     * A log.
     *
     * @param lines gets each line, without a line end. All workers call it, at once; it must not
     *     block for long. An exception is logged and does not affect the response
     * @param clock the time and the time zone
     */
    public AccessLog(Consumer<String> lines, Clock clock) {
        this.lines = Objects.requireNonNull(lines);
        this.clock = Objects.requireNonNull(clock);
    }

    @Override
    public Handler around(Handler next) {
        return request -> new Entry(request).handle(next, request);
    }

    private final class Entry extends ResponseInterceptor {

        private final boolean isHead;
        /** Begun at once: when a late response comes, the head may be another request's. */
        private final StringBuilder line = new StringBuilder(128);

        Entry(RequestHead request) {
            isHead = request.method().equals("HEAD");
            line.append("- - - ");
            TIME.formatTo(ZonedDateTime.now(clock), line);
            line.append(" \"");
            escape(request.method());
            line.append(' ');
            escape(request.target());
            line.append(request.isHttp11() ? " HTTP/1.1\" " : " HTTP/1.0\" ");
        }

        private void escape(String text) {
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c <= ' ' || c >= 0x7f || c == '"' || c == '\\') {
                    line.append(String.format("\\x%02x", (int) c));
                } else {
                    line.append(c);
                }
            }
        }

        @Override
        Response onResponse(Response response) {
            boolean empty = isHead || response.status().isBodiless();
            long bytes = empty ? 0 : response.body().length();
            write(response.status().code() + (bytes > 0 ? " " + bytes : " -"));
            return response;
        }

        @Override
        void onFailure(Throwable failure) {
            write("500 -");
        }

        @Override
        void onAbandon(Throwable cause) {
            write("- -");
        }

        private void write(String outcome) {
            try {
                lines.accept(line.append(outcome).toString());
            } catch (RuntimeException e) {
                SafeLog.log(AccessLog.class, Level.WARNING,
                        "failed to write an access log line: " + line, e);
            }
        }
    }
}
