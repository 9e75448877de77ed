package io.millrace.bucket;

import io.millrace.http.Body;
import io.millrace.http.Exchange;
import io.millrace.http.HttpException;
import io.millrace.http.Request;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.s3.S3Double;
import io.millrace.store.Client;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Plays the server, and the client before it, to a store over a {@link S3Double}. */
final class BucketClient implements Closeable {

    /** What a client would see of a response. A body that fails is as far as it came. */
    record Got(Response response, byte[] bytes, IOException failure) {

        int status() {
            return response.status().code();
        }

        String field(String name) {
            return response.headers().first(name);
        }

        String text() {
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    final S3Double engine;
    final BucketState state;
    /** The store's clock. */
    final AtomicLong nowNs = new AtomicLong();
    private final BucketRequests requests;

    private BucketClient(S3Double engine, BucketOptions options) throws IOException {
        this.engine = engine;
        this.state = new BucketState(options, options.keys(), nowNs::get);
        this.requests = new BucketRequests(state);
    }

    /** Options for the double, without a cache. */
    static BucketOptions.Builder options(S3Double engine) {
        return BucketOptions.builder(engine.url()).cacheBytes(0)
                .keys(BucketKeys.of(engine.id(), engine.secret(), null));
    }

    /** A client of a store that has no cache; it is not probed. */
    static BucketClient of(S3Double engine) throws IOException {
        return new BucketClient(engine, options(engine).build());
    }

    static BucketClient of(S3Double engine, BucketOptions options) throws IOException {
        return new BucketClient(engine, options);
    }

    Got get(String target, String... fields) throws Exception {
        return send(Request.of("GET", target, fields));
    }

    Got head(String target, String... fields) throws Exception {
        return send(Request.of("HEAD", target, fields));
    }

    Got send(RequestHead request) throws Exception {
        return read(request, begin(request));
    }

    /** What the store makes of a request at once. */
    Exchange handle(RequestHead request) throws HttpException {
        return requests.handle(request);
    }

    /** The response before its body is read. */
    Response begin(RequestHead request) throws Exception {
        try {
            Exchange exchange = requests.handle(request);
            return Client.known(exchange.complete());
        } catch (HttpException e) {
            return e.response();
        }
    }

    /** Reads a response to its end, as the server does. */
    static Got read(RequestHead request, Response response) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Body body = response.body()) {
            long left = request.method().equals("HEAD") ? 0 : body.length();
            ByteBuffer piece = ByteBuffer.allocate(5_000);
            while (left != 0) {
                int read = body.read(bytes.size(), piece.clear());
                if (read < 0) {
                    break;
                }
                bytes.write(piece.array(), 0, read);
                left = body.length() < 0 ? -1 : body.length() - bytes.size();
                if (read == 0) {
                    await(body);
                }
            }
        } catch (IOException e) {
            return new Got(response, bytes.toByteArray(), e);
        }
        return new Got(response, bytes.toByteArray(), null);
    }

    private static void await(Body body) throws InterruptedException {
        CountDownLatch readable = new CountDownLatch(1);
        body.whenReadable(readable::countDown);
        if (!readable.await(60, TimeUnit.SECONDS)) {
            throw new AssertionError("nothing comes any more");
        }
    }

    /** The operations that the engine was asked for since it has forgotten, with their statuses. */
    String asked() {
        StringBuilder asked = new StringBuilder();
        engine.requests().forEach(call -> asked.append(asked.length() == 0 ? "" : ", ")
                .append(call.operation()).append(' ').append(call.status()));
        engine.forget();
        return asked.toString();
    }

    @Override
    public void close() throws IOException {
        state.close();
    }
}
