package io.millrace.store;

import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.Request;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.testkit.TestClient;
import io.millrace.testkit.TestRequest;
import io.millrace.testkit.TestResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Plays the server, and the client before it, to a handler: without sockets or threads. */
public final class Client {

    private final Handler handler;
    private final TestClient kit;
    private final Contract contract;
    /** How often an object is got before a GET or HEAD of it. */
    private final int warmUps;

    Client(Handler handler) {
        this(handler, Contract.HTTP);
    }

    /**
     * A client for what both contracts share: it tells the strict one's 201 and 204 for a change
     * that was made by the article's 200.
     */
    Client(Handler handler, Contract contract) {
        this(handler, contract, 0);
    }

    /** Such a client that gets an object some times, unseen, before it asks for it. */
    Client(Handler handler, Contract contract, int warmUps) {
        this.handler = handler;
        kit = TestClient.of(handler).within(Duration.ofSeconds(60));
        this.contract = contract;
        this.warmUps = warmUps;
    }

    Reply get(String target, String... fields) {
        return send(Request.of("GET", target, fields));
    }

    Reply delete(String target, String... fields) {
        return send(Request.of("DELETE", target, fields));
    }

    Reply move(String target, String destination, String... fields) {
        String[] all = Arrays.copyOf(fields, fields.length + 2);
        all[fields.length] = "Destination";
        all[fields.length + 1] = destination;
        return send(Request.of("MOVE", target, all));
    }

    Reply put(String target, String body, String... fields) {
        return put(target, body.getBytes(StandardCharsets.UTF_8), fields);
    }

    Reply put(String target, byte[] body, String... fields) {
        String[] all = Arrays.copyOf(fields, fields.length + 2);
        all[fields.length] = "Content-Length";
        all[fields.length + 1] = Integer.toString(body.length);
        return send(Request.of("PUT", target, all).withBody(body.length), body);
    }

    Reply putChunked(String target, String body, String... fields) {
        return send(Request.of("PUT", target, fields).withBody(RequestHead.UNKNOWN_LENGTH),
                body.getBytes(StandardCharsets.UTF_8));
    }

    Reply send(Request request) {
        return send(request, new byte[0]);
    }

    Reply send(Request request, byte[] body) {
        warmUp(request);
        TestResponse response = kit.send(asSent(request, body));
        return new Reply(state(request, response.code()), response.headers(), response.bytes());
    }

    private static TestRequest asSent(Request request, byte[] body) {
        TestRequest sent = TestRequest.of(request.method(), request.target());
        for (int i = 0; i < request.headers().size(); i++) {
            if (!request.headers().name(i).equals("Content-Length")) { // the kit's
                sent = sent.header(request.headers().name(i), request.headers().value(i));
            }
        }
        if (request.bodyLength() == RequestHead.UNKNOWN_LENGTH) {
            return sent.body(body).chunked();
        }
        return request.bodyLength() > 0 || request.headers().contains("Content-Length")
                ? sent.body(body).bodyLength(request.bodyLength()) : sent;
    }

    private void warmUp(Request request) {
        boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
        for (int i = 0; i < warmUps && reads; i++) {
            kit.open(TestRequest.get(request.target())).close(); // it may have gigabytes
        }
    }

    private int state(Request request, int code) {
        boolean change = request.method().equals("PUT") || request.method().equals("DELETE");
        return contract == Contract.HTTP && change && (code == 201 || code == 204) ? 200 : code;
    }

    /** The status of a failure that has one of its own, which the article's contract hides. */
    int failure(int code) {
        return contract == Contract.ARTICLE && (code == 403 || code == 409) ? 500 : code;
    }

    /** The status of a GET of a folder without its slash. */
    int folder() {
        return contract == Contract.ARTICLE ? 404 : 308;
    }

    /** A PUT whose peer leaves in the middle of the body. */
    Response cut(String target, String half, Abandonment why, Throwable cause) throws Exception {
        Exchange exchange = handler.handle(Request.of("PUT", target).withBody(2L * half.length()));
        write(exchange.sink(), half.getBytes(StandardCharsets.UTF_8));
        return exchange.abandon(why, cause);
    }

    /** An exchange that has all of its body and waits to be completed. */
    Exchange begin(Request request, String body) throws Exception {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        Exchange exchange = handler.handle(request.withBody(bytes.length));
        write(exchange.sink(), bytes);
        return exchange;
    }

    /** Writes as the server does: to a file at positions, to anything else in sequence. */
    static void write(WritableByteChannel sink, byte[] bytes) throws IOException {
        if (sink == null) {
            return;
        }
        ByteBuffer source = ByteBuffer.wrap(bytes);
        while (source.hasRemaining()) {
            if (sink instanceof FileChannel file) {
                file.write(source, source.position());
            } else {
                sink.write(source);
            }
        }
    }

    public static Response known(Response response) throws Exception {
        if (response.stage() == null) {
            return response;
        }
        try {
            return response.stage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } catch (TimeoutException e) {
            throw new AssertionError("no answer came", e);
        }
    }
}
