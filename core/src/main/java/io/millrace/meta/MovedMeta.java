package io.millrace.meta;

import java.io.IOException;
import java.nio.file.Path;

/**
 * What is kept of an object that gets another key. An extended attribute goes with its file; what
 * is in a file of its own is there under both names until the object has moved, so that a kill at
 * any moment leaves no object without it. If the object gets another time, too, its attribute is
 * about another version from then on, and a file of its own takes over.
 *
 * <p>Threads: one at a time, with the write locks of both keys.
 */
public final class MovedMeta {

    private final MetaStore store;
    private final String key;
    private final String toKey;
    private final long sizeBytes;
    private final long modifiedNs;
    private final long toNs;
    private boolean placed;
    /** How many files have got their places, or have lost them. */
    private int changes;

    MovedMeta(MetaStore store, String key, String toKey, long sizeBytes, long modifiedNs,
            long toNs) {
        this.store = store;
        this.key = key;
        this.toKey = toKey;
        this.sizeBytes = sizeBytes;
        this.modifiedNs = modifiedNs;
        this.toNs = toNs;
    }

    /**
     * Has it in its new place, before the object gets another time or moves. If nothing is kept, a
     * kill may have left there what is said of another object of this time and size: that goes.
     *
     * @param object a path of the object's file
     * @param isOneFile whether that file has the new name, too, and what is kept there is its own
     * @param forces whether to force it to the device
     */
    public void place(Path object, boolean isOneFile, boolean forces) throws IOException {
        boolean hasTime = modifiedNs != toNs;
        if (!hasTime && !store.hasFiles()) {
            return; // it goes with the file
        }
        ObjectMeta kept = hasTime ? store.read(object, key, sizeBytes, modifiedNs)
                : store.readFile(key, sizeBytes, modifiedNs);
        if (kept.isEmpty()) {
            if (!isOneFile && store.sidecars().remove(toKey, sizeBytes, toNs)) {
                changes++;
            }
            return;
        }
        placed = true;
        if (hasTime) {
            store.keepInFile(object, kept, key, sizeBytes, toNs, forces);
            changes++;
        }
        store.keepInFile(object, kept, toKey, sizeBytes, toNs, forces);
        changes++;
    }

    /** Whether something is in a file. */
    public boolean isInFile() {
        return placed;
    }

    /**
     * How often a file has got its place, or has lost it: if any has, their folder is to be forced
     * to the device, too.
     */
    public int changes() {
        return changes;
    }

    /** The object has moved. Throws nothing. */
    public void moved() {
        store.remove(key, sizeBytes, modifiedNs);
        if (modifiedNs != toNs) {
            store.remove(key, sizeBytes, toNs);
        }
    }

    /** The object has not moved; it may have got its new time. Throws nothing. */
    public void withdraw() {
        if (placed) {
            store.remove(toKey, sizeBytes, toNs);
        }
    }
}
