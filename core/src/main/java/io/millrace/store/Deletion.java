package io.millrace.store;

import io.millrace.content.Preconditions;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.RequestNotes;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.tree.Entry;
import io.millrace.tree.FileErrors;
import io.millrace.tree.Forcing;
import io.millrace.tree.Key;
import io.millrace.tree.KeyLock;
import io.millrace.tree.Version;
import java.io.IOException;

/**
 * One DELETE of an object.
 *
 * <p>Threads: one at a time, the worker or, with full durability, one of the store's.
 */
final class Deletion {

    private final StoreState state;
    private final Durability durability;
    private final Key key;
    private final RequestNotes notes;
    private final Preconditions preconditions;

    Deletion(StoreState state, Durability durability, Key key, RequestHead request)
            throws HttpException {
        state.folder().file(key); // refuses a name that can't be
        this.state = state;
        this.durability = durability;
        this.key = key;
        this.notes = request.notes();
        this.preconditions = Preconditions.of(request);
    }

    /** The response, known already or later. */
    Response answer() throws HttpException, IOException {
        return durability == Durability.FULL
                ? state.changes().make(notes, state.executor(), this::deleteForGood)
                : state.changes().make(notes, null, this::deleteNow);
    }

    private Response deleteNow() throws HttpException, IOException {
        try (Entry entry = state.folder().entry(key)) {
            return delete(entry);
        }
    }

    private Response deleteForGood() throws HttpException {
        String request = "DELETE /" + key.sent();
        try (Entry entry = state.folder().entry(key); Forcing forcing = entry.force()) {
            Response answer = delete(entry);
            // A 404, too, says that the object is gone.
            boolean gone = answer.status().code() < 300
                    || answer.status().code() == Status.NOT_FOUND.code();
            return gone ? forcing.settle(request, answer, Responses.DELETED_UNFORCED) : answer;
        } catch (IOException e) {
            return failure(state.folder().faults().answer(request, e));
        }
    }

    private Response failure(Response named) {
        return state.options().contract().failure(named);
    }

    private Response delete(Entry entry) throws IOException {
        return delete(state, key, entry,
                version -> Version.refuseChange(version, preconditions));
    }

    /** What an object has to be for its removal. */
    interface Condition {

        /** The response if it is not; null if it is. */
        Response refuse(Version version);
    }

    /**
     * Removes an object, whoever wants it: a client, or what evicts.
     *
     * @return the response to a DELETE
     */
    static Response delete(StoreState state, Key key, Entry entry, Condition condition)
            throws IOException {
        KeyLock keyLock = state.folder().keyLock(key);
        long stamp = keyLock.lock.writeLock();
        try {
            // Before the change can be seen anywhere; the lock keeps the old version out.
            state.cache().forget(key.name());
            Version version = entry.version();
            if (version == null) {
                return Responses.NOT_FOUND;
            }
            Response refusal = condition.refuse(version);
            if (refusal != null) {
                return refusal;
            }
            state.quota().changing(key.name());
            try {
                if (!entry.remove()) {
                    return Responses.NOT_FOUND; // another program was faster
                }
                state.quota().removed(key.name(), version.sizeBytes());
                state.eviction().removed(version.sizeBytes());
                state.meta().remove(key.name(), version.sizeBytes(), version.modifiedNs());
            } finally {
                state.quota().settled(key.name());
            }
            keyLock.times.removed(key.name(), version, Version.nowNs());
        } catch (IOException e) {
            // Another program has put a folder there since the look, or removed the one above.
            if (FileErrors.isOfNoObject(e) || key.isNested() && FileErrors.isOfNoFolder(e)) {
                return Responses.NOT_FOUND;
            }
            if (FileErrors.isOfMountPoint(e)) {
                return state.options().contract().failure(Responses.IN_USE);
            }
            throw e;
        } finally {
            keyLock.lock.unlockWrite(stamp);
        }
        return state.options().contract() == Contract.ARTICLE
                ? Responses.OK : Responses.NO_CONTENT;
    }
}
