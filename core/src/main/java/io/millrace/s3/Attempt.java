package io.millrace.s3;

import io.millrace.s3.S3Exception.Kind;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * One request on its way to the engine, once: signed, sent, watched, and given up where the engine
 * takes too long.
 *
 * <p>Threads: those of the HTTP client; {@link #expire} the watch's, {@link #abort} any.
 */
final class Attempt implements OutgoingPayload.Listener {

    /** Who is waited for. */
    private enum Wait {
        /** For a connection and, without a payload, for the response. */
        START,
        /** For 100 (Continue). */
        CONTINUE,
        /** For the engine to take more of the payload. */
        SENDING,
        /** For the payload's publisher, which the engine isn't to blame for. */
        PUBLISHER,
        /** For the response. */
        ANSWER,
        /** For more of a body that is collected. */
        BODY,
        /** For nothing any more, or for the body that is streamed, which is watched by itself. */
        OVER
    }

    /**
     * Until 17.0.17 and 20 the JDK drops the body of a refusal in place of 100, and then waits for
     * it without an end (JDK-8286171). The status is all that is to be had there (decision 304).
     */
    private static final boolean DROPS_REFUSALS = dropsRefusals(Runtime.version());
    private static final ReplyBody NO_BYTES = new ReplyBody(new byte[0], false, null);

    /** What requests to an HTTP client of the JDK end with whose thread has ended. */
    private static final Set<String> DEAD = Set.of("closed", "selector manager closed");

    private final Transport transport;
    private final S3Request request;
    private final S3Keys keys;
    private final S3Place place;
    private final Runnable onEnd;
    private final CompletableFuture<Reply> result = new CompletableFuture<>();
    private OutgoingPayload outgoing;
    private boolean isExpecting;
    private HttpClient used;

    // Guarded by this.
    private Wait wait = Wait.OVER;
    private long sinceNs;
    private long limitNs;
    private CompletableFuture<?> sending;
    private StreamedBody stream;
    private S3Exception expired;
    private boolean isContinueMissing;
    private boolean isAborted;

    /** @param onEnd called once, when a streamed body has ended */
    Attempt(Transport transport, S3Request request, S3Keys keys, S3Place place, Runnable onEnd) {
        this.transport = transport;
        this.request = request;
        this.keys = keys;
        this.place = place;
        this.onEnd = onEnd;
    }

    static boolean dropsRefusals(Runtime.Version version) {
        return version.feature() < 20
                && (version.feature() > 17 || version.update() < 17);
    }

    S3Keys keys() {
        return keys;
    }

    S3Place place() {
        return place;
    }

    /** Whether the engine left {@code Expect: 100-continue} without an answer. */
    synchronized boolean isContinueMissing() {
        return isContinueMissing;
    }

    /** Whether the payload has been begun, so that one that is streamed can't be sent again. */
    boolean isPayloadTaken() {
        return outgoing != null && outgoing.isTaken();
    }

    /** Whether the engine can't have got all of the payload. */
    boolean isPayloadLeft() {
        return outgoing != null && !outgoing.isWhole();
    }

    /** Whether it is a change that the engine may have got whole. */
    boolean isUnsure() {
        return request.traits().isChange() && !isPayloadLeft();
    }

    /**
     * Sends the request.
     *
     * @param isExpecting whether the engine is asked before the payload is sent
     * @return ends with the response, whose body is in memory or streamed
     */
    CompletableFuture<Reply> start(boolean isExpecting) {
        this.isExpecting = isExpecting;
        HttpRequest sent = signed(isExpecting);
        S3Settings settings = transport.settings();
        if (isExpecting) {
            await(Wait.CONTINUE, settings.continueTimeout());
        } else {
            await(Wait.START, settings.connectTimeout().plus(answerTimeout()));
        }
        used = transport.http();
        CompletableFuture<HttpResponse<ReplyBody>> begun = send(sent);
        boolean isLate;
        synchronized (this) {
            sending = begun;
            isLate = isAborted || expired != null || result.isDone();
        }
        if (isLate) {
            begun.cancel(true);
        }
        begun.whenComplete((response, failure) -> {
            await(Wait.OVER, Duration.ZERO);
            if (outgoing != null) {
                outgoing.breakOff();
            }
            if (stream == null) {
                transport.forget(this);
            }
            if (failure != null) {
                result.completeExceptionally(failure);
            } else {
                result.complete(new Reply(response.statusCode(), response.headers(),
                        response.body()));
            }
        });
        return result;
    }

    private CompletableFuture<HttpResponse<ReplyBody>> send(HttpRequest sent) {
        try {
            transport.watch(this);
            return used.sendAsync(sent, this::body);
        } catch (RuntimeException | Error e) { // no thread, or no memory
            transport.forget(this);
            throw e;
        }
    }

    private Duration answerTimeout() {
        return request.traits().isLong() ? transport.settings().completeTimeout()
                : transport.settings().answerTimeout();
    }

    private HttpRequest signed(boolean isExpecting) {
        S3Payload payload = request.payload();
        String path = place.path(request.key());
        String query = UriText.query(request.query());
        SortedMap<String, String> fields = new TreeMap<>();
        for (Map.Entry<String, String> field : request.fields().entrySet()) {
            FieldNames.add(fields, field.getKey(), field.getValue());
        }
        fields.put("host", place.authority());
        String hash;
        boolean isChunked = !payload.isReplayable() && !place.isTls(); // decision 301
        if (isChunked) {
            hash = RequestSigner.CHUNKED;
            String coding = fields.get("content-encoding");
            fields.put("content-encoding", coding == null ? "aws-chunked"
                    : "aws-chunked," + coding);
            fields.put("x-amz-decoded-content-length", Long.toString(payload.length()));
        } else {
            hash = payload.isReplayable() ? Hashing.hash(payload.pieces()) : RequestSigner.UNSIGNED;
        }
        Signature signature = transport.signer().sign(keys, place.region(), transport.now(),
                request.method(), path, query, fields, hash);
        HttpRequest.Builder builder = HttpRequest.newBuilder(place.uri(path, query));
        fields.remove("host"); // the client takes it from the URI, the same
        fields.forEach(builder::setHeader);
        builder.setHeader("Authorization", signature.authorization());
        builder.setHeader("User-Agent", transport.settings().agent());
        if (payload.length() > 0) {
            outgoing = new OutgoingPayload(payload, isChunked ? signature : null, this);
            return builder.method(request.method(), outgoing).expectContinue(isExpecting).build();
        }
        return builder.method(request.method(), HttpRequest.BodyPublishers.noBody()).build();
    }

    private HttpResponse.BodySubscriber<ReplyBody> body(HttpResponse.ResponseInfo info) {
        int status = info.statusCode();
        if (request.traits().isStreamed() && status / 100 == 2) {
            StreamedBody body = new StreamedBody(Replies.length(info.headers()),
                    transport.settings().progressTimeout().toNanos(),
                    transport.counters()::received, () -> {
                        transport.forget(this);
                        onEnd.run();
                    });
            boolean isLate;
            synchronized (this) {
                stream = body;
                wait = Wait.OVER;
                isLate = isAborted;
            }
            if (isLate) {
                body.discard();
            }
            return body;
        }
        await(Wait.BODY, transport.settings().progressTimeout());
        int most = status / 100 == 2 ? request.traits().maxBytes()
                : S3Request.Traits.ERROR_BYTES;
        CollectedBody body = new CollectedBody(most,
                () -> await(Wait.BODY, transport.settings().progressTimeout()));
        if (isExpecting && !outgoing.isTaken()) {
            // A refusal in place of 100. The connection is closed, as newer JDKs do by themselves:
            // an engine may take the next request on it for the payload.
            if (DROPS_REFUSALS) {
                endWith(new Reply(status, info.headers(), NO_BYTES));
            } else {
                body.getBody().thenAccept(
                        whole -> endWith(new Reply(status, info.headers(), whole)));
            }
        }
        return body;
    }

    private void endWith(Reply reply) {
        result.complete(reply);
        cut();
    }

    /** Closes the connection, if there is one. */
    private void cut() {
        CompletableFuture<?> begun;
        synchronized (this) {
            begun = sending;
        }
        if (begun != null) {
            begun.cancel(true);
        }
    }

    // the payload's way

    @Override
    public void onHandedOver(int bytes) {
        transport.counters().sent(bytes);
        await(Wait.SENDING, transport.settings().progressTimeout());
    }

    @Override
    public void onAsked() {
        await(Wait.PUBLISHER, Duration.ZERO);
    }

    @Override
    public void onSent(int bytes) {
        transport.counters().sent(bytes);
        await(Wait.ANSWER, answerTimeout());
    }

    private synchronized void await(Wait next, Duration limit) {
        wait = next;
        sinceNs = System.nanoTime();
        limitNs = limit.toNanos();
    }

    // any thread

    /** Gives up an engine that takes too long. */
    void expire(long nowNs) {
        StreamedBody streamed;
        Wait late = null;
        synchronized (this) {
            streamed = stream;
            if (wait != Wait.OVER && wait != Wait.PUBLISHER && expired == null
                    && nowNs - sinceNs > limitNs) {
                late = wait;
                isContinueMissing = wait == Wait.CONTINUE;
                expired = new S3Exception(Kind.TIMEOUT, isUnsure(), request.operation() + ": "
                        + told(wait) + " for " + limitNs / 1_000_000 + " ms", null);
            }
        }
        if (late != null) {
            if (late == Wait.START) {
                transport.renew(used);
            }
            cut(); // so that the engine drops what it has
            if (outgoing != null) {
                outgoing.breakOff();
            }
            result.completeExceptionally(expired); // which a dead client doesn't
        }
        if (streamed != null) {
            streamed.expire(nowNs);
        }
    }

    private static String told(Wait wait) {
        return switch (wait) {
            case CONTINUE -> "the engine left Expect: 100-continue without an answer";
            case SENDING -> "the engine took nothing more of the payload";
            case BODY -> "the engine sent nothing more of its response";
            default -> "the engine sent no response";
        };
    }

    /** Ends the request and its connection. */
    void abort() {
        StreamedBody streamed;
        synchronized (this) {
            isAborted = true;
            streamed = stream;
        }
        S3Exception given = new S3Exception(Kind.CLOSED, isUnsure(), request.operation()
                + ": given up by this side", null);
        result.completeExceptionally(given);
        cut();
        if (streamed != null) {
            streamed.fail(given);
        }
        if (outgoing != null) {
            outgoing.abandon();
        }
    }

    /** What an attempt without a response failed by. */
    S3Exception failure(Throwable thrown) {
        Throwable cause = thrown instanceof CompletionException && thrown.getCause() != null
                ? thrown.getCause() : thrown;
        synchronized (this) {
            if (expired != null) {
                return expired;
            }
        }
        if (cause instanceof S3Exception known) {
            return known;
        }
        Throwable ofPayload = outgoing == null ? null : outgoing.failure();
        if (ofPayload != null) {
            return new S3Exception(Kind.PAYLOAD, false, request.operation()
                    + ": the payload ended early", ofPayload);
        }
        if (cause instanceof IOException && DEAD.contains(String.valueOf(cause.getMessage()))) {
            transport.renew(used);
        }
        boolean isUnsent = request.payload().length() > 0 && !isPayloadTaken();
        return new NoReply(request.operation(), place, transport.settings().connectTimeout(),
                isUnsure(), isUnsent).failure(cause);
    }
}
