/**
 * Sockets, queues and the way of bytes from a socket into a file, without a word of HTTP; not
 * exported.
 *
 * <p>Start at {@link io.millrace.net.Listener}, or at {@link io.millrace.net.SpscQueue}.
 */
package io.millrace.net;
