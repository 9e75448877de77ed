/**
 * How messages move between a socket and an application: the bytes of a connection in and out, a
 * request's body into its sink, a response and its body to the socket, and the checks of what an
 * application's bodies and sinks promise. Not exported.
 *
 * <p>Knows no selector, thread or connection. Start with {@link io.millrace.transfer.BodyReceiver}
 * and {@link io.millrace.transfer.ResponseSender}.
 */
package io.millrace.transfer;
