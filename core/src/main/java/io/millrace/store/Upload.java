package io.millrace.store;

import io.millrace.content.DigestAlgorithm;
import io.millrace.content.Preconditions;
import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.Headers;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.space.MeteredFile;
import io.millrace.space.MeteredSink;
import io.millrace.space.RefusedException;
import io.millrace.space.SpaceReservation;
import io.millrace.tree.Entry;
import io.millrace.tree.FileAccess;
import io.millrace.tree.FileErrors;
import io.millrace.tree.Folder;
import io.millrace.tree.Forcing;
import io.millrace.tree.Key;
import io.millrace.tree.KeyLock;
import io.millrace.tree.Version;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * One PUT: its bytes go to a file of their own, which takes the object's place when it is whole.
 *
 * <p>Threads: the worker; if something is forced to the device, the end of it is one of the
 * store's.
 */
final class Upload implements Exchange {

    /**
     * A body that long is worth a look at what has its name before it comes. What the look costs
     * shows in StoreLoopbackBenchmark's PUT.
     */
    private static final int LONG_BODY_BYTES = 64 * 1024;

    /** How often a folder may be removed just before its object is moved there. */
    private static final int MAX_ATTEMPTS = 8;

    private final StoreState state;
    private final Durability durability;
    private final Key key;
    private final Preconditions preconditions;
    private final BodyDigests digests;
    /** Whether the response to a stored object is 200, be it new or not. */
    private final boolean isOk;
    /** Bytes that the body has to have; {@link RequestHead#UNKNOWN_LENGTH} if it may have any. */
    private final long bodyBytes;
    /** Whether there was an object to replace, as far as was known at the start. */
    private boolean replaces;

    /** The file of the bytes that have come; null until it is to be made, and once it has moved. */
    private Path part;
    /** The part, open for writing; null until it is opened, and once it is closed. */
    private WritableByteChannel channel;
    /** The room of the staging file on the device; null if none is reserved. */
    private SpaceReservation reservation;
    /** Where the body's bytes go: the channel, or what hashes them on their way there. */
    private WritableByteChannel target;
    /** Room of the quota that the part's bytes have taken. */
    private long takenBytes;
    /** Why there is no sink; null as long as nothing speaks against it. */
    private Response refusal;

    Upload(StoreState state, Durability durability, Key key, RequestHead request)
            throws HttpException {
        state.folder().file(key); // a name that can't be is refused before the body comes
        Headers headers = request.headers();
        this.state = state;
        this.durability = durability;
        this.key = key;
        this.preconditions = Preconditions.of(request);
        this.digests = new BodyDigests(headers);
        this.isOk = PutStatus.isOk(state.options(), headers);
        this.bodyBytes = request.bodyLength();
    }

    /** Why the body is not even wanted; null if it is. */
    Response refuse() throws HttpException, IOException {
        if (bodyBytes > state.options().maxObjectBytes()) {
            return Responses.TOO_LARGE;
        }
        Response refused = isLookWorthwhile() ? refuseAtALook() : null;
        // A length takes no room; one that there is none for need not come.
        return refused == null && !state.quota().fits(Math.max(0, bodyBytes))
                ? Responses.NO_ROOM : refused;
    }

    private Response refuseAtALook() throws HttpException, IOException {
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
        return refuseChange(entry.version(before));
    }

    /**
     * Whether the object should be looked at before the body comes. The look that counts is that
     * of {@link #commit}; a short body that nothing else depends on comes with its head, and is not
     * worth another.
     */
    private boolean isLookWorthwhile() {
        boolean isShort = bodyBytes >= 0 && bodyBytes < LONG_BODY_BYTES;
        return !isShort || !preconditions.isEmpty();
    }

    @Override
    public WritableByteChannel sink() throws IOException {
        boolean opened = false;
        try {
            open();
            opened = true;
        } catch (IOException e) {
            refusal = failed(e);
            return null;
        } finally {
            if (!opened) {
                discard(); // an exchange whose sink has failed is not abandoned
            }
        }
        boolean metered = state.quota().isLimited()
                || bodyBytes < 0 && state.options().maxObjectBytes() < Long.MAX_VALUE;
        if (!metered) {
            return target;
        }
        return target instanceof FileChannel file
                ? new MeteredFile(file, this::admit) : new MeteredSink(target, this::admit);
    }

    /** Takes room for a body that has so many bytes by now. */
    private void admit(long bytes) throws RefusedException {
        if (bytes > state.options().maxObjectBytes()) {
            throw new RefusedException(Responses.TOO_LARGE);
        }
        long more = Math.max(0, bytes - takenBytes);
        if (!state.quota().take(more)) {
            throw new RefusedException(Responses.NO_ROOM);
        }
        takenBytes += more;
    }

    private void open() throws IOException {
        part = state.folder().newPart();
        channel = state.folder().create(part);
        if (bodyBytes >= SpaceReservation.LEAST_BODY_BYTES) {
            reservation = new SpaceReservation(state.preallocation(), part, bodyBytes);
        }
        target = digests.over(channel);
    }

    @Override
    public void onProgress(long receivedBytes) {
        if (reservation != null) {
            reservation.received(receivedBytes);
        }
    }

