/**
 * TLS for the server: keys and certificates, client certificates, reloading, and a self-signed
 * certificate for a first try.
 *
 * <p>Start at {@link io.millrace.tls.Tls}.
 */
@NullMarked
package io.millrace.tls;

import org.jspecify.annotations.NullMarked;
