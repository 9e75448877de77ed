/**
 * How messages move between a socket and an application: the bytes of a connection in and out, a
 * request's body into its sink, a response and its body to the socket. It checks the contracts of
 * an application's bodies and sinks. Not exported.
 *
 * <p>Independent of selectors, threads and connections. Start with {@link
 * io.millrace.transfer.BodyReceiver} and {@link io.millrace.transfer.ResponseSender}.
 */
package io.millrace.transfer;
