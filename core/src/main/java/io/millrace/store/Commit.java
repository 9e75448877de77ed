package io.millrace.store;

import io.millrace.content.DigestAlgorithm;
import io.millrace.content.Preconditions;
import io.millrace.digest.BodyDigests;
import io.millrace.http.HttpDate;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.meta.MetaStore;
import io.millrace.meta.StagedMeta;
import io.millrace.space.Part;
import io.millrace.tree.Entry;
import io.millrace.tree.FileErrors;
import io.millrace.tree.Folder;
import io.millrace.tree.Forcing;
import io.millrace.tree.Key;
import io.millrace.tree.KeyLock;
import io.millrace.tree.Version;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * The end of one PUT: the part that has all of its bytes takes the object's place, if the request's
 * conditions allow it at that moment.
 *
 * <p>Threads: one at a time, the worker or, if something is forced to the device or the object
 * is large, one of the store's.
 */
final class Commit {

    /** How often a folder may be removed just before its object is moved there. */
    private static final int MAX_ATTEMPTS = 8;

    private final StoreState state;
    private final Durability durability;
    private final Key key;
    private final Preconditions preconditions;
    /** Whether the response to a stored object is 200, be it new or not. */
    private final boolean isOk;
    /** Bytes that the part has to have; {@link RequestHead#UNKNOWN_LENGTH} if it may have any. */
    private final long bodyBytes;
    /** Null if the body is the whole object. */
    private final PartialPut partial;
    /** When the object was changed, as the client says; {@link HttpDate#NONE} if it doesn't. */
    private final long namedSecond;
    /** Whether there was an object to replace, as far as was known at the last look. */
    private boolean replaces;
    /** The version that the part has become; null as long as it hasn't. */
    private Version stored;
    /** Whether that is the first one. */
    private boolean created;

    /**
     * The end of a PUT.
     *
     * @param bodyBytes bytes that the part has to have; negative if it may have any
     */
    Commit(StoreState state, Durability durability, Key key, RequestHead request,
            PartialPut partial, long bodyBytes) throws HttpException {
        this.state = state;
        this.durability = durability;
        this.key = key;
        this.preconditions = Preconditions.of(request);
        this.isOk = PutStatus.isOk(state.options(), request.headers());
        this.bodyBytes = bodyBytes;
        this.partial = partial;
        this.namedSecond = state.options().keepTimes()
                ? NamedTime.second(request.headers()) : HttpDate.NONE;
    }

    /** Whether the object that is there decides if anything is stored. */
    boolean isConditional() {
        return !preconditions.isEmpty() || state.options().noOverwrite();
    }

    /** Whether a look has found an object to replace. */
    boolean replaces() {
        return replaces;
    }

    /** The version that has been stored; null if none has. */
    Version stored() {
        return stored;
    }

    /** What a log line calls the request. */
    String request() {
        return "PUT /" + key.sent();
    }

    /** Why nothing can be stored as things are; null if it can. {@link #store} looks again. */
    Response refuseAtALook() throws HttpException, IOException {
        Response refused;
        try (Entry entry = state.folder().entry(key)) {
            refused = refuseAt(entry);
        }
        if (refused != null) {
            // Another program's change, perhaps: whoever asks what is there now has to see it.
            state.cache().forget(key.name());
        }
        return refused;
    }

    private Response refuseAt(Entry entry) throws IOException {
        if (entry.way() == Entry.Way.BLOCKED) {
            return failure(Responses.BELOW_OBJECT);
        }
        BasicFileAttributes before = entry.attributes();
        if (before != null && !before.isRegularFile()) {
            return failure(Responses.NO_OBJECT);
        }
        replaces = before != null;
        Version version = entry.version(before);
        Response refused = refuseChange(version);
        return refused != null || partial == null ? refused : partial.refuse(version);
    }

