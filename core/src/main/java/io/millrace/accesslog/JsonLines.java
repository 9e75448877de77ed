package io.millrace.accesslog;

import java.util.Locale;
import java.util.Map;

/**
 * Lines that are JSON objects. A member that isn't known is left out.
 *
 * <p>Threads: the access log's.
 */
final class JsonLines implements LineFormat {

    private final SecondText time = new SecondText("yyyy-MM-dd'T'HH:mm:ss");

    @Override
    public void append(Entry entry, long epochMillis, LineBuffer line) {
        line.add("{\"time\":\"").add(time.of(Math.floorDiv(epochMillis, 1000))).add(".");
        int millis = Math.floorMod(epochMillis, 1000);
        line.add(millis / 100).addTwoDigits(millis % 100).add("Z\"");
        text("address", entry.connection.peerText(), line);
        text("user", entry.user, line);
        text("method", entry.method, line);
        text("target", entry.target, line);
        if (entry.method != null) {
            text("version", entry.isHttp11 ? "HTTP/1.1" : "HTTP/1.0", line);
        }
        text("request_line", entry.requestLine, line);
        text("host", entry.host, line);
        if (entry.status != 0) {
            number("status", entry.status, line);
        }
        number("received_bytes", entry.receivedBytes, line);
        number("sent_bytes", entry.sentBytes, line);
        appendTimes(entry, line);
        text("tls", entry.connection.tlsProtocol(), line);
        text("cipher", entry.connection.tlsCipher(), line);
        text("referer", entry.referer, line);
        text("user_agent", entry.userAgent, line);
        if (entry.whyCut != null) {
            text("cut", entry.whyCut.name().toLowerCase(Locale.ROOT), line);
        }
        text("cause", entry.cause, line);
        line.add(",\"connection\":\"").add(entry.connection.worker()).add("/")
                .add(entry.connection.id()).add("\"");
        number("request", entry.number, line);
        appendNotes(entry.notes, line);
        line.add("}");
        line.endLine();
    }

    private static void appendTimes(Entry entry, LineBuffer line) {
        if (entry.method != null) {
            micros("head_us", entry.headNs - entry.startNs, line);
        }
        if (entry.status != 0) {
            micros("first_byte_us", entry.firstByteNs - entry.startNs, line);
        }
        micros("total_us", entry.endNs - entry.startNs, line);
        micros("application_us", entry.applicationNs, line);
        micros("device_us", entry.deviceNs, line);
    }

    private static void appendNotes(Map<String, String> notes, LineBuffer line) {
        if (notes.isEmpty()) {
            return;
        }
        char separator = '{';
        line.add(",\"notes\":");
        for (Map.Entry<String, String> note : notes.entrySet()) {
            line.put(separator);
            line.addJson(note.getKey());
            line.add(":");
            line.addJson(note.getValue());
            separator = ',';
        }
        line.add("}");
    }

    private static void text(String name, String value, LineBuffer line) {
        if (value != null) {
            line.add(",\"").add(name).add("\":");
            line.addJson(value);
        }
    }

    private static void number(String name, long value, LineBuffer line) {
        line.add(",\"").add(name).add("\":").add(value);
    }

    private static void micros(String name, long ns, LineBuffer line) {
        number(name, Math.max(0, ns) / 1000, line);
    }
}
