package io.millrace.route;

import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;

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
        return request -> handle(next, request);
    }

    private Exchange handle(Handler next, RequestHead request) throws Exception {
        long length = request.bodyLength();
        if (length > maxBodyBytes) {
            throw refusal();
        }
        Exchange exchange = next.handle(request);
        // The server sees to it that a known length is kept; its fast path needs the sink itself.
        boolean unmetered = length != RequestHead.UNKNOWN_LENGTH || exchange instanceof Response;
        return unmetered ? exchange : new Limited(exchange);
    }

    private HttpException refusal() {
        return new HttpException(Status.CONTENT_TOO_LARGE,
                "the body is longer than " + maxBodyBytes + " bytes");
    }

    private final class Limited extends WrappedExchange {

        Limited(Exchange exchange) {
            super(exchange);
        }

        @Override
        public WritableByteChannel sink() throws Exception {
            WritableByteChannel sink = super.sink();
            return sink == null ? null : new LimitedSink(sink);
        }

        @Override
        public Response abandon(Throwable cause) {
            if (!(cause instanceof TooLongException tooLong)) {
                return super.abandon(cause);
            }
            Response own = super.abandon(tooLong.refusal);
            return own != null ? own : tooLong.refusal.response();
        }
    }

    private final class LimitedSink implements WritableByteChannel {

        private final WritableByteChannel sink;
        private long written;

        LimitedSink(WritableByteChannel sink) {
            this.sink = sink;
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            if (source.remaining() > maxBodyBytes - written) {
                throw new TooLongException(refusal());
            }
            // The bytes of a file go where the server would write them, wherever the file stands.
            int count = sink instanceof FileChannel file
                    ? file.write(source, written) : sink.write(source);
            written += count;
            return count;
        }

        @Override
        public boolean isOpen() {
            return sink.isOpen();
        }

        @Override
        public void close() throws IOException {
            sink.close();
        }
    }

    /** The refusal, on its way through an interface that knows only I/O. */
    private static final class TooLongException extends IOException {

        private static final long serialVersionUID = 1L;

        private final transient HttpException refusal;

        TooLongException(HttpException refusal) {
            super(refusal.getMessage(), refusal);
            this.refusal = refusal;
        }
    }
}
