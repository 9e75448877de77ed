/**
 * TLS for the server: keys and certificates, client certificates, reloading, and a self-signed
 * certificate for a first try.
 *
 * <p>Start at {@link io.millrace.tls.Tls}.
 */
package io.millrace.tls;
