package io.millrace.server;

/**
 * How far a {@link ServerExchange} has got.
 *
 * <pre>
 *   DECIDING > BODY > PENDING > DECIDED > RESPONSE > ENDED     BODY and PENDING only if needed
 *              BODY &lt;> FULL                RESPONSE &lt;> STARVED
 * </pre>
 */
enum ExchangeState {
    /** Between two others: the application decides, or has failed, within this very visit. */
    DECIDING,
    /** The application's exchange takes the body. */
    BODY,
    /** As BODY, but the sink has no room; only the application can tell when it has. */
    FULL,
    /** The application has promised an exchange or a response. */
    PENDING,
    /** What was promised has arrived. */
    DECIDED,
    /** The response is being sent. */
    RESPONSE,
    /** As RESPONSE, but its body has no bytes; only the application can tell when it has. */
    STARVED,
    /** The response has been sent, as far as the buffer in front of the socket. */
    ENDED
}
