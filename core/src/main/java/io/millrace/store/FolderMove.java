package io.millrace.store;

import io.millrace.content.Preconditions;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.tree.Entry;
import io.millrace.tree.FileAccess;
import io.millrace.tree.FileErrors;
import io.millrace.tree.Forcing;
import io.millrace.tree.HeldLocks;
import io.millrace.tree.Key;
import io.millrace.tree.KeyLimits;
import io.millrace.tree.Version;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * The MOVE of a folder with all that is in it, in one step. It takes the locks of all keys for that
 * moment: no request finds an object under its old name, in memory or in a folder that is held
 * open, once it has the new one.
 *
 * <p>Threads: one at a time, one of the store's.
 */
final class FolderMove implements Move.Moved { // decision 267

    private final StoreState state;
    private final Durability durability;
    private final Key from;
    private final Key to;
    private final boolean overwrites;
    private final Preconditions preconditions;
    private final KeyLimits limits;
    /** What the last look has found: the folder, */
    private BasicFileAttributes here;
    /** whether the new name is another spelling of its own, */
    private boolean isSame;
    /** and whether an empty one is replaced. */
    private boolean replaces;
    private boolean hasMoved;

    FolderMove(StoreState state, Durability durability, Key from, RequestHead request,
            Destination destination) throws HttpException {
        this.state = state;
        this.durability = durability;
        this.from = from;
        this.to = destination.path().key();
        this.overwrites = destination.overwrites();
        this.preconditions = Preconditions.of(request);
        this.limits = state.options().keyLimits();
    }

    @Override
    public boolean hasMoved() {
        return hasMoved;
    }

    @Override
    public Response refuse(Entry source, Entry target) throws HttpException, IOException {
        Response refused = refuseNow(source, target);
        if (refused != null) {
            return refused;
        }
        if (!state.folder().movesFolders()) {
            return Responses.NO_FOLDER_MOVES;
        }
        return fits() ? null : Responses.LONG_DESTINATION;
    }

    private Response refuseNow(Entry source, Entry target) throws IOException {
        here = source.attributes();
        isSame = false;
        replaces = false;
        if (here == null || !here.isDirectory()) {
            return Responses.NOT_FOUND;
        }
        Response refused = Version.refuseChange(Version.of(here, false), preconditions);
        if (refused != null) {
            return refused;
        }
        if (target.way() == Entry.Way.BLOCKED) {
            return Responses.BELOW_OBJECT;
        }
        BasicFileAttributes there = target.attributes();
        isSame = there != null && FileAccess.isSameFile(here, there);
        if (there == null || isSame) {
            return null;
        }
        replaces = true;
        if (!overwrites) {
            return Responses.TAKEN;
        }
        return there.isDirectory() ? null : Responses.NO_FOLDER;
    }

    /** Whether all objects get a name that a key can have. */
    private boolean fits() throws HttpException, IOException {
        if (bytes(to) <= bytes(from) && depth(to) <= depth(from)) {
            return true;
        }
        boolean[] fits = {true};
        state.folder().eachObject(from, (name, attributes) -> {
            // What no key names now loses nothing.
            fits[0] = Key.isName(to.name() + '/' + name, limits)
                    || !Key.isName(from.name() + '/' + name, limits);
            return fits[0];
        });
        return fits[0];
    }

    private static int bytes(Key key) {
        return key.name().getBytes(StandardCharsets.UTF_8).length;
    }

    private static long depth(Key key) {
        return key.name().chars().filter(c -> c == '/').count();
    }

    @Override
    public Response move(Entry source, Entry target, Forcing forcing)
            throws HttpException, IOException {
        FolderMeta meta = new FolderMeta(state, from, to, isSame, durability != Durability.NONE,
                FolderMeta.MOST_OBJECTS);
        try {
            useAll();
            // Most of it before the locks are taken.
            return meta.place() ? move(source, target, forcing, meta) : Responses.MANY_OBJECTS;
        } catch (IOException e) {
            if (FileErrors.isOfFullFolder(e)) {
                return Responses.FULL_DESTINATION;
            }
            if (FileErrors.isOfMountPoint(e)) {
                return Responses.IN_USE;
            }
            throw e;
        } finally {
            meta.settle(hasMoved);
        }
    }

    private Response move(Entry source, Entry target, Forcing forcing, FolderMeta meta)
            throws HttpException, IOException {
        HeldLocks locks = state.folder().lockAll();
        try {
            Response refused = refuseNow(source, target);
            if (refused != null) {
                return refused;
            }
            if (!meta.placeRest()) {
                return Responses.MANY_OBJECTS;
            }
            if (forcing != null && meta.hasChanged()) {
                state.forceMeta(forcing);
            }
            // Before the change can be seen anywhere; the locks keep the old versions out.
            state.cache().forgetBelow(from.name());
            state.cache().forgetBelow(to.name());
            rename(source, target);
            return replaces ? Responses.NO_CONTENT
                    : Responses.CREATED.with("Location", '/' + to.sent() + '/');
        } finally {
            locks.release();
        }
    }

    private void rename(Entry source, Entry target) throws IOException {
        state.quota().movingFolder();
        try {
            source.moveTo(target, here);
            hasMoved = true;
        } finally {
            // A folder that is held open is not known to be in its place from here on.
            state.folder().moved(from, to);
            state.quota().folderSettled();
        }
    }

    /** Objects count as used under their new names, so that none leaves for having none noted. */
    private void useAll() throws HttpException, IOException {
        if (state.eviction().isOn()) {
            state.folder().eachObject(from, (name, attributes) -> {
                state.eviction().renamed(to.name() + '/' + name);
                return true;
            });
        }
    }
}