    private Response refuseChange(Version current) {
        Response refused = Version.refuseChange(current, preconditions);
        if (refused == null && current != null && state.options().noOverwrite()) {
            refused = Responses.EXISTS;
        }
        if (refused != null && current != null) {
            state.eviction().used(key); // a client that learns that it need not send it again
        }
        return refused;
    }

    private Response failure(Response named) {
        return state.options().contract().failure(named);
    }

    /**
     * Lets a part take the object's place, in folders that are made if they are missing.
     *
     * @param part a file with all bytes, closed, and on the device if the durability asks for it
     * @param meta what is kept beside the bytes; null if nothing is
     * @param digests those of the body
     * @return the response, whether the object has been stored or not; {@link Part#path} tells
     */
    Response store(Part part, StagedMeta meta, BodyDigests digests)
            throws HttpException, IOException {
        // No folder is made for an object that the conditions refuse.
        Response refused = key.isNested() && isConditional() ? refuseAtALook() : null;
        if (refused != null) {
            return refused;
        }
        for (int attempt = 1;; attempt++) {
            try (Entry entry = state.folder().entryMade(key)) {
                return durability == Durability.FULL ? storeForGood(entry, part, meta, digests)
                        : store(entry, part, meta, digests);
            } catch (NoSuchFileException e) {
                // A folder on the way has been removed since it was found, or made.
                if (!key.isNested() || part.path() == null || attempt == MAX_ATTEMPTS) {
                    throw e;
                }
            } catch (AtomicMoveNotSupportedException e) {
                if (!key.isNested()) {
                    throw e;
                }
                return failure(Responses.OTHER_DEVICE);
            }
        }
    }

    /** Lets the part take the object's place, and the names that lead to it get to the device. */
    private Response storeForGood(Entry entry, Part part, StagedMeta meta, BodyDigests digests)
            throws IOException {
        try (Forcing forcing = entry.force()) {
            if (meta != null && meta.isInFile()) {
                state.forceMeta(forcing);
            }
            Response answer = store(entry, part, meta, digests);
            boolean moved = part.path() == null;
            return moved ? forcing.settle(request(), answer, Responses.STORED_UNFORCED) : answer;
        }
    }

    /** Lets the part take the object's place. What fails once it has is no failure of the PUT. */
    private Response store(Entry entry, Part part, StagedMeta meta, BodyDigests digests)
            throws IOException {
        KeyLock keyLock = state.folder().keyLock(key);
        long stamp = keyLock.lock.writeLock();
        try {
            // Before the change can be seen anywhere; the lock keeps the old version out.
            state.cache().forget(key.name());
            if (entry.way() == Entry.Way.BLOCKED) {
                return failure(Responses.BELOW_OBJECT);
            }
            boolean isPut = isTakenForNew(keyLock, meta) && putNew(keyLock, entry, part);
            Response failed = isPut ? null : replace(keyLock, entry, part, meta);
            if (failed != null) {
                return failed;
            }
            keyLock.wasNew = created;
        } finally {
            keyLock.lock.unlockWrite(stamp);
        }
        return answer(digests);
    }

    /** As {@link #store}, under the lock; null if it is done. */
    private Response replace(KeyLock keyLock, Entry entry, Part part, StagedMeta meta)
            throws IOException {
        BasicFileAttributes attributes = entry.attributes();
        if (attributes != null && !attributes.isRegularFile()) {
            return failure(Responses.NO_OBJECT);
        }
        Version before = entry.version(attributes);
        // Asked again, as others may have changed the object while the body came.
        Response refused = refuseChange(before);
        if (refused != null) {
            return refused;
        }
        if (partial != null && !partial.isOf(before)) {
            return failure(Responses.CHANGED);
        }
        created = before == null;
        Version version = version(keyLock, entry, part, meta, before);
        if (!created && durability == Durability.NONE) {
            part.startWriting();
        }
        Response failed = moveAll(entry, part, meta, version, before);
        if (failed != null) {
            return failed;
        }
        stored = version;
        Folder folder = state.folder();
        if (!folder.access().movesTimes()) {
            try {
                stored = keyLock.times.version(entry, entry.path(), entry.attributes(), key,
                        bodyBytes, before, 1);
            } catch (IOException e) {
                folder.faults().log(request() + " is done, but the file's time can't be set", e);
                return Responses.STORED_UNDATED;
            }
        }
        return null;
    }

