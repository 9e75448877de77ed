package io.millrace.server;

/**
 * The progress of a {@link ServerExchange}.
 *
 * <pre>
 *   DECIDING > BODY > PENDING > DECIDED > RESPONSE > ENDED     BODY and PENDING only if needed
 *              BODY &lt;> FULL                RESPONSE &lt;> STARVED
 *              BODY or FULL > DUPLEX > RESPONSE or STARVED         if the response comes early
 * </pre>
 */
enum ExchangeState {
    /** At first and between two others: the application decides, or has failed, in this visit. */
    DECIDING,
    /** The application's exchange takes the body. */
    BODY,
    /** As BODY, but the sink has no room; the application reports when it has. */
    FULL,
    /** The application has promised an exchange or a response. */
    PENDING,
    /** The promised exchange or response is here. */
    DECIDED,
    /** The response is being sent. */
    RESPONSE,
    /** As RESPONSE, but its body has no bytes; the application reports when it has. */
    STARVED,
    /** The response is being sent, and the application's exchange still takes the body. */
    DUPLEX,
    /** The response has been sent, at least to the buffer in front of the socket. */
    ENDED;

    /** Whether no response has been begun. */
    boolean isBeforeResponse() {
        return compareTo(RESPONSE) < 0;
    }

    /** Whether only the application can bring the exchange on. */
    boolean isWaiting() {
        return this == PENDING || this == FULL || this == STARVED;
    }
}
