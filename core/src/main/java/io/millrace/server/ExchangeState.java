package io.millrace.server;

import io.millrace.transfer.Want;
import java.io.IOException;

/**
 * The progress of a {@link ServerExchange}, and its next step: a virtual call, as in {@link
 * ConnectionState}.
 *
 * <pre>
 *   DECIDING > BODY > PENDING > DECIDED > RESPONSE > ENDED     BODY and PENDING only if needed
 *              BODY &lt;> FULL                RESPONSE &lt;> STARVED
 *              BODY or FULL > DUPLEX > RESPONSE or STARVED         if the response comes early
 * </pre>
 */
enum ExchangeState {

    /** At first and between two others: the application decides, or has failed, in this visit. */
    DECIDING {
        @Override
        Want advance(ServerExchange exchange) {
            return exchange.decide();
        }
    },

    /** The application's exchange takes the body. */
    BODY {
        @Override
        Want advance(ServerExchange exchange) throws IOException {
            return exchange.receive();
        }
    },

    /** As BODY, but the sink has no room; the application reports when it has. */
    FULL,

    /** The application has promised an exchange or a response. */
    PENDING,

    /** The promised exchange or response is here. */
    DECIDED {
        @Override
        Want advance(ServerExchange exchange) {
            return exchange.takeDecision();
        }
    },

    /** The response is being sent. */
    RESPONSE {
        @Override
        Want advance(ServerExchange exchange) throws IOException {
            return exchange.send();
        }
    },

    /** As RESPONSE, but its body has no bytes; the application reports when it has. */
    STARVED,

    /** The response is being sent, and the application's exchange still takes the body. */
    DUPLEX {
        @Override
        Want advance(ServerExchange exchange) throws IOException {
            return exchange.send();
        }
    },

    /** The response has been sent, at least to the buffer in front of the socket. */
    ENDED {
        @Override
        Want advance(ServerExchange exchange) throws IOException {
            return exchange.connection.endResponse();
        }
    };

    /** Takes the next step; null if another one follows. Here the application has to take it. */
    Want advance(ServerExchange exchange) throws IOException {
        return Want.APPLICATION;
    }

    /** Whether no response has been begun. */
    boolean isBeforeResponse() {
        return compareTo(RESPONSE) < 0;
    }

    /** Whether only the application can bring the exchange on. */
    boolean isWaiting() {
        return this == PENDING || this == FULL || this == STARVED;
    }
}
