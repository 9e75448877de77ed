package io.millrace.store;

import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.RequestNotes;
import io.millrace.http.Response;
import io.millrace.space.MeteredSink;
import io.millrace.space.Part;
import io.millrace.space.RefusedException;
import io.millrace.tree.Key;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;

/**
 * One PUT: its bytes go to a {@link Part}, which takes the object's place by an {@link UploadEnd}
 * when it is whole.
 *
 * <p>Threads: the worker; if something is forced to the device or copied, or the body is large, the
 * end of it is one of the store's.
 */
final class Upload implements Exchange {

    /**
     * A body that long is worth a look at what has its name before it comes. What the look costs
     * shows in StoreLoopbackBenchmark's PUT.
     */
    private static final int LONG_BODY_BYTES = 64 * 1024;

    /**
     * An object that large takes another's place in milliseconds, as the file system begins to
     * write it and frees what the other one had. One of the store's threads does that, so that the
     * worker's other connections needn't wait.
     */
    private static final int LARGE_BODY_BYTES = 8 << 20; // decision 475

    private final StoreState state;
    private final Durability durability;
    private final Key key;
    private final RequestNotes notes;
    private final UploadEnd end;
    private final Part part;
    /** Bytes that the body has to have; {@link RequestHead#UNKNOWN_LENGTH} if it may have any. */
    private final long bodyBytes;
    /** What is around the body; null if that is the whole object. */
    private final PartialPut partial;
    /** Whether this is counted among the changes that are under way. */
    private boolean isCounted;
    /** Whether eviction was told that the object around the body is in use. */
    private boolean reads;
    /** Why there is no sink; null as long as nothing speaks against it. */
    private Response refusal;

    /** @param partial what is around the body; null if that is the whole object */
    Upload(StoreState state, Durability durability, Key key, RequestHead request,
            PartialPut partial) throws HttpException {
        this.state = state;
        this.durability = durability;
        this.key = key;
        this.notes = request.notes();
        this.partial = partial;
        this.bodyBytes = request.bodyLength();
        long partBytes = partial == null ? bodyBytes : RequestHead.UNKNOWN_LENGTH;
        this.end = new UploadEnd(state, durability, key, request, partial, partBytes);
        this.part = new Part(state.folder(), state.quota(), state.preallocation(), partBytes);
    }

    /** Why the body is not even wanted; null if it is, and then this has to come to its end. */
    Response begin() throws HttpException, IOException {
        Response refused = refuse();
        if (refused != null) {
            return refused;
        }
        isCounted = state.changes().begin();
        return isCounted ? null : Responses.HANDED_OVER;
    }

    private Response refuse() throws HttpException, IOException {
        long leastBytes = partial == null ? Math.max(0, bodyBytes) : partial.endBytes();
        return end.refuse(leastBytes, leastBytes, isLookWorthwhile());
    }

    /**
     * Whether the object should be looked at before the body comes. The look that counts is that
     * of {@link UploadEnd#store}; a short body that nothing else depends on comes with its head,
     * and is not worth another.
     */
    private boolean isLookWorthwhile() {
        boolean isShort = bodyBytes >= 0 && bodyBytes < LONG_BODY_BYTES;
        return !isShort || end.isConditional() || partial != null;
    }

    @Override
    public WritableByteChannel sink() throws IOException {
        WritableByteChannel target = null;
        try {
            target = open();
        } catch (IOException e) {
            refusal = end.failed(e);
            return null;
        } finally {
            if (target == null) {
                discard(); // an exchange whose sink has failed is not abandoned
            }
        }
        if (partial != null) {
            return target == null ? null
                    : new MeteredSink(target, bytes -> admit(partial.position(bytes)));
        }
        boolean metered = state.quota().isLimited()
                || bodyBytes < 0 && state.options().maxObjectBytes() < Long.MAX_VALUE;
        return metered ? new MeteredSink(target, this::admit) : target;
    }

    /** The staging file, open for the body; null if a part of an object has no way in. */
    private WritableByteChannel open() throws IOException {
        if (partial != null) {
            state.eviction().readingBegins(key);
            reads = true;
        }
        WritableByteChannel file = part.open();
        WritableByteChannel place = partial == null ? file : partial.over(file);
        if (place == null) {
            refusal = Responses.PART_OF_PUT;
            return null;
        }
        return end.digests().over(place);
    }

    /** Takes room for a file that has so many bytes by now. */
    private void admit(long bytes) throws RefusedException {
        if (bytes > state.options().maxObjectBytes()) {
            throw new RefusedException(Responses.TOO_LARGE);
        }
        if (!part.take(bytes)) {
            throw new RefusedException(state.eviction().noRoom(bytes));
        }
    }

    @Override
    public void onProgress(long receivedBytes) {
        part.received(receivedBytes);
    }

    @Override
    public Response complete() throws HttpException, IOException {
        if (refusal != null) {
            return refusal;
        }
        boolean waits = durability != Durability.NONE || partial != null;
        if (!waits && bodyBytes < LARGE_BODY_BYTES) {
            return store();
        }
        Response later = later();
        if (later != null) {
            return later;
        }
        if (waits) {
            discard();
            return Responses.BUSY;
        }
        return store();
    }

    /** The response of one of the store's threads; null if too many wait for these already. */
    private Response later() {
        boolean isAsked = false;
        try {
            Response later = state.executor().later(notes, this::store, this::discard);
            isAsked = true;
            return later;
        } finally {
            if (!isAsked) {
                discard(); // there can't be another thread
            }
        }
    }

    private Response store() throws HttpException {
        try {
            if (!part.isOpen()) {
                open(); // an empty body has no sink
            }
            Response refused = end.settle(part);
            return refused != null ? refused : end.store(part);
        } catch (IOException e) {
            return end.failed(e);
        } finally {
            discard();
        }
    }

    /** Leaves no trace, unless the object has been stored. */
    private void discard() {
        part.discard();
        end.discard();
        if (reads) {
            reads = false;
            state.eviction().readingEnds(key);
        }
        if (isCounted) {
            isCounted = false;
            state.changes().end();
        }
    }

    @Override
    public Response abandon(Abandonment why, Throwable cause) {
        discard();
        if (cause instanceof RefusedException refused) {
            return refused.response();
        }
        return why == Abandonment.SINK_FAILED && cause instanceof IOException e
                ? end.failed(e) : null;
    }
}
