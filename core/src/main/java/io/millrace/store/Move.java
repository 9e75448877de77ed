package io.millrace.store;

import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.RequestNotes;
import io.millrace.http.Response;
import io.millrace.tree.Entry;
import io.millrace.tree.Forcing;
import io.millrace.tree.Key;
import io.millrace.tree.KeyLimits;
import io.millrace.tree.KeyPath;
import io.millrace.work.StoreExecutor;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One MOVE, of an object or of a folder: what both have in common. The folders on the way to the
 * new place are made, and removed again if nothing comes there.
 *
 * <p>Threads: one at a time, the worker or one of the store's.
 */
final class Move {

    /** How often a folder may be removed just before something is moved there. */
    private static final int MAX_ATTEMPTS = 8;

    /** What is moved. */
    interface Moved {

        /** Why it can't be moved as things are; null if it can. {@link #move} looks again. */
        Response refuse(Entry from, Entry to) throws HttpException, IOException;

        /**
         * Moves it, under the locks of the keys.
         *
         * @param forcing what else is to be forced to the device; null if nothing is
         * @return the response, be it moved or not; {@link #hasMoved} tells
         */
        Response move(Entry from, Entry to, Forcing forcing) throws HttpException, IOException;

        /** Whether it has got its new name. Once true this is always true. */
        boolean hasMoved();
    }

    private final StoreState state;
    private final Durability durability;
    private final Key from;
    private final Key to;
    private final RequestNotes notes;
    private final String request;
    private final Moved moved;

    private Move(StoreState state, Durability durability, Key from, Key to, RequestHead head,
            Moved moved) {
        this.state = state;
        this.durability = durability;
        this.from = from;
        this.to = to;
        this.notes = head.notes();
        this.request = "MOVE /" + from.sent() + " to /" + to.sent();
        this.moved = moved;
    }

    /**
     * The response to a MOVE that the client may make, known already or later.
     *
     * @param state null for a store that discards
     */
    static Response answer(StoreState state, KeyLimits limits, Durability durability,
            KeyPath from, Destination destination, RequestHead head)
            throws HttpException, IOException {
        KeyPath to = destination.path();
        if (from.key() == null) {
            return limits.flat() ? Responses.ONE_SEGMENT : Responses.NO_KEY;
        }
        if (to.key() == null) {
            return limits.flat() ? Responses.ONE_SEGMENT_TO_PUT : Responses.NO_KEY_TO_PUT;
        }
        if (from.hasSlash() != to.hasSlash()) {
            return Responses.OTHER_KIND;
        }
        if (from.key().name().equals(to.key().name())) {
            return Responses.SAME;
        }
        if (state == null) {
            return Responses.NOT_FOUND;
        }
        if (!from.hasSlash()) {
            Moved object = new ObjectMove(state, durability, from.key(), head, destination);
            return new Move(state, durability, from.key(), to.key(), head, object)
                    .answer(durability != Durability.NONE ? state.executor() : null);
        }
        if (to.key().name().startsWith(from.key().name() + '/')) {
            return Responses.INTO_ITSELF;
        }
        // It may have to look at all that is in it.
        Moved folder = new FolderMove(state, durability, from.key(), head, destination);
        return new Move(state, durability, from.key(), to.key(), head, folder)
                .answer(state.executor());
    }

    private Response answer(StoreExecutor executor) throws HttpException, IOException {
        state.folder().file(from); // refuses names that can't be
        state.folder().file(to);
        if (!state.quota().isKnown()) {
            return Responses.UNCOUNTED; // the first count would miss what moves meanwhile
        }
        return state.changes().make(notes, executor, this::moveNow);
    }

    private Response moveNow() throws HttpException {
        try {
            for (int attempt = 1;; attempt++) {
                try {
                    return moveOnce();
                } catch (NoSuchFileException e) {
                    // A folder on the way has been removed since it was found, or made.
                    if (moved.hasMoved() || attempt == MAX_ATTEMPTS) {
                        throw e;
                    }
                }
            }
        } catch (AtomicMoveNotSupportedException e) {
            return Responses.OTHER_DEVICE;
        } catch (IOException e) {
            return state.folder().faults().answer(request, e);
        }
    }

    private Response moveOnce() throws HttpException, IOException {
        try (Entry source = state.folder().entry(from); Entry target = state.folder().entry(to)) {
            // No folder is made for what is refused.
            Response refused = moved.refuse(source, target);
            if (refused != null) {
                state.cache().forget(from.name()); // another program's change, perhaps
                state.cache().forget(to.name());
                return refused;
            }
        }
        Deque<Key> made = new ArrayDeque<>();
        try (Entry source = state.folder().entry(from);
                Entry target = state.folder().entryMade(to, made::push)) {
            return durability == Durability.FULL ? moveForGood(source, target)
                    : moved.move(source, target, null);
        } finally {
            if (!moved.hasMoved()) {
                removeEmpty(made);
            }
        }
    }

    private void removeEmpty(Deque<Key> made) throws HttpException {
        try {
            for (Key folder : made) {
                state.folder().removeIfEmpty(folder);
            }
        } catch (IOException e) {
            state.folder().faults().log(request + " has left an empty folder", e);
        }
    }

    /** Moves it, and the names that lead to it, and to where it was, get to the device. */
    private Response moveForGood(Entry source, Entry target) throws HttpException, IOException {
        try (Forcing there = target.force(); Forcing here = source.force()) {
            Response answer = moved.move(source, target, there);
            if (!moved.hasMoved()) {
                return answer;
            }
            // The new name first, so that nothing is ever without one.
            answer = there.settle(request, answer, Responses.MOVED_UNFORCED);
            return answer == Responses.MOVED_UNFORCED ? answer
                    : here.settle(request, answer, Responses.MOVED_UNFORCED);
        }
    }
}
