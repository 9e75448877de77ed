package io.millrace.store;

import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.RequestNotes;
import io.millrace.http.Response;
import io.millrace.meta.MetaStore;
import io.millrace.meta.ObjectFields;
import io.millrace.meta.ObjectMeta;
import io.millrace.meta.StagedMeta;
import io.millrace.space.MeteredSink;
import io.millrace.space.Part;
import io.millrace.space.RefusedException;
import io.millrace.tree.Entry;
import io.millrace.tree.FileAccess;
import io.millrace.tree.Key;
import io.millrace.tree.Version;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;

/**
 * One PUT: its bytes go to a {@link Part}, which takes the object's place by a {@link Commit} when
 * it is whole.
 *
 * <p>Threads: the worker; if something is forced to the device or copied, the end of it is one of
 * the store's.
 */
final class Upload implements Exchange {

    /**
     * A body that long is worth a look at what has its name before it comes. What the look costs
     * shows in StoreLoopbackBenchmark's PUT.
     */
    private static final int LONG_BODY_BYTES = 64 * 1024;

    private final StoreState state;
    private final Durability durability;
    private final Key key;
    private final RequestNotes notes;
    private final Commit commit;
    /** What the request says of its object. */
    private final ObjectFields fields;
    private final BodyDigests digests;
    private final Part part;
    /** Bytes that the body has to have; {@link RequestHead#UNKNOWN_LENGTH} if it may have any. */
    private final long bodyBytes;
    /** What is to be kept beside the bytes; null if there is nothing. */
    private StagedMeta meta;
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
        state.folder().file(key); // a name that can't be is refused before the body comes
        this.state = state;
        this.durability = durability;
        this.key = key;
        this.notes = request.notes();
        this.partial = partial;
        this.commit = new Commit(state, durability, key, request, partial);
        this.fields = ObjectFields.of(request.headers());
        this.digests = new BodyDigests(request.headers(), partial == null,
                state.options().keepDigests());
        this.bodyBytes = request.bodyLength();
        this.part = new Part(state.folder(), state.quota(), state.preallocation(),
                partial == null ? bodyBytes : RequestHead.UNKNOWN_LENGTH);
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
        if (leastBytes > state.options().maxObjectBytes()) {
            return Responses.TOO_LARGE;
        }
        // Nothing would tell the next reader how to read it.
        if (fields.isCoded() && !state.meta().keeps()) {
            return Responses.CODED_PUT;
        }
        if (!state.quota().isKnown()) {
            return Responses.UNCOUNTED;
        }
        Response refused = isLookWorthwhile() ? commit.refuseAtALook() : null;
        // A length takes no room; one that there is none for need not come.
        return refused == null && !state.quota().fits(leastBytes)
                ? state.eviction().noRoom(leastBytes) : refused;
    }

    /**
     * Whether the object should be looked at before the body comes. The look that counts is that
     * of {@link Commit#store}; a short body that nothing else depends on comes with its head, and
     * is not worth another.
     */
    private boolean isLookWorthwhile() {
        boolean isShort = bodyBytes >= 0 && bodyBytes < LONG_BODY_BYTES;
        return !isShort || commit.isConditional() || partial != null;
    }

    @Override
    public WritableByteChannel sink() throws IOException {
        WritableByteChannel target = null;
        try {
            target = open();
        } catch (IOException e) {
            refusal = failed(e);
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
        return digests.over(place);
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
        if (durability == Durability.NONE && partial == null) {
            return store();
        }
        Response later = null;
        try {
            later = state.executor().later(notes, this::store, this::discard);
        } finally {
            if (later == null) {
                discard(); // too many wait, or there can't be another thread
            }
        }
        return later == null ? Responses.BUSY : later;
    }

    private Response store() throws HttpException, IOException {
        Response answer;
        try {
            if (!part.isOpen()) {
                open(); // an empty body has no sink
            }
            answer = digests.refuse();
            if (answer == null && partial != null) {
                answer = fill();
            }
            if (answer == null) {
                answer = settleBytes();
            }
            if (answer == null) {
                answer = commit.store(part, meta, digests);
            }
        } catch (IOException e) {
            answer = failed(e);
        } finally {
            discard();
        }
        return answer;
    }

    /** Leaves no trace, unless the object has been stored. */
    private void discard() {
        part.discard();
        if (meta != null) {
            meta.discard();
        }
        if (reads) {
            reads = false;
            state.eviction().readingEnds(key);
        }
        if (isCounted) {
            isCounted = false;
            state.changes().end();
        }
    }

    private Response fill() throws HttpException, IOException {
        try (Entry entry = state.folder().entry(key)) {
            return partial.fill(entry, part, state);
        }
    }

    /** Sees the bytes off to the device, or at least the system; an error if it fails. */
    private Response settleBytes() throws HttpException {
        try {
            writeMeta();
            if (durability != Durability.NONE) {
                part.force();
            } else if (commit.replaces()) {
                part.startWriting(); // outside of the key's lock; commit sees to it in any case
            }
            part.close();
            return null;
        } catch (IOException e) {
            return failed(e);
        }
    }

    /**
     * Before the bytes are forced to the device, so that this is forced with them. What replaces a
     * part of an object leaves the fields that it doesn't have: without the coding, the rest of the
     * bytes could not be read.
     */
    private void writeMeta() throws HttpException, IOException {
        ObjectFields kept = fields;
        if (partial != null && partial.base() != null) {
            Version base = partial.base();
            kept = fields.orElse(state.meta().read(state.folder().file(key), key.name(),
                    base.sizeBytes(), base.modifiedNs()).fields());
        }
        meta = state.meta().stage(part.path(), new ObjectMeta(kept, digests.toKeep()));
        if (meta != null) {
            BasicFileAttributes written = FileAccess.attributes(part.path());
            if (written == null) {
                throw new NoSuchFileException(part.path().toString());
            }
            long timeNs = Version.modifiedNs(written);
            if (!kept.isEmpty() && !MetaStore.mayHaveFields(timeNs)) {
                timeNs -= Math.floorMod(timeNs, MetaStore.UNIT_NS);
                Files.setLastModifiedTime(part.path(),
                        FileTime.from(timeNs, TimeUnit.NANOSECONDS));
            }
            meta.write(written.size(), timeNs, durability != Durability.NONE);
        }
    }

    @Override
    public Response abandon(Abandonment why, Throwable cause) {
        discard();
        if (cause instanceof RefusedException refused) {
            return refused.response();
        }
        return why == Abandonment.SINK_FAILED && cause instanceof IOException e
                ? failed(e) : null;
    }

    private Response failed(IOException e) {
        return state.options().contract().failure(
                state.folder().faults().answer(commit.request(), e));
    }
}
