package io.millrace.store;

import io.millrace.digest.BodyDigests;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.meta.MetaStore;
import io.millrace.meta.ObjectFields;
import io.millrace.meta.ObjectMeta;
import io.millrace.meta.StagedMeta;
import io.millrace.space.Part;
import io.millrace.tree.Entry;
import io.millrace.tree.FileAccess;
import io.millrace.tree.Key;
import io.millrace.tree.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;

/**
 * What follows the last byte of an upload, however its bytes have come: the digests are compared,
 * what is kept beside the bytes is written, all is forced to the device as the durability says, and
 * a {@link Commit} follows.
 *
 * <p>Threads: one at a time, the worker or one of the store's.
 */
final class UploadEnd {

    private final StoreState state;
    private final Durability durability;
    private final Key key;
    /** What is around the body; null if that is the whole object. */
    private final PartialPut partial;
    private final Commit commit;
    /** What the request says of its object. */
    private final ObjectFields fields;
    private final BodyDigests digests;
    /** What is to be kept beside the bytes; null if there is nothing. */
    private StagedMeta meta;

    /**
     * The end of an upload.
     *
     * @param request its method is PUT
     * @param partial what is around the body; null if that is the whole object
     * @param bodyBytes bytes that the body has to have; negative if it may have any
     * @throws HttpException if the head means nothing, or names what can't be
     */
    UploadEnd(StoreState state, Durability durability, Key key, RequestHead request,
            PartialPut partial, long bodyBytes) throws HttpException {
        state.folder().file(key); // a name that can't be is refused before the body comes
        this.state = state;
        this.durability = durability;
        this.key = key;
        this.partial = partial;
        this.commit = new Commit(state, durability, key, request, partial, bodyBytes);
        this.fields = ObjectFields.of(request.headers());
        this.digests = new BodyDigests(request.headers(), partial == null,
                state.options().keepDigests());
    }

    /** The digests of the body. */
    BodyDigests digests() {
        return digests;
    }

    /** Whether the object that is there decides if anything is stored. */
    boolean isConditional() {
        return commit.isConditional();
    }

    /**
     * Why the body is not even wanted; null if it is.
     *
     * @param leastBytes what the object will have at least
     * @param roomBytes how many bytes have no room of the quota yet; negative if all have
     * @param looks whether the object that is there is looked at
     */
    Response refuse(long leastBytes, long roomBytes, boolean looks)
            throws HttpException, IOException {
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
        Response refused = looks ? commit.refuseAtALook() : null;
        // A length takes no room; one that there is none for need not come.
        return refused == null && roomBytes >= 0 && !state.quota().fits(roomBytes)
                ? state.eviction().noRoom(leastBytes) : refused;
    }

    /**
     * Sees all bytes off to the device as the durability says, or at least to the system.
     *
     * @param part has all bytes of the body; closed after this
     * @return the refusal; null if {@link #store} may follow
     */
    Response settle(Part part) throws HttpException, IOException {
        Response refused = digests.refuse();
        if (refused == null && partial != null) {
            refused = fill(part);
        }
        if (refused == null) {
            writeMeta(part);
            if (durability != Durability.NONE) {
                part.force();
            } else if (commit.replaces()) {
                part.startWriting(); // outside of the key's lock; commit sees to it in any case
            }
            part.close();
        }
        return refused;
    }

    /**
     * Stores the object.
     *
     * @param part that has been settled
     * @return the response, whether it has been stored or not; {@link #stored} tells
     */
    Response store(Part part) throws HttpException, IOException {
        return commit.store(part, meta, digests);
    }

    /** Whether anything has been written that belongs to the bytes. */
    boolean hasMeta() {
        return meta != null;
    }

    /** The version that has been stored; null if none has. */
    Version stored() {
        return commit.stored();
    }

    /** Leaves no trace of what was to be kept beside the bytes. Called in any case, last. */
    void discard() {
        if (meta != null) {
            meta.discard();
        }
    }

    private Response fill(Part part) throws HttpException, IOException {
        try (Entry entry = state.folder().entry(key)) {
            return partial.fill(entry, part, state);
        }
    }

    /**
     * Before the bytes are forced to the device, so that this is forced with them. What replaces a
     * part of an object leaves the fields that it doesn't have: without the coding, the rest of the
     * bytes could not be read.
     */
    private void writeMeta(Part part) throws HttpException, IOException {
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

    /** The response to a failure of the file system, which is logged. */
    Response failed(IOException e) {
        return state.options().contract().failure(
                state.folder().faults().answer(commit.request(), e));
    }
}
