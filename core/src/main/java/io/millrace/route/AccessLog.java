package io.millrace.route;

import io.millrace.http.Handler;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Writes a line in Common Log Format for each request when its answer is known. The client, which
 * a request does not tell, and the user are {@code -}; the time is the head's arrival; the bytes
 * are the body's length, or {@code -} if none is sent or the length is not known. An exchange that
 * ends without an answer of its own, as when the client leaves, has {@code -} for its status; a
 * handler that fails has 500.
 *
 * <p>Put it outermost, so that it sees what the other filters answer. Characters that could be
 * taken for the end of a line or of a field are written in hexadecimal, as in {@code \x0a}.
 *
 * <p>Threads: any; lines are written by the thread that gives the answer.
 *
 * @since 0.1
 */
public final class AccessLog implements Filter {

    private static final System.Logger LOG = System.getLogger(AccessLog.class.getName());
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("'['dd/MMM/yyyy:HH:mm:ss Z']'", Locale.ENGLISH);

    private final Consumer<String> lines;
    private final Clock clock;

    /** A log like {@link #AccessLog(Consumer, Clock)}, in the time of the system's zone. */
    public AccessLog(Consumer<String> lines) {
        this(lines, Clock.systemDefaultZone());
    }

    /**
     * A log.
     *
     * @param lines takes a line, without its end; called by all workers at once and must not block
     *     for long. What it throws is logged, and costs no answer
     * @param clock tells time and zone
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
        /** Made at once: when a late answer comes, the head may be another request's. */
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
        Response onAnswer(Response response) {
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
                LOG.log(Level.WARNING, "failed to write an access log line: " + line, e);
            }
        }
    }
}
