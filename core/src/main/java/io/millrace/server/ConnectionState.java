package io.millrace.server;

import io.millrace.transfer.Want;
import java.io.IOException;

/**
 * Where a {@link Connection} is between two requests or within one, and what it does there.
 *
 * <p>The call is virtual, with three receivers for each request, so that the JIT compiler C2
 * doesn't inline it: to compile the way of a request from its first byte to its last as one method
 * took it 22 MB of memory, and takes 8 as several (decision 533).
 */
enum ConnectionState {

    /** Waiting for a request, or for the rest of its head. */
    WAIT {
        @Override
        Want advance(Connection connection) throws IOException {
            return connection.awaitHead();
        }
    },

    /** Bytes of a request's head are at hand. */
    HEAD {
        @Override
        Want advance(Connection connection) throws IOException {
            return connection.parseHead();
        }
    },

    /** A request is being responded to. */
    EXCHANGE {
        @Override
        Want advance(Connection connection) throws IOException {
            return connection.exchange().advance();
        }
    },

    /** What came is no request; the refusal is in the buffer. */
    REFUSED {
        @Override
        Want advance(Connection connection) throws IOException {
            return connection.endRefusal();
        }
    },

    /** Dropping the rest of a short unwanted body, to use the connection again. */
    SKIP {
        @Override
        Want advance(Connection connection) throws IOException {
            return connection.skip();
        }
    },

    /** Dropping what still comes, so that the last response arrives. */
    LINGER {
        @Override
        Want advance(Connection connection) throws IOException {
            return connection.linger();
        }
    },

    /** Nothing is called any more. */
    CLOSED {
        @Override
        Want advance(Connection connection) {
            throw new AssertionError();
        }
    };

    /** Goes on as far as the state reaches; null if there is more to do in the one it left. */
    abstract Want advance(Connection connection) throws IOException;
}
