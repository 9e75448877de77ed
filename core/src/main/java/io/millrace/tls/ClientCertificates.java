package io.millrace.tls;

/**
 * Whether clients show certificates.
 *
 * @since 0.1
 */
public enum ClientCertificates {

    /** Clients are asked for none. */
    NONE,
    /**
     * Clients are asked for one and may have none. A handshake with one that no trusted authority
     * has issued, or that has expired, fails.
     */
    WANTED,
    /** The handshake fails if the client has no certificate of a trusted authority. */
    NEEDED
}
