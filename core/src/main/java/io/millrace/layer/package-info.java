/**
 * What may stand between a connection and its socket: TLS, and the header of the PROXY protocol.
 *
 * <p>Not exported: applications choose it by {@link io.millrace.tls.Tls} and the options of the
 * server.
 */
package io.millrace.layer;
