package io.millrace.bucket;

import io.millrace.bucket.cache.BucketCache;
import io.millrace.bucket.cache.CachedCopy;
import io.millrace.bucket.cache.EngineBody;
import io.millrace.bucket.cache.ObjectHead;
import io.millrace.bucket.cache.SharedReads;
import io.millrace.bucket.engine.BucketBuffers;
import io.millrace.bucket.engine.BucketFaults;
import io.millrace.bucket.engine.BucketResponses;
import io.millrace.bucket.engine.BucketWrites;
import io.millrace.content.ByteRange;
import io.millrace.content.ContentResponse;
import io.millrace.content.DigestAlgorithm;
import io.millrace.content.Digests;
import io.millrace.content.Preconditions;
import io.millrace.http.Body;
import io.millrace.http.Headers;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.listing.AcceptedFormat;
import io.millrace.s3.S3Answer;
import io.millrace.s3.S3ListQuery;
import io.millrace.tree.Key;
import io.millrace.tree.KeyResponses;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

/**
 * One GET or HEAD of an object: from memory, by one request to the engine, or by a look at the
 * object and then one for what the look has shown.
 *
 * <p>What the engine makes of the client's conditions and range is checked against what it says of
 * the object, so that the response is right where the engine ignores a field.
 *
 * <p>Threads: the worker, then those of the engine's client, one after the other.
 */
final class BucketRead { // decision 330

    /** How often an object may be replaced between the look and the read. */
    private static final int MAX_LOOKS = 3;
    /** What is held of an object that is longer than that: by the JDK's client, and sent. */
    static final int ROOM_BYTES = 128 * 1024; // decision 337
    /** Of which this much isn't the object's. */
    private static final int REQUEST_BYTES = 32 * 1024;
    private static final Response NO_ROOM = BucketResponses.retry(1,
            "the memory for bodies on their way from the engine is used up; retry later");
    private static final Response FAILED =
            KeyResponses.text(Status.PRECONDITION_FAILED, "precondition failed");
    /** Asks AWS, and some others, for the checksums that they keep. */
    private static final Map<String, String> WITH_CHECKSUMS =
            Map.of("x-amz-checksum-mode", "ENABLED");

    private final BucketState state;
    private final Key key;
    private final RequestHead request;
    private final Headers headers;
    private final boolean isHead;
    private final Preconditions preconditions;
    private final DigestAlgorithm repr;
    private final DigestAlgorithm content;
    private final EngineAsk engine = new EngineAsk();
    /** Null if none is taken, or if a body has it and gives it back. */
    private BucketBuffers.Room room;

    /** @throws HttpException 400 if a condition is malformed */
    BucketRead(BucketState state, Key key, RequestHead request) throws HttpException {
        this.state = state;
        this.key = key;
        this.request = request;
        this.headers = request.headers();
        this.isHead = request.method().equals("HEAD");
        this.preconditions = Preconditions.of(request);
        this.repr = Digests.wanted(headers, "Want-Repr-Digest");
        this.content = Digests.wanted(headers, "Want-Content-Digest");
    }

    /** The response, which is made later unless the object is in memory. */
    Response answer() {
        CachedCopy copy = state.cache().fresh(key.name());
        if (copy != null) {
            return answer(copy);
        }
        String line = request.method() + ' ' + request.path();
        request.whenGone(engine::cancel);
        return Response.later(read().exceptionally(
                failure -> state.faults().answer(line, failure)));
    }

    private CompletableFuture<Response> read() {
        CompletableFuture<SharedReads.Found> shared = shared();
        return shared == null ? readAlone() : shared.thenCompose(found -> {
            if (found.copy() != null) {
                return CompletableFuture.completedFuture(answer(found.copy()));
            }
            return found.isLarge() ? readAlone() : notFound();
        });
    }

    /** What is or will be in memory; null if this object is to be read for this client alone. */
    private CompletableFuture<SharedReads.Found> shared() {
        BucketCache cache = state.cache();
        boolean wanted = !isHead && cache.isWanted(key.name())
                && (!headers.contains("Range") || cache.find(key.name()) != null);
        return wanted ? state.reads().read(key.name()) : null;
    }

