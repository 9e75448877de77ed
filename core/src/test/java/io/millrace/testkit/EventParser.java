package io.millrace.testkit;

/**
 * Makes events of the lines of a stream, as a browser does (HTML, "Interpreting an event stream").
 *
 * <p>Threads: one at a time.
 */
final class EventParser {

    private String id = "";
    private String name = "";
    private StringBuilder data = new StringBuilder();
    private boolean isFirstLine = true;

    /** Takes the next line, without its end; returns the event that it ends, or null. */
    TestEvent line(String text) {
        // The stream may begin with a byte order mark.
        String line = isFirstLine && text.startsWith("\ufeff") ? text.substring(1) : text;
        isFirstLine = false;
        if (line.isEmpty()) {
            return dispatch();
        }
        int colon = line.indexOf(':');
        String field = colon < 0 ? line : line.substring(0, colon);
        String value = colon < 0 ? "" : line.substring(colon + 1);
        field(field, value.startsWith(" ") ? value.substring(1) : value);
        return null;
    }

    private void field(String field, String value) {
        switch (field) {
            case "event" -> name = value;
            case "data" -> data.append(value).append('\n');
            case "id" -> id = value.indexOf('\0') < 0 ? value : id;
            default -> { } // a comment, the time to reconnect, or what nobody knows
        }
    }

    private TestEvent dispatch() {
        String type = name.isEmpty() ? "message" : name;
        StringBuilder all = data;
        name = "";
        data = new StringBuilder();
        return all.length() == 0 ? null
                : new TestEvent(id, type, all.substring(0, all.length() - 1));
    }
}
