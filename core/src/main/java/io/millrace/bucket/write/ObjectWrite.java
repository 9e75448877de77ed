package io.millrace.bucket.write;

import io.millrace.bucket.cache.EngineValidators;
import io.millrace.bucket.engine.BucketFaults;
import io.millrace.bucket.engine.BucketResponses;
import io.millrace.bucket.engine.EngineState;
import io.millrace.content.DigestAlgorithm;
import io.millrace.content.Validators;
import io.millrace.digest.BodyDigests;
import io.millrace.http.Headers;
import io.millrace.http.HttpDate;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.meta.ObjectFields;
import io.millrace.s3.S3Answer;
import io.millrace.s3.S3Exception;
import io.millrace.s3.S3Payload;
import io.millrace.s3.S3Put;
import io.millrace.tree.Key;
import io.millrace.tree.KeyResponses;
import io.millrace.tree.PutPreference;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * One object that a client wants to be written, whatever way its bytes take: what is sent to the
 * engine beside them, the condition under which it is, and what comes of it.
 *
 * <p>Threads: any, one at a time; what is promised is kept on a thread of the engine's client.
 */
public final class ObjectWrite {

    /** An engine that has left the client without a response gets no longer than this for looks. */
    private static final long LONGEST_LOOK_NS = TimeUnit.SECONDS.toNanos(10);

    private static final Response FAILED =
            KeyResponses.text(Status.PRECONDITION_FAILED, "precondition failed");
    private static final Response CHANGED = KeyResponses.text(Status.CONFLICT,
            "the object has changed while the new one came: use HEAD to see what it is now");
    private static final Response CONFLICT = BucketResponses.retry(1,
            "another request is changing the object, and this one has done nothing; retry later");
    private static final Response UNCLEAR = KeyResponses.text(Status.BAD_GATEWAY,
            "the engine's response means nothing here: use HEAD to see what the object is now");

    private final EngineState state;
    private final Key key;
    private final ObjectFields fields;
    private final BodyDigests digests;
    private final WriteMark mark;
    /** Whether the response is 200 whatever was there before. */
    private final boolean isOk;
    /** As the client has it. */
    private final WriteCondition wanted;
    /** As the engine gets it, once {@link #prepare} is done. */
    private WriteCondition condition;
    /** Whether there was an object before: null if that can't be known. Null until it is asked. */
    private CompletableFuture<Boolean> existed;
    /** What was sent in one request, if it is in memory; else null. */
    private S3Payload sent;

    /**
     * A write that nothing has been done for.
     *
     * @param request its method is PUT
     * @throws HttpException if the head means nothing, or asks for what can't be
     */
    public ObjectWrite(EngineState state, Key key, RequestHead request) throws HttpException {
        this(state, key, request, WriteMark.random(),
                new BodyDigests(request.headers(), true, false));
    }

    /**
     * A write that an earlier request, of this node or of another one, may have begun.
     *
     * @param request as above
     * @param mark that of the write
     * @throws HttpException as above
     */
    public ObjectWrite(EngineState state, Key key, RequestHead request, WriteMark mark)
            throws HttpException {
        // What has come by other requests has no digest here.
        this(state, key, request, mark, new BodyDigests(Headers.empty(), true, false));
    }

    private ObjectWrite(EngineState state, Key key, RequestHead request, WriteMark mark,
            BodyDigests digests) throws HttpException {
        this.state = state;
        this.key = key;
        this.mark = mark;
        fields = ObjectFields.of(request.headers());
        for (Map.Entry<String, String> field : fields.named().entrySet()) {
            checkAscii(field.getKey(), field.getValue());
        }
        this.digests = digests;
        wanted = WriteCondition.of(request);
        condition = wanted;
        isOk = state.rules().putStatus() == 200
                || PutPreference.isRepresentation(request.headers());
    }

    /** The JDK's client sends other characters as question marks, and engines sign ASCII only. */
    private static void checkAscii(String name, String value) throws HttpException {
        if (!value.chars().allMatch(c -> c >= ' ' && c < 0x7f || c == '\t')) {
            throw new HttpException(Status.BAD_REQUEST, name
                    + ": only ASCII is kept here: percent-encode other characters, as in"
                    + " filename*=UTF-8''name");
        }
    }

    /** What it shares with the store's other requests. */
    EngineState state() {
        return state;
    }

    /** The object's key. */
    Key key() {
        return key;
    }

    /** The digests of the body. */
    BodyDigests digests() {
        return digests;
    }

    /** What a log line calls the request. */
    String request() {
        return "PUT /" + key.sent();
    }

