package io.millrace.form;

import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * Receives a {@code multipart/form-data} body (RFC 7578) as it arrives, in constant memory, and
 * hands its parts to a {@link MultipartReceiver}.
 *
 * <pre>{@code
 * Handler form = request -> MultipartExchange.of(request, FormLimits.defaults(), new Receiver());
 * }</pre>
 *
 * <p>A malformed body gets 400, one that exceeds a limit 413, as soon as that is seen.
 *
 * <p>Threads: the worker that owns the connection.
 *
 * @since 0.1
 */
public final class MultipartExchange implements Exchange {

    private final long maxBytes;
    private final MultipartParser parser;
    private final MultipartReceiver receiver;
    /** Why nothing more is parsed; null as long as all is well. */
    private Exception failure;
    private long receivedBytes;

    private MultipartExchange(long maxBytes, MultipartParser parser, MultipartReceiver receiver) {
        this.maxBytes = maxBytes;
        this.parser = parser;
        this.receiver = receiver;
    }

    /**
     * An exchange that receives a form.
     *
     * @throws HttpException 415 if the request's Content-Type is not {@code multipart/form-data},
     *     or its body has a content coding; 400 if the boundary is missing or malformed. The
     *     receiver is not called then
     */
    public static Exchange of(RequestHead request, FormLimits limits, MultipartReceiver receiver)
            throws HttpException {
        return of(request, Long.MAX_VALUE, limits, receiver);
    }

    /** As the other one, with a bound for the body: 413 beyond it. */
    static MultipartExchange of(RequestHead request, long maxBytes, FormLimits limits,
            MultipartReceiver receiver) throws HttpException {
        FormFields.refuseCoding(request.headers());
        String boundary = MultipartParser.boundary(request.headers());
        if (request.bodyLength() > maxBytes) {
            throw tooLong(maxBytes);
        }
        return new MultipartExchange(
                maxBytes, new MultipartParser(boundary, limits, receiver), receiver);
    }

    private static HttpException tooLong(long maxBytes) {
        return new HttpException(Status.CONTENT_TOO_LARGE,
                "the body is longer than " + maxBytes + " bytes");
    }

    @Override
    public WritableByteChannel sink() {
        return new Sink();
    }

    @Override
    public Response complete() throws Exception {
        try {
            parser.end();
        } catch (HttpException e) {
            failure = e;
            Response response = receiver.abandon(Abandonment.MALFORMED, e);
            if (response == null) {
                throw e; // rather than its response, so that filters see the refusal
            }
            return response;
        }
        return receiver.complete();
    }

    @Override
    public Response abandon(Abandonment why, Throwable cause) {
        // A refusal is the cause of what the sink has thrown: the server responds with it.
        return failure == null ? receiver.abandon(why, cause) : receiver.abandon(why(), failure);
    }

    private Abandonment why() {
        if (receivedBytes > maxBytes) {
            return Abandonment.TOO_LARGE;
        }
        if (!parser.hasRefused()) {
            return Abandonment.SINK_FAILED; // the receiver threw
        }
        return failure instanceof HttpException refusal
                && refusal.status().equals(Status.CONTENT_TOO_LARGE)
                ? Abandonment.TOO_LARGE : Abandonment.MALFORMED;
    }

    /** Feeds the parser. Holds nothing that would have to be closed. */
    private final class Sink implements WritableByteChannel {

        @Override
        public int write(ByteBuffer source) throws IOException {
            int count = source.remaining();
            receivedBytes += count;
            try {
                if (receivedBytes > maxBytes) {
                    throw tooLong(maxBytes);
                }
                parser.parse(source);
            } catch (Exception e) {
                failure = e;
                throw e instanceof IOException ioe ? ioe : new IOException(e.getMessage(), e);
            }
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
        }
    }
}
