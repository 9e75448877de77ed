package io.millrace.store;

import io.millrace.http.HttpException;
import io.millrace.meta.MovedMeta;
import io.millrace.tree.Key;
import io.millrace.tree.Version;
import java.io.IOException;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;

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
    private final boolean forces;
    private final Map<Place, MovedMeta> placed = new HashMap<>();
    private IOException failure;

    /** @param forces whether to force the files to the device */
    FolderMeta(StoreState state, Key from, Key to, boolean forces) {
        this.state = state;
        this.from = from;
        this.to = to;
        this.forces = forces;
    }

    /** Whether there may be any. */
    boolean exists() {
        return state.meta().hasFiles();
    }

    /**
     * Copies what has not been copied yet.
     *
     * @return whether all is there; not if there are too many objects
     */
    boolean place() throws HttpException, IOException {
        if (exists()) {
            state.folder().eachObject(from, this::place);
        }
        if (failure != null) {
            throw failure;
        }
        return placed.size() <= MOST_OBJECTS;
    }

    private boolean place(String name, BasicFileAttributes attributes) {
        Place place = new Place(name, attributes.size(), Version.modifiedNs(attributes));
        if (placed.containsKey(place)) {
            return true;
        }
        Key key = new Key(from.name() + '/' + name, from.sent() + '/' + name);
        MovedMeta meta = state.meta().move(key.name(), to.name() + '/' + name,
                place.sizeBytes(), place.modifiedNs(), place.modifiedNs());
        placed.put(place, meta);
        try {
            meta.place(state.folder().file(key), forces);
        } catch (HttpException e) {
            return true; // a name that no key has: another program's
        } catch (IOException e) {
            failure = e;
        }
        return failure == null && placed.size() <= MOST_OBJECTS;
    }

    /** The folder has moved, or not. */
    void settle(boolean hasMoved) {
        placed.values().forEach(hasMoved ? MovedMeta::moved : MovedMeta::withdraw);
    }
}
