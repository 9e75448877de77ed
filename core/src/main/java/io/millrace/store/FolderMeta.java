package io.millrace.store;

import io.millrace.http.HttpException;
import io.millrace.meta.MovedMeta;
import io.millrace.tree.Key;
import io.millrace.tree.Version;
import java.io.IOException;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What is kept of the objects in a folder that is moved, where it is in files of its own: each gets
 * its new name before the folder moves, and loses the old one after that.
 *
 * <p>Threads: one at a time.
 */
final class FolderMeta {

    /** With so many objects, a last look at all of them holds up the store for a moment only. */
    static final int MOST_OBJECTS = 10_000;

    private record Place(String name, long sizeBytes, long modifiedNs) {
    }

    private final StoreState state;
    private final Key from;
    private final Key to;
    private final boolean isSame;
    private final boolean forces;
    private final int mostObjects;
    /** What is in a file under the new name, too. */
    private final Map<Place, MovedMeta> placed = new HashMap<>();
    /** Those of them that the last look has found again. */
    private final Set<Place> found = new HashSet<>();
    /** How often files had changed before the last look, and by it. */
    private long changes;
    private long objects;
    private boolean hasChanged;
    private IOException failure;

    /**
     * What is kept of the objects in a folder.
     *
     * @param isSame whether the new name is another spelling of the folder's own
     * @param forces whether to force the files to the device
     * @param mostObjects of how many something may be kept in files
     */
    FolderMeta(StoreState state, Key from, Key to, boolean isSame, boolean forces,
            int mostObjects) {
        this.state = state;
        this.from = from;
        this.to = to;
        this.isSame = isSame;
        this.forces = forces;
        this.mostObjects = mostObjects;
    }

    /** Whether any file has got its place, or has lost it, so that their folder has changed. */
    boolean hasChanged() {
        return hasChanged;
    }

    /**
     * Copies what is kept in files, while objects may still change.
     *
     * @return whether all is there; not if there are too many
     */
    boolean place() throws HttpException, IOException {
        changes = state.meta().fileChanges();
        objects = 0;
        found.clear();
        if (state.meta().hasFiles()) {
            state.folder().eachObject(from, this::place);
        }
        if (failure != null) {
            throw failure;
        }
        return placed.size() <= mostObjects;
    }

    /**
     * The same where no object can change any more. If nothing that is kept in files has changed
     * since the last look, nothing is looked at, however many objects there are.
     */
    boolean placeRest() throws HttpException, IOException { // decision 266
        if (state.meta().fileChanges() == changes) {
            return true;
        }
        if (objects > mostObjects || !place()) {
            return false;
        }
        // Versions that are gone by now were copied, too.
        placed.entrySet().removeIf(copy -> {
            boolean isGone = !found.contains(copy.getKey());
            if (isGone) {
                copy.getValue().withdraw();
            }
            return isGone;
        });
        return true;
    }

    private boolean place(String name, BasicFileAttributes attributes) {
        objects++;
        Place place = new Place(name, attributes.size(), Version.modifiedNs(attributes));
        if (placed.containsKey(place)) {
            found.add(place);
            return true;
        }
        Key key = new Key(from.name() + '/' + name, from.sent() + '/' + name);
        MovedMeta meta = state.meta().move(key.name(), to.name() + '/' + name,
                place.sizeBytes(), place.modifiedNs(), place.modifiedNs());
        try {
            meta.place(state.folder().file(key), isSame, forces);
        } catch (HttpException e) {
            return true; // a name that no key has: another program's
        } catch (IOException e) {
            failure = e;
        }
        changes += meta.changes();
        hasChanged |= meta.changes() > 0;
        if (meta.isInFile()) {
            placed.put(place, meta);
            found.add(place);
        }
        return failure == null && placed.size() <= mostObjects;
    }

    /** The folder has moved, or not. */
    void settle(boolean hasMoved) {
        placed.values().forEach(hasMoved ? MovedMeta::moved : MovedMeta::withdraw);
    }
}
