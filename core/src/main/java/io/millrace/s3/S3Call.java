package io.millrace.s3;

import io.millrace.s3.S3Exception.Kind;
import java.net.http.HttpHeaders;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * One request and its repetitions, until there is an answer or a failure that repeating doesn't
 * mend. Cancelling it ends the exchange with the engine.
 *
 * <p>What is repeated: reads, and changes of which it is certain that they have not been carried
 * out, or that may be carried out twice; no payload that can't be read twice (decision 302).
 *
 * <p>Threads: any.
 */
final class S3Call<T> extends CompletableFuture<T> {

    /** Makes of an answer what the caller wants. */
    interface Reader<T> {
        T read(S3Answer answer, byte[] body) throws S3Exception;
    }

    private static final Set<Kind> PASSING = Set.of(Kind.SLOW_DOWN, Kind.UNAVAILABLE,
            Kind.INTERNAL, Kind.TIMEOUT, Kind.RESET);
    private static final long FIRST_DELAY_MS = 50;
    private static final long MOST_DELAY_MS = 5_000;
    /** No request has as much time; longer ones are not told from it. */
    private static final long MOST_RETRY_AFTER_S = TimeUnit.DAYS.toSeconds(1);

    private final Transport transport;
    private final S3Request request;
    private final Reader<T> reader;
    private final Runnable onEnd;
    private final long startNs = System.nanoTime();
    private int attempts;
    private boolean hasMoved;
    private boolean hasNewKeys;

    // Guarded by this.
    private Attempt current;
    private boolean hasEnded;

    /** @param onEnd called once, when the exchange with the engine is over */
    S3Call(Transport transport, S3Request request, Reader<T> reader, Runnable onEnd) {
        this.transport = transport;
        this.request = request;
        this.reader = reader;
        this.onEnd = onEnd;
    }

    /** Sends the request. */
    S3Call<T> start() {
        attempt();
        return this;
    }

    @Override
    public boolean cancel(boolean mayInterrupt) {
        boolean isCancelled = super.cancel(mayInterrupt);
        if (isCancelled) {
            Attempt cut;
            synchronized (this) {
                cut = current;
            }
            if (cut != null) {
                cut.abort();
            }
            end();
        }
        return isCancelled;
    }

    private void end() {
        synchronized (this) {
            if (hasEnded) {
                return;
            }
            hasEnded = true;
        }
        onEnd.run();
    }

    private void fail(Throwable failure) {
        end(); // first, so that what follows the failure finds the room
        completeExceptionally(failure);
    }

    private void attempt() {
        try {
            if (++attempts > 1) {
                transport.counters().retried(S3Counters.Operation.of(request.operation()));
            }
            if (transport.isClosed()) {
                throw new S3Exception(Kind.CLOSED, false, "the client of the bucket is closed",
                        null);
            }
            Attempt next = new Attempt(transport, request, transport.keys(), transport.place(),
                    this::end);
            synchronized (this) {
                current = next;
            }
            if (isDone()) { // cancelled while it waited to be repeated
                return;
            }
            next.start(request.traits().expectContinue() && request.payload().length() > 0
                    && transport.isExpecting())
                    .whenComplete((response, failure) -> ended(next, response, failure));
            if (isCancelled()) { // not isDone(): the response may be here, and its body coming
                next.abort();
            }
        } catch (S3Exception | RuntimeException | Error e) {
            fail(e);
        }
    }

    private void ended(Attempt attempt, Reply response, Throwable failure) {
        try {
            if (isDone()) { // cancelled
                if (response != null && response.body().stream() != null) {
                    response.body().stream().discard();
                }
            } else if (failure != null) {
                failed(attempt, attempt.failure(failure), 0);
            } else {
                answered(attempt, response);
            }
        } catch (RuntimeException | Error e) {
            fail(e);
        }
    }