    /**
     * Why the object can't be written; null if it can.
     *
     * @param bytes what it will have at least
     * @param isParted whether its bytes may come in several parts
     */
    public Response refuse(long bytes, boolean isParted) {
        return bytes > state.rules().maxObjectBytes() ? KeyResponses.TOO_LARGE
                : wanted.refuse(state.holds(), isParted);
    }

    /**
     * Makes the condition one that an engine can decide.
     *
     * @return fails with an {@link HttpException} if the object isn't as the client wants it, or
     *     with what the engine has failed by
     */
    public CompletableFuture<Void> prepare() {
        if (!wanted.needsLook()) {
            return CompletableFuture.completedFuture(null);
        }
        return head().thenCompose(seen -> {
            try {
                condition = wanted.seen(validators(seen));
                return CompletableFuture.completedFuture(null);
            } catch (HttpException e) {
                return CompletableFuture.failedFuture(e);
            }
        });
    }

    private CompletableFuture<S3Answer> head() {
        return state.client().head(key.name(), Map.of());
    }

    /**
     * Finds out whether there is an object, if the response to the client depends on it. After
     * {@link #prepare}.
     *
     * @return completes when that is known, or can't be; never fails
     */
    public CompletableFuture<Boolean> look() {
        if (existed == null) {
            if (condition.isOfNew() || condition.isOfPresent()) {
                existed = CompletableFuture.completedFuture(condition.isOfPresent());
            } else if (isOk) {
                existed = CompletableFuture.completedFuture(null);
            } else {
                // decision 323: no PUT fails because nobody knows what to call its success.
                existed = head().handle((seen, failure) ->
                        failure != null ? null : seen.isSuccess());
            }
        }
        return existed;
    }

    /** Sends an object in one request. Cancelling the result ends it. */
    public CompletableFuture<S3Answer> put(S3Payload payload, boolean expectsContinue,
            BooleanSupplier canRepeat) {
        sent = payload.isReplayable() ? payload : null;
        changes();
        Supplier<CompletableFuture<S3Answer>> request = () -> state.client().put(
                new S3Put(key.name(), whole(), payload, expectsContinue));
        boolean hasChecksum = state.writes().takesChecksums()
                && digests.announced().containsKey(DigestAlgorithm.SHA_256);
        return EngineChange.of(request, failure -> {
            boolean refused = hasChecksum && failure instanceof S3Exception engine
                    && engine.kind() == S3Exception.Kind.NOT_SUPPORTED && canRepeat.getAsBoolean();
            if (!refused) {
                return null;
            }
            state.writes().refuseChecksums();
            return request;
        });
    }

    /** What is kept with the object besides its bytes. */
    public Map<String, String> described() {
        Map<String, String> all = new HashMap<>();
        // RFC 9110 s5.6.3: one is as good as the other, and no engine's signature is of a tab.
        fields.named().forEach((name, value) -> all.put(name, value.replace('\t', ' ')));
        all.put(WriteMark.FIELD, mark.text());
        digests.announced().forEach((algorithm, digest) ->
                all.put(WriteMark.digestField(algorithm), base64(digest)));
        return all;
    }

