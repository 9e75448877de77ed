package io.millrace.event;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a stream of events as the HTML Standard has a browser read it (section 9.2.6), from bytes
 * that may be cut anywhere. Threads: one at a time.
 */
final class EventParser {

    /** As a listener gets it. */
    record Received(String name, String data, String lastEventId) {
    }

    final List<Received> events = new ArrayList<>();
    /** Lines that begin with a colon. */
    int comments;
    /** Milliseconds; negative until one is received. */
    long retryMs = -1;
    String lastEventId = "";

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private boolean isBehindReturn;
    private StringBuilder data = new StringBuilder();
    private String name = "";
    private String id = "";

    EventParser take(byte[] bytes) {
        for (byte b : bytes) {
            take(b);
        }
        return this;
    }

    private void take(byte b) {
        if (b == '\n' && isBehindReturn) {
            isBehindReturn = false;
            return;
        }
        isBehindReturn = b == '\r';
        if (b == '\n' || b == '\r') {
            String whole = line.toString(StandardCharsets.UTF_8);
            line.reset();
            takeLine(whole);
        } else {
            line.write(b);
        }
    }

    private void takeLine(String whole) {
        int colon = whole.indexOf(':');
        if (whole.isEmpty()) {
            dispatch();
        } else if (colon == 0) {
            comments++;
        } else if (colon < 0) {
            takeField(whole, "");
        } else {
            String value = whole.substring(colon + 1);
            takeField(whole.substring(0, colon),
                    value.startsWith(" ") ? value.substring(1) : value);
        }
    }

    private void takeField(String field, String value) {
        switch (field) {
            case "event" -> name = value;
            case "data" -> data.append(value).append('\n');
            case "id" -> id = value.indexOf(0) < 0 ? value : id;
            case "retry" -> retryMs = value.matches("[0-9]+") ? Long.parseLong(value) : retryMs;
            default -> throw new AssertionError("a browser would ignore the field " + field);
        }
    }

    private void dispatch() {
        lastEventId = id;
        if (data.length() > 0) {
            data.setLength(data.length() - 1);
            events.add(new Received(name.isEmpty() ? "message" : name, data.toString(),
                    lastEventId));
        }
        data = new StringBuilder();
        name = "";
    }
}
