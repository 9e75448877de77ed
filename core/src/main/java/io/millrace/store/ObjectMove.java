package io.millrace.store;

import io.millrace.content.DigestAlgorithm;
import io.millrace.content.Preconditions;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.meta.MovedMeta;
import io.millrace.tree.Entry;
import io.millrace.tree.FileAccess;
import io.millrace.tree.FileErrors;
import io.millrace.tree.Forcing;
import io.millrace.tree.HeldLocks;
import io.millrace.tree.Key;
import io.millrace.tree.Version;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * The MOVE of an object: its file gets another name, in one step, and what is kept of the object
 * goes with it.
 *
 * <p>Threads: one at a time, the worker or one of the store's.
 */
final class ObjectMove implements Move.Moved {

    private final StoreState state;
    private final Durability durability;
    private final Key from;
    private final Key to;
    private final boolean overwrites;
    /** Those of the object that is moved. */
    private final Preconditions preconditions;

    /** What the last look has found: the object's file, and its version; */
    private BasicFileAttributes here;
    private Version version;
    /** the object that is replaced, null if none is; */
    private Version before;
    /** whether the new name leads to the same file, and whether it is one more of it. */
    private boolean isSame;
    private boolean isLinked;
    private boolean hasMoved;

    ObjectMove(StoreState state, Durability durability, Key from, RequestHead request,
            Destination destination) throws HttpException {
        this.state = state;
        this.durability = durability;
        this.from = from;
        this.to = destination.path().key();
        this.overwrites = destination.overwrites();
        this.preconditions = Preconditions.of(request);
    }

    @Override
    public boolean hasMoved() {
        return hasMoved;
    }

    @Override
    public Response refuse(Entry source, Entry target) throws IOException {
        here = source.attributes();
        version = source.version(here);
        before = null;
        isSame = false;
        isLinked = false;
        if (version == null) {
            return here != null && here.isDirectory()
                    ? Responses.FOLDER_TO_MOVE : Responses.NOT_FOUND;
        }
        Response refused = Version.refuseChange(version, preconditions);
        if (refused != null) {
            return refused;
        }
        if (target.way() == Entry.Way.BLOCKED) {
            return Responses.BELOW_OBJECT;
        }
        BasicFileAttributes there = target.attributes();
        if (there == null) {
            return null;
        }
        isSame = FileAccess.isSameFile(here, there);
        isLinked = isSame && FileAccess.hasManyNames(source.heldPath());
        if (isSame && !isLinked) {
            return null; // one name, to which the file system knows another spelling
        }
        before = target.version(there);
        return refuseReplacing();
    }

    private Response refuseReplacing() {
        if (!overwrites) {
            return Responses.TAKEN;
        }
        if (before == null) {
            return Responses.NO_OBJECT;
        }
        return state.options().noOverwrite() ? Responses.EXISTS : null;
    }

    @Override
    public Response move(Entry source, Entry target, Forcing forcing) throws IOException {
        HeldLocks locks = state.folder().lock(from, to);
        try {
            // Before the change can be seen anywhere; the locks keep the old versions out.
            state.cache().forget(from.name());
            state.cache().forget(to.name());
            Response refused = refuse(source, target);
            if (refused != null) {
                return refused;
            }
            return moveLocked(source, target, forcing);
        } catch (IOException e) {
            // Another program has put a folder there since the look.
            if (FileErrors.isOfNoObject(e)) {
                return Responses.NO_OBJECT;
            }
            if (FileErrors.isOfMountPoint(e)) {
                return Responses.IN_USE;
            }
            throw e;
        } finally {
            locks.release();
        }
    }

    private Response moveLocked(Entry source, Entry target, Forcing forcing)
            throws IOException {
        long toNs = isLinked || !version.strong() ? version.modifiedNs()
                : state.folder().keyLock(to).times.movedNs(to, version.modifiedNs(), before);
        MovedMeta meta = state.meta().move(from.name(), to.name(), version.sizeBytes(),
                version.modifiedNs(), toNs);
        boolean forces = durability != Durability.NONE;
        try {
            meta.place(source.heldPath(), isSame, forces);
            if (meta.changes() > 0 && forcing != null) {
                state.forceMeta(forcing);
            }
            if (toNs != version.modifiedNs()) {
                source.setTime(toNs, forces);
            } else if (forces) {
                force(source);
            }
            rename(source, target);
        } finally {
            if (!hasMoved) {
                meta.withdraw();
            }
        }
        meta.moved();
        return moved(target, version.at(toNs));
    }

    /** Forces what its PUT may not have forced, and what may replace bytes that are. */
    private static void force(Entry source) throws IOException {
        try {
            source.forceBytes();
        } catch (AccessDeniedException e) {
            return; // another user's file, of which no PUT has said anything
        }
    }

    private void rename(Entry source, Entry target) throws IOException {
        state.quota().changing(from.name());
        state.quota().changing(to.name());
        try {
            if (isLinked) {
                // rename(2) does nothing if both names are of one file already.
                source.remove();
            } else {
                source.moveTo(target, here);
            }
            hasMoved = true;
            long beforeBytes = before == null ? 0 : before.sizeBytes();
            state.quota().removed(from.name(), version.sizeBytes());
            state.quota().stored(to.name(), version.sizeBytes(), beforeBytes, 0);
            state.eviction().stored(to, -beforeBytes);
        } finally {
            state.quota().settled(from.name());
            state.quota().settled(to.name());
        }
    }

    /** Remembers what versions there were, and lets what is known of the object follow it. */
    private Response moved(Entry target, Version as) {
        long nowNs = Version.nowNs();
        state.folder().keyLock(from).times.removed(from.name(), version, nowNs);
        if (before != null) {
            state.folder().keyLock(to).times.removed(to.name(), before, nowNs);
            if (!isLinked) {
                state.meta().remove(to.name(), before.sizeBytes(), before.modifiedNs());
            }
        }
        Version now = as;
        if (!state.folder().access().movesTimes()) {
            try {
                now = state.folder().keyLock(to).times.version(target, target.path(),
                        target.attributes(), to, version.sizeBytes(), before, 1);
            } catch (IOException e) {
                state.folder().faults().log("MOVE to /" + to.sent()
                        + " is done, but the file's time can't be set", e);
                return Responses.MOVED_UNDATED;
            }
        }
        for (DigestAlgorithm algorithm : DigestAlgorithm.values()) {
            byte[] digest = state.digests().find(from, version, algorithm);
            if (digest != null) {
                state.digests().keep(to, now, algorithm, digest);
            }
        }
        return now.validators().on(before != null ? Responses.NO_CONTENT
                : Responses.CREATED.with("Location", '/' + to.sent()));
    }
}