    private CompletableFuture<Response> readAlone() {
        if (isHead) {
            return look(MAX_LOOKS);
        }
        BucketBuffers rooms = state.readRoom();
        BucketBuffers.Room taken = rooms.tryTake(ROOM_BYTES);
        CompletableFuture<BucketBuffers.Room> promised = taken != null
                ? CompletableFuture.completedFuture(taken)
                : engine.ask(() -> rooms.take(ROOM_BYTES, BucketWrites.ROOM_WAIT));
        return promised.handle((granted, failure) -> granted != null ? readIn(granted)
                : BucketFaults.cause(failure) instanceof TimeoutException
                        ? CompletableFuture.completedFuture(NO_ROOM)
                        : CompletableFuture.<Response>failedFuture(failure))
                .thenCompose(answer -> answer);
    }

    private CompletableFuture<Response> readIn(BucketBuffers.Room granted) {
        room = granted;
        CompletableFuture<Response> answer;
        try {
            PassedFields passed = PassedFields.of(headers);
            answer = passed == null ? look(MAX_LOOKS) : read(passed);
        } catch (RuntimeException | Error e) {
            answer = CompletableFuture.failedFuture(e);
        }
        return answer.whenComplete((response, failure) -> {
            if (room != null) {
                room.close();
            }
        });
    }

    /** Leaves the room, as much as an object of this size needs, to its body. */
    private void leaveRoom(EngineBody body) {
        BucketBuffers.Room left = room;
        room = null;
        left.shrink(Math.max(0, ROOM_BYTES - REQUEST_BYTES - body.length()));
        body.whenClosed(left::close);
    }

    // One request.

    private CompletableFuture<Response> read(PassedFields passed) {
        Map<String, String> fields = new HashMap<>(passed.fields());
        if (wantsDigest()) {
            fields.putAll(WITH_CHECKSUMS);
        }
        return engine.ask(() -> state.client().get(key.name(), fields))
                .thenCompose(answer -> answered(passed, answer));
    }

    private CompletableFuture<Response> answered(PassedFields passed, S3Answer answer) {
        switch (answer.status()) {
            case 200, 206:
                return send(answer);
            case 404:
                return notFound();
            case 412:
                if (passed.hasCondition()) {
                    return CompletableFuture.completedFuture(FAILED);
                }
                return passed.isIfRange() ? read(PassedFields.NONE) : look(MAX_LOOKS);
            default:
                return look(MAX_LOOKS); // 416, which few engines tell the length with
        }
    }

    private CompletableFuture<Response> send(S3Answer answer) {
        ObjectHead head;
        try {
            head = ObjectHead.of(answer);
        } catch (HttpException e) {
            answer.discard();
            return CompletableFuture.failedFuture(e);
        }
        state.cache().saw(key.name(), head.sizeBytes());
        Response refusal = refuse(head);
        if (refusal != null) { // by a condition that the engine has ignored
            answer.discard();
            return CompletableFuture.completedFuture(refusal);
        }
        EngineBody body = new EngineBody(state.client(), key.name(), head);
        boolean isPart = answer.status() == 206;
        Response response = finish(head, body, isPart);
        List<ByteRange> ranges = isPart ? ranges(response, head) : null;
        if (ranges != null && ranges.get(0).first() != head.first()
                || isPart && ranges == null) {
            answer.discard(); // other bytes than were asked for
            response.discard();
            return look(MAX_LOOKS);
        }
        if (ranges != null) {
            body.ranges(ranges);
        }
        leaveRoom(body);
        body.begin(answer, head.first());
        return CompletableFuture.completedFuture(response);
    }

    // A look, and a request for what it has shown.

    private CompletableFuture<Response> look(int left) {
        if (left == 0) {
            return CompletableFuture.completedFuture(BucketResponses.CHANGING);
        }
        return engine.ask(() -> state.client().head(key.name(),
                wantsDigest() ? WITH_CHECKSUMS : Map.of()))
                .thenCompose(answer -> looked(left, answer));
    }

