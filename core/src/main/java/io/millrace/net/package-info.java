/**
 * Sockets, queues, and the transfer of bytes from a socket to a file. Independent of HTTP; not
 * exported.
 *
 * <p>Start at {@link io.millrace.net.Listener}, or at {@link io.millrace.net.SpscQueue}.
 */
package io.millrace.net;
