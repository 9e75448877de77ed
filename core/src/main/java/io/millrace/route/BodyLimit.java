package io.millrace.route;

import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.util.Objects;

/** Refuses bodies that are too long for one handler. Threads: any, immutable. */
final class BodyLimit implements Filter {

    private final long maxBodyBytes;

    BodyLimit(long maxBodyBytes) {
        if (maxBodyBytes < 0) {
            throw new IllegalArgumentException(
                    "maxBodyBytes must not be negative: " + maxBodyBytes);
        }
        this.maxBodyBytes = maxBodyBytes;
    }

    @Override
    public Handler around(Handler next) {
        Objects.requireNonNull(next);
        return request -> handle(next, request);
    }

    private Exchange handle(Handler next, RequestHead request) throws Exception {
        long length = request.bodyLength();
        if (length > maxBodyBytes) {
            throw refusal();
        }
        Exchange exchange = next.handle(request);
        // The server enforces a known length.
        return length == RequestHead.UNKNOWN_LENGTH ? limit(exchange) : exchange;
    }

    private Exchange limit(Exchange exchange) {
        if (exchange == null || exchange instanceof Response) {
            return exchange;
        }
        return exchange.stage() == null ? new Limited(exchange)
                : Exchange.later(exchange.stage().thenApply(this::limit));
    }

    private HttpException refusal() {
        return new HttpException(Status.CONTENT_TOO_LARGE,
                "the body is longer than " + maxBodyBytes + " bytes");
    }

    private final class Limited extends WrappedExchange {

        Limited(Exchange exchange) {
            super(exchange);
        }

        // The sink stays the exchange's own, so that it keeps the server's fast paths.
        @Override
        public void onProgress(long receivedBytes) {
            if (receivedBytes > maxBodyBytes) {
                throw new TooLongException(refusal());
            }
            super.onProgress(receivedBytes);
        }

        @Override
        public Response abandon(Abandonment why, Throwable cause) {
            if (!(cause instanceof TooLongException tooLong)) {
                return super.abandon(why, cause);
            }
            // Without a response of the exchange, the server makes one of the refusal.
            return super.abandon(Abandonment.TOO_LARGE, tooLong.refusal);
        }
    }

    /** The refusal, on its way through a method that declares no exception. */
    private static final class TooLongException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final transient HttpException refusal;

        TooLongException(HttpException refusal) {
            super(refusal.getMessage(), refusal, false, false);
            this.refusal = refusal;
        }
    }
}
