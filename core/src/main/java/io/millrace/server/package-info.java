/**
 * Threads and sockets: one acceptor deals connections to workers, which own them for life.
 *
 * <p>{@link io.millrace.server.HttpServer} is the way in: it starts with {@link
 * io.millrace.server.ServerOptions} and a {@link io.millrace.http.Handler}, and stops within a
 * deadline. {@link io.millrace.server.ServerStats} has its figures, a {@link
 * io.millrace.server.ServerListener} hears what happens on its connections.
 */
package io.millrace.server;