    /**
     * Whether to put the object without a look, which costs more if there is one to replace. That
     * is supposed if the last object was new among those that share the lock.
     */
    private boolean isTakenForNew(KeyLock keyLock, StagedMeta meta) { // decision 471
        return keyLock.wasNew && meta == null && partial == null && !isConditional()
                && state.folder().access().calls().get() != null;
    }

    /** Moves the part if that replaces nothing; false if it has not been moved. */
    private boolean putNew(KeyLock keyLock, Entry entry, Part part) throws IOException {
        Version version = version(keyLock, entry, part, null, null);
        state.quota().changing(key.name());
        try {
            boolean isPut = entry.putNew(part.path());
            if (isPut) {
                created = true;
                stored = version;
                moved(part, version, 0);
            } else {
                part.touched();
            }
            return isPut;
        } finally {
            state.quota().settled(key.name());
        }
    }

    private void moved(Part part, Version version, long beforeBytes) {
        part.moved(key.name(), version.sizeBytes(), beforeBytes);
        state.eviction().stored(key, version.sizeBytes() - beforeBytes);
    }

    private Version version(KeyLock keyLock, Entry entry, Part part, StagedMeta meta,
            Version before) throws IOException {
        if (namedSecond != HttpDate.NONE && state.folder().access().movesTimes()) {
            return keyLock.times.ofSecond(namedSecond, entry, part.path(),
                    part.attributes(), key, bodyBytes, before, MetaStore.UNIT_NS);
        }
        return keyLock.times.version(entry, part.path(), part.attributes(), key, bodyBytes, before,
                meta == null ? 1 : MetaStore.UNIT_NS);
    }

    /** Moves the part, with what is kept beside it; a response as {@link #move} has one. */
    private Response moveAll(Entry entry, Part part, StagedMeta meta, Version version,
            Version before) throws IOException {
        boolean moved = false;
        try {
            if (meta != null) {
                meta.place(key.name(), version.modifiedNs());
            }
            Response failed = move(entry, part, version, before);
            moved = failed == null;
            return failed;
        } finally {
            if (moved && before != null) {
                state.meta().remove(key.name(), before.sizeBytes(), before.modifiedNs());
            } else if (!moved && meta != null) {
                meta.withdraw(key.name());
            }
        }
    }

    /** Moves the part; a response if something else than an object turns out to be there. */
    private Response move(Entry entry, Part part, Version version, Version before)
            throws IOException {
        state.quota().changing(key.name());
        try {
            entry.put(part.path(), version);
            moved(part, version, before == null ? 0 : before.sizeBytes());
            return null;
        } catch (IOException e) {
            // Another program has put a folder there since the look.
            if (FileErrors.isOfNoObject(e)) {
                return failure(Responses.NO_OBJECT);
            }
            if (FileErrors.isOfMountPoint(e)) {
                return failure(Responses.IN_USE);
            }
            throw e;
        } finally {
            state.quota().settled(key.name());
        }
    }

    private Response answer(BodyDigests digests) {
        Version version = stored;
        Response answer;
        if (isOk) {
            answer = Responses.OK;
        } else if (created) {
            answer = Responses.CREATED.with("Location", "/" + key.sent());
        } else {
            answer = Responses.NO_CONTENT;
        }
        answer = version.validators().on(answer);
        if (namedSecond != HttpDate.NONE
                && version.validators().modifiedSecond() == namedSecond) {
            answer = NamedTime.accepted(answer);
        }
        DigestAlgorithm wanted = digests.wanted();
        if (wanted != null) {
            byte[] digest = digests.digest();
            state.digests().keep(key, version, wanted, digest);
            answer = answer.with("Repr-Digest", wanted.field(digest));
        }
        return answer;
    }
}