    @Override
    public Response complete() throws HttpException, IOException {
        if (refusal != null) {
            return refusal;
        }
        if (durability == Durability.NONE) {
            return store();
        }
        Response later = null;
        try {
            later = state.executor().later(this::store);
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
            if (channel == null) {
                open(); // an empty body has no sink
            }
            answer = digests.refuse();
            if (answer == null) {
                answer = settleBytes();
            }
            if (answer == null) {
                answer = commit();
            }
        } catch (IOException e) {
            answer = failed(e);
        } finally {
            discard();
        }
        return answer;
    }

    private Response failure(Response named) {
        return state.options().contract().failure(named);
    }

    private Response refuseChange(Version current) {
        return Version.refuseChange(current, preconditions);
    }

    /** Sees the bytes off to the device, or at least the system; an error if it fails. */
    private Response settleBytes() {
        try {
            if (durability != Durability.NONE) {
                FileAccess.force(channel);
            } else if (replaces) {
                startWriting(); // outside of the key's lock; commit sees to it in any case
            }
            close(); // network file systems may tell only now that there is no space
            return null;
        } catch (IOException e) {
            return failed(e);
        }
    }

    /** Begins to write a part's bytes to the device, unless they are there. */
    private void startWriting() throws IOException {
        if (reservation != null && durability == Durability.NONE) {
            reservation.startWriting(channel);
        }
    }

    /** Lets the part take the object's place, in folders that are made if they are missing. */
    private Response commit() throws HttpException, IOException {
        // No folder is made for an object that the conditions refuse.
        Response refused = key.isNested() && !preconditions.isEmpty() ? refuseAtALook() : null;
        if (refused != null) {
            return refused;
        }
        for (int attempt = 1;; attempt++) {
            try (Entry entry = state.folder().entryMade(key)) {
                return durability == Durability.FULL ? commitForGood(entry) : commit(entry);
            } catch (NoSuchFileException e) {
                // A folder on the way has been removed since it was found, or made.
                if (!key.isNested() || part == null || attempt == MAX_ATTEMPTS) {
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
    private Response commitForGood(Entry entry) throws IOException {
        try (Forcing forcing = entry.force()) {
            Response answer = commit(entry);
            boolean moved = part == null;
            return moved ? forcing.settle(request(), answer, Responses.STORED_UNFORCED) : answer;
        }
    }

    /** Lets the part take the object's place. What fails once it has is no failure of the PUT. */
    private Response commit(Entry entry) throws IOException {
        Folder folder = state.folder();
        KeyLock keyLock = folder.keyLock(key);
        Version version;
        boolean created;
        long stamp = keyLock.lock.writeLock();
        try {
            // Before the change can be seen anywhere; the lock keeps the old version out.
            state.cache().forget(key.name());
            if (entry.way() == Entry.Way.BLOCKED) {
                return failure(Responses.BELOW_OBJECT);
            }
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
            created = before == null;
            version = keyLock.times.version(entry, part, key, bodyBytes, before);
            if (!created) {
                startWriting();
            }
            state.quota().changing(key.name());
            try {
                entry.put(part, version);
                part = null;
                state.quota().stored(key.name(), version.sizeBytes(),
                        created ? 0 : before.sizeBytes(), takenBytes);
                takenBytes = 0;
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
            if (!folder.access().movesTimes()) {
                try {
                    version = keyLock.times.version(entry, entry.path(), key, bodyBytes,
                            before);
                } catch (IOException e) {
                    folder.faults().log(request() + " is done, but not its time", e);
                    return Responses.STORED_UNDATED;
                }
            }
        } finally {
            keyLock.lock.unlockWrite(stamp);
        }
        return stored(version, created);
    }

    private Response stored(Version version, boolean created) {
        Response answer;
        if (isOk) {
            answer = Responses.OK;
        } else if (created) {
            answer = Responses.CREATED.with("Location", "/" + key.sent());
        } else {
            answer = Responses.NO_CONTENT;
        }
        answer = version.validators().on(answer);
        DigestAlgorithm wanted = digests.wanted();
        if (wanted != null) {
            byte[] digest = digests.digest();
            state.digests().keep(key, version, wanted, digest);
            answer = answer.with("Repr-Digest", wanted.field(digest));
        }
        return answer;
    }

    @Override
    public Response abandon(Abandonment why, Throwable cause) {
        discard();
        if (cause instanceof RefusedException refused) {
            return refused.answer();
        }
        return why == Abandonment.SINK_FAILED && cause instanceof IOException e
                ? failed(e) : null;
    }

    private Response failed(IOException e) {
        return failure(state.folder().faults().answer(request(), e));
    }

    /** What a log line calls this. */
    private String request() {
        return "PUT /" + key.sent();
    }

    /** Removes what has come and gives back its room, unless it has become the object. */
    private void discard() {
        try {
            close();
        } catch (IOException e) {
            state.folder().faults().log("an abandoned file can't be closed", e);
        }
        if (part != null) {
            state.folder().remove(part);
            part = null;
        }
        state.quota().giveBack(takenBytes);
        takenBytes = 0;
    }

    private void close() throws IOException {
        if (channel != null) {
            WritableByteChannel closing = channel;
            channel = null;
            closing.close();
        }
    }
}
