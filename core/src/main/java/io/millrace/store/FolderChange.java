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
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.Callable;

/**
 * One PUT or DELETE of a folder, whose path ends in a slash.
 *
 * <p>Threads: one at a time, the worker or, with full durability, one of the store's.
 */
final class FolderChange {

    /** How often a folder may be removed while this looks for it. */
    private static final int MAX_ATTEMPTS = 8;

    private final StoreState state;
    private final Durability durability;
    private final Key key;
    private final RequestNotes notes;
    private final String request;
    private final Preconditions preconditions;
    /** Whether the response to a folder that is there is 200, be it new or not. */
    private final boolean isOk;

    FolderChange(StoreState state, Durability durability, Key key, RequestHead request)
            throws HttpException {
        state.folder().file(key); // refuses a name that can't be
        this.state = state;
        this.durability = durability;
        this.key = key;
        this.notes = request.notes();
        this.request = request.method() + " /" + key.sent() + '/';
        this.preconditions = Preconditions.of(request);
        this.isOk = PutStatus.isOk(state.options(), request.headers());
    }

    /** Makes the folder, and those above it; the response is known already or later. */
    Response make() throws HttpException, IOException {
        return answer(this::makeNow);
    }

    /** Removes the folder if it is empty; the response is known already or later. */
    Response remove() throws HttpException, IOException {
        return answer(this::removeNow);
    }

    private Response answer(Callable<Response> change) throws HttpException, IOException {
        return state.changes().make(notes, durability == Durability.FULL ? state.executor() : null,
                () -> settled(change));
    }

    private Response settled(Callable<Response> change) throws HttpException {
        try {
            return change.call();
        } catch (HttpException e) {
            throw e;
        } catch (IOException e) {
            return state.folder().faults().answer(request, e);
        } catch (Exception e) {
            throw new IllegalStateException(e); // neither of the two throws another
        }
    }

    private Response makeNow() throws HttpException, IOException {
        // No folder above is made for one that the conditions refuse.
        Response refused = refuseAtALook();
        if (refused != null) {
            return refused;
        }
        for (int attempt = 1;; attempt++) {
            try (Entry entry = state.folder().entryMade(key)) {
                return durability == Durability.FULL ? makeForGood(entry) : make(entry);
            } catch (NoSuchFileException e) {
                if (attempt == MAX_ATTEMPTS) {
                    throw e;
                }
            } catch (AtomicMoveNotSupportedException e) {
                return Responses.OTHER_DEVICE;
            }
        }
    }

    private Response refuseAtALook() throws HttpException, IOException {
        if (preconditions.isEmpty()) {
            return null;
        }
        try (Entry entry = state.folder().entry(key)) {
            return refuse(entry.attributes());
        }
    }

    private Response makeForGood(Entry entry) throws IOException {
        try (Forcing forcing = entry.force()) {
            Response answer = make(entry);
            return answer.status().code() < 300
                    ? forcing.settle(request, answer, Responses.STORED_UNFORCED) : answer;
        }
    }

    private Response make(Entry entry) throws IOException {
        if (entry.way() == Entry.Way.BLOCKED) {
            return Responses.BELOW_OBJECT;
        }
        KeyLock keyLock = state.folder().keyLock(key);
        long stamp = keyLock.lock.writeLock();
        try {
            BasicFileAttributes before = entry.attributes();
            Response refused = refuse(before);
            if (refused != null) {
                return refused;
            }
            if (before == null) {
                entry.makeFolder();
            }
            BasicFileAttributes made = before == null ? entry.attributes() : before;
            if (made == null) {
                throw new NoSuchFileException(key.name()); // removed in this moment
            }
            return made.isDirectory() ? made(before == null) : Responses.NO_FOLDER;
        } finally {
            keyLock.lock.unlockWrite(stamp);
        }
    }

    private Response made(boolean created) {
        if (isOk) {
            return Responses.OK;
        }
        return created ? Responses.CREATED.with("Location", '/' + key.sent() + '/')
                : Responses.NO_CONTENT;
    }

    private Response removeNow() throws HttpException, IOException {
        try (Entry entry = state.folder().entry(key)) {
            if (durability != Durability.FULL) {
                return remove(entry);
            }
            try (Forcing forcing = entry.force()) {
                Response answer = remove(entry);
                // A 404, too, says that the folder is gone.
                boolean gone = answer.status().code() < 300
                        || answer.status().code() == Status.NOT_FOUND.code();
                return gone ? forcing.settle(request, answer, Responses.DELETED_UNFORCED) : answer;
            }
        }
    }

    private Response remove(Entry entry) throws IOException {
        KeyLock keyLock = state.folder().keyLock(key);
        long stamp = keyLock.lock.writeLock();
        try {
            BasicFileAttributes attributes = entry.attributes();
            if (attributes == null || !attributes.isDirectory()) {
                return Responses.NOT_FOUND;
            }
            Response refused = refuse(attributes);
            if (refused != null) {
                return refused;
            }
            entry.deleteFolder();
            return Responses.NO_CONTENT;
        } catch (IOException e) {
            if (FileErrors.isOfFullFolder(e)) {
                return Responses.NOT_EMPTY;
            }
            if (FileErrors.isOfNoFolder(e)) {
                return Responses.NOT_FOUND; // another program was faster
            }
            if (FileErrors.isOfMountPoint(e)) {
                return Responses.IN_USE;
            }
            throw e;
        } finally {
            keyLock.lock.unlockWrite(stamp);
        }
    }

    /** 412 if the conditions refuse the change; a folder has no strong entity tag. */
    private Response refuse(BasicFileAttributes attributes) {
        return Version.refuseChange(
                attributes == null ? null : Version.of(attributes, false), preconditions);
    }
}
