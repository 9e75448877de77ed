/**
 * Threads and sockets: one acceptor deals connections to workers, which own them for life.
 *
 * <p>{@link io.millrace.server.HttpServer} is the way in.
 */
package io.millrace.server;
