/**
 * Server-Sent Events: a response that stays open and brings events to a client, as browsers read
 * them with {@code EventSource} (HTML Standard, section 9.2). An {@link
 * io.millrace.event.EventStream} is one client's, an {@link io.millrace.event.EventBroadcast} sends
 * each event to all of its clients.
 *
 * @since 0.1
 */
@NullMarked
package io.millrace.event;

import org.jspecify.annotations.NullMarked;
