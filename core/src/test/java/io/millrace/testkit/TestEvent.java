package io.millrace.testkit;

/**
 * An event of a stream of events ({@code text/event-stream}), as a browser dispatches it.
 *
 * <p>Threads: any; immutable.
 *
 * @param id the last event ID, of this event or of an earlier one; empty if there was none
 * @param name the event's type; {@code "message"} if it was not set
 * @param data its lines, with line feeds between them
 * @since 0.1
 */
public record TestEvent(String id, String name, String data) {
}