    private void answered(Attempt attempt, Reply response) {
        int status = response.status();
        ReplyBody body = response.body();
        HttpHeaders fields = response.fields();
        Xml root = body.bytes() == null || status / 100 == 2 && !mayHideError(body.bytes()) ? null
                : Xml.parse(body.bytes());
        boolean isError = root != null && root.name().equals("Error");
        String code = isError ? root.text("Code") : "";
        if (status / 100 == 2 ? isError : !request.isAnswer(status, code)) {
            // An error within a 200 is one of the server's, whatever its status says.
            S3Exception refusal = Replies.failure(request.operation(), isError && status == 200
                    ? 500 : status, fields, isError ? root : null, attempt.isUnsure(),
                    attempt.keys(), attempt.place().region(), transport.now());
            refused(attempt, refusal, fields, root);
        } else if (!Replies.isConflict(status, code) || !mayRepeat(attempt, false)
                || !repeat(0)) {
            complete(attempt, new S3Answer(status, fields, code, body.stream()), body);
        }
    }

    /** CompleteMultipartUpload says 200 first, and what came of it later. */
    private boolean mayHideError(byte[] bytes) {
        return request.traits().isLong() && bytes.length > 0;
    }

    private void complete(Attempt attempt, S3Answer answer, ReplyBody body) {
        T result;
        try {
            if (answer.isSuccess() && attempt.isPayloadLeft()) {
                throw new S3Exception(Kind.MALFORMED, false, request.operation()
                        + ": the engine answered " + answer.status() + " before the end of the"
                        + " payload", null);
            }
            if (body.isCut() && answer.isSuccess()) {
                throw new S3Exception(Kind.MALFORMED, attempt.isUnsure(), request.operation()
                        + ": the engine's response is longer than " + body.bytes().length
                        + " bytes", null);
            }
            result = reader.read(answer, body.bytes());
        } catch (S3Exception e) {
            fail(e);
            return;
        }
        if (body.stream() == null) {
            end();
        }
        if (!complete(result)) {
            answer.discard();
        }
    }

    private void refused(Attempt attempt, S3Exception refusal, HttpHeaders fields, Xml error) {
        S3Place place = attempt.place();
        if (refusal.kind() == Kind.WRONG_REGION && place.isAws() && !hasMoved
                && mayRepeat(attempt, false)) {
            hasMoved = true;
            transport.moveTo(place.in(Replies.region(fields, error))); // decision 306
            attempt();
        } else if (mayBeOfTheKeys(refusal) && !hasNewKeys && mayRepeat(attempt, false)
                && !transport.keys().equals(attempt.keys())) {
            hasNewKeys = true; // short-lived keys have been replaced meanwhile
            attempt();
        } else if (refusal.status() == 417 && mayRepeat(attempt, false)) {
            transport.stopExpecting();
            attempt();
        } else {
            failed(attempt, refusal, retryAfterMs(fields));
        }
    }

    /** The answer to a HEAD has no code. */
    private static boolean mayBeOfTheKeys(S3Exception refusal) {
        return refusal.kind() == Kind.WRONG_KEYS || refusal.code().isEmpty()
                && (refusal.status() == 400 || refusal.status() == 403);
    }

    private static long retryAfterMs(HttpHeaders fields) {
        try {
            long seconds = fields.firstValueAsLong("Retry-After").orElse(0);
            return TimeUnit.SECONDS.toMillis(Math.max(0, Math.min(seconds, MOST_RETRY_AFTER_S)));
        } catch (NumberFormatException e) { // a date, which no engine sends here
            return 0;
        }
    }

    private void failed(Attempt attempt, S3Exception failure, long leastDelayMs) {
        if (attempt.isContinueMissing()) {
            transport.stopExpecting();
        }
        if (!PASSING.contains(failure.kind()) || !mayRepeat(attempt, failure.mayBeDone())
                || !repeat(leastDelayMs)) {
            fail(failure);
        }
    }

    /**
     * Repeats the request after a while; false if there is no time left for that. The while is
     * random from nothing on, so that clients that were refused together don't come together again.
     */
    private boolean repeat(long leastDelayMs) {
        long mostMs = Math.min(MOST_DELAY_MS, FIRST_DELAY_MS << Math.min(attempts - 1, 16));
        long delayMs = leastDelayMs + ThreadLocalRandom.current().nextLong(mostMs + 1);
        long spentMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
        if (spentMs + delayMs > transport.settings().retryTimeout().toMillis()) {
            return false;
        }
        transport.later(this::attempt, delayMs);
        return true;
    }

    private boolean mayRepeat(Attempt attempt, boolean mayBeDone) {
        return attempts < transport.settings().maxAttempts()
                && (!mayBeDone || request.traits().isRepeatable())
                && (request.payload().isReplayable() || !attempt.isPayloadTaken());
    }
}