    private CompletableFuture<Response> looked(int left, S3Answer answer) {
        if (answer.status() == 404) {
            return notFound();
        }
        if (!answer.isSuccess()) {
            return CompletableFuture.failedFuture(
                    new IOException("unexpected status of the engine: " + answer.status()));
        }
        ObjectHead head;
        try {
            head = ObjectHead.of(answer);
        } catch (HttpException e) {
            return CompletableFuture.failedFuture(e);
        }
        Response refusal = refuse(head);
        if (refusal != null) {
            return CompletableFuture.completedFuture(refusal);
        }
        if (isHead) {
            return CompletableFuture.completedFuture(
                    finish(head, Body.absent(head.sizeBytes()), false));
        }
        EngineBody body = new EngineBody(state.client(), key.name(), head);
        Response response = finish(head, body, true);
        if (response.status().code() == 206) {
            body.ranges(ranges(response, head));
        }
        if (response.status().code() == 416 || head.sizeBytes() == 0) {
            return CompletableFuture.completedFuture(response);
        }
        return engine.ask(body::askForFirst).thenCompose(first -> {
            if (body.beginIfSame(first)) {
                leaveRoom(body);
                return CompletableFuture.completedFuture(response);
            }
            first.discard(); // replaced meanwhile
            return look(left - 1);
        });
    }

    // What both have in common.

    private boolean wantsDigest() {
        return repr != null || content != null;
    }

    private Response answer(CachedCopy copy) {
        Response refusal = refuse(copy.head());
        return refusal != null ? refusal : finish(copy.head().with(copy.bytes(), repr, content),
                Body.of(copy.bytes()), true);
    }

    private Response refuse(ObjectHead head) {
        Response refusal = preconditions.refuseRead(head.validators());
        return refusal == null || refusal.status().code() != Status.NOT_MODIFIED.code()
                ? refusal : head.fields().onNotModified(refusal);
    }

    /** @param hasRanges whether the body can be read from any position */
    private Response finish(ObjectHead head, Body body, boolean hasRanges) {
        Response whole = state.pages().on(head.response(key)).with(body);
        Response response = hasRanges && headers.contains("Range")
                ? ContentResponse.ranges(request, whole, head.validators()) : whole;
        if (response.status().code() == Status.RANGE_NOT_SATISFIABLE.code()) {
            return response;
        }
        if (repr != null && head.digests().containsKey(repr)) {
            response = response.with("Repr-Digest", repr.field(head.digests().get(repr)));
        }
        if (content != null && response.status().code() == Status.OK.code()
                && head.digests().containsKey(content)) {
            response = response.with("Content-Digest",
                    content.field(head.digests().get(content)));
        }
        return response;
    }

    /** The ranges of a response with some; null if it has none. */
    private List<ByteRange> ranges(Response response, ObjectHead head) {
        return response.status().code() != Status.PARTIAL_CONTENT.code() ? null
                : ByteRange.parse(String.join(", ", headers.all("Range")), head.sizeBytes());
    }

    /** 404, or for a person in a browser, who has left out the slash, the way to the folder. */
    private CompletableFuture<Response> notFound() { // decision 335
        String folder = key.name() + '/';
        boolean hasRoom = folder.getBytes(StandardCharsets.UTF_8).length
                < state.options().keyLimits().maxBytes();
        if (state.options().noListing() || !hasRoom || !AcceptedFormat.of(headers).isPage()) {
            return CompletableFuture.completedFuture(KeyResponses.NOT_FOUND);
        }
        return engine.ask(() -> state.client().list(S3ListQuery.of(folder).atMost(1)))
                .thenApply(page -> page.objects().isEmpty() ? KeyResponses.NOT_FOUND
                        : KeyResponses.elsewhere(
                                BucketRequests.withQuery('/' + key.sent() + '/', request)));
    }
}