    private Map<String, String> whole() {
        Map<String, String> all = described();
        all.putAll(condition.fields());
        byte[] sha256 = digests.announced().get(DigestAlgorithm.SHA_256);
        if (sha256 != null && state.writes().takesChecksums()) {
            all.put("x-amz-checksum-sha256", base64(sha256));
        }
        return all;
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** The fields of the end of a multipart upload. */
    public Map<String, String> condition() {
        return condition.fields();
    }

    /** The object may change from now on, or has: what a cache holds of it is old. */
    public void changes() {
        state.cache().changed(key.name());
    }

    // What comes of it.

    /**
     * The response to what the engine has answered, or failed by.
     *
     * @param failure null if it has answered
     * @param hadAll whether the engine had all bytes, so that it may have stored them whatever
     *     happened then
     * @return never fails
     */
    public CompletableFuture<Response> response(S3Answer answer, Throwable failure,
            boolean hadAll) {
        if (failure == null) {
            return hadAll || !answer.isSuccess() ? of(answer) : unclear(answer);
        }
        Throwable cause = BucketFaults.cause(failure);
        if (!hadAll) {
            return CompletableFuture.completedFuture(
                    state.faults().answerUndone(request(), cause));
        }
        return cause instanceof S3Exception engine && engine.mayBeDone()
                ? new UnansweredWrite(this, engine, sent).response()
                : CompletableFuture.completedFuture(state.faults().answer(request(), cause));
    }

    /** The response where not even that could be made, for want of memory say. */
    Response failed(Throwable failure) {
        return state.faults().answer(request(), failure);
    }

    private CompletableFuture<Response> of(S3Answer answer) {
        if (answer.isSuccess()) {
            // Ceph gives the end of a multipart upload an empty one: what is there now may have
            // become another's, whose entity tag is none of this write's.
            return answer.etag() != null
                    ? CompletableFuture.completedFuture(stored(answer.etag()))
                    : found().thenApply(own -> stored(own == null ? null : own.etag()));
        }
        return switch (answer.status()) {
            case 412 -> condition.isNone() ? unclear(answer) : refused();
            // AWS says so to If-Match where there is no object; else it is the bucket that is gone.
            case 404 -> condition.isOfPresent() ? refused() : unclear(answer);
            case 409 -> CompletableFuture.completedFuture(CONFLICT); // decision 326
            default -> unclear(answer);
        };
    }

    private CompletableFuture<Response> unclear(S3Answer answer) {
        state.faults().log("unclear " + answer.status(), request()
                + " failed: the engine has answered " + answer.status()
                + ", which means nothing here: see whether the bucket is there");
        return CompletableFuture.completedFuture(UNCLEAR);
    }

    /** The response where the object has been stored. */
    Response stored(String etag) {
        changes();
        Boolean replaced = existed == null ? null : existed.getNow(null);
        Response answer = isOk || replaced == null ? KeyResponses.OK
                : replaced ? KeyResponses.NO_CONTENT
                : KeyResponses.CREATED.with("Location", "/" + key.sent());
        answer = EngineValidators.of(etag, HttpDate.NONE).on(answer);
        return digests.wanted() == null ? answer
                : answer.with("Repr-Digest", digests.wanted().field(digests.digest()));
    }

    /** The response where the condition that the engine got didn't hold. */
    CompletableFuture<Response> refused() {
        changes(); // another node's, perhaps: who asks what is there now has to see it
        if (!wanted.needsLook()) {
            return CompletableFuture.completedFuture(FAILED);
        }
        return head().handle((seen, failure) -> {
            if (failure != null) {
                return CHANGED;
            }
            try {
                wanted.refuse(validators(seen));
                return CHANGED;
            } catch (HttpException e) {
                return e.response();
            }
        });
    }

    /** Whether the object that was looked at is from this write. */
    boolean hasMade(S3Answer seen) {
        return mark.isOf(seen);
    }

    /** Whether the condition that the engine got holds of the object that was looked at. */
    boolean holdsOf(S3Answer seen) {
        return condition.holdsOf(validators(seen));
    }

    /** From now on the object has to be what a look has seen; false if that can't be held. */
    boolean pin(S3Answer seen) {
        WriteCondition pinned = condition.pinned(validators(seen), state.holds());
        condition = pinned == null ? condition : pinned;
        return pinned != null;
    }

    private static Validators validators(S3Answer seen) {
        return seen.isSuccess() ? EngineValidators.of(seen) : null;
    }

    /**
     * The response to a change that has surely not been made, whatever it has failed by: 412 if its
     * condition doesn't hold now.
     *
     * @return never fails
     */
    CompletableFuture<Response> undone(Throwable failure) {
        CompletableFuture<Boolean> refuses = condition.isNone()
                ? CompletableFuture.completedFuture(false)
                : head().handle((seen, unseen) ->
                        unseen == null && !condition.holdsOf(validators(seen)));
        return refuses.thenCompose(isFalse -> isFalse ? refused()
                : CompletableFuture.completedFuture(
                        state.faults().answerUndone(request(), failure)));
    }

    /**
     * Looks whether this write has made the object that is there.
     *
     * @return what is there; null if it is another's or nothing, or if that can't be known. Never
     *     fails
     */
    public CompletableFuture<S3Answer> found() {
        return lookForIt().handle((seen, failure) ->
                failure == null && mark.isOf(seen) ? seen : null);
    }

    /** Looks at the object, retries included, for no longer than the engine has for a response. */
    CompletableFuture<S3Answer> lookForIt() {
        CompletableFuture<S3Answer> look = head();
        try {
            Future<?> end = state.timer().after(
                    Math.min(LONGEST_LOOK_NS, state.client().answerTimeout().toNanos()),
                    () -> look.cancel(true));
            look.whenComplete((seen, failure) -> end.cancel(false));
        } catch (RejectedExecutionException e) { // the store is closed
            look.cancel(true);
        }
        return look;
    }
}
