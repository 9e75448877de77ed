/**
 * Threads and sockets: one acceptor deals connections to workers, which own them for life.
 *
 * <p>Start at {@link io.millrace.server.HttpServer}: it starts with {@link
 * io.millrace.server.ServerOptions} and a {@link io.millrace.http.Handler}, and stops within a
 * deadline. {@link io.millrace.server.ServerStats} has its statistics; a {@link
 * io.millrace.server.ServerListener} receives the events of its connections.
 */
@NullMarked
package io.millrace.server;

import org.jspecify.annotations.NullMarked;
