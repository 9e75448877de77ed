package io.millrace.app.log;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.System.Logger.Level;
import java.time.Instant;

/**
 * One line of the log as a JSON object. It is ASCII: whatever a message has, and whatever the
 * encoding of the stream, a parser of JSON reads it.
 *
 * <p>Threads: any.
 */
final class JsonLine {

    private JsonLine() {
    }

    /**
     * The line, without its end.
     *
     * @param timeMs since 1970; written by ISO 8601 in UTC, always with milliseconds
     * @param thrown null if there is none; its stack trace is one field
     */
    static String of(long timeMs, Level level, String logger, String thread, String message,
            Throwable thrown) {
        StringBuilder line = new StringBuilder(160).append('{');
        field(line, "timestamp", time(timeMs));
        field(line, "level", level.getName());
        field(line, "logger", logger);
        field(line, "thread", thread);
        field(line, "message", String.valueOf(message));
        if (thrown != null) {
            StringWriter trace = new StringWriter();
            PrintWriter writer = new PrintWriter(trace);
            thrown.printStackTrace(writer);
            writer.flush();
            field(line, "exception", trace.toString().stripTrailing());
        }
        return line.append('}').toString();
    }

    /** An instant leaves out the fraction if it is zero. */
    private static String time(long timeMs) {
        String time = Instant.ofEpochMilli(timeMs).toString();
        return time.indexOf('.') < 0 ? time.replace("Z", ".000Z") : time;
    }

    private static void field(StringBuilder line, String name, String value) {
        line.append(line.length() == 1 ? "\"" : ",\"").append(name).append("\":\"");
        for (int i = 0; i < value.length(); i++) {
            append(line, value.charAt(i));
        }
        line.append('"');
    }

    private static void append(StringBuilder line, char c) {
        switch (c) {
            case '"', '\\' -> line.append('\\').append(c);
            case '\n' -> line.append("\\n");
            case '\r' -> line.append("\\r");
            case '\t' -> line.append("\\t");
            default -> {
                if (c >= ' ' && c < 0x7F) {
                    line.append(c);
                } else {
                    line.append("\\u");
                    for (int shift = 12; shift >= 0; shift -= 4) {
                        line.append(Character.forDigit(c >> shift & 0xF, 16));
                    }
                }
            }
        }
    }
}
