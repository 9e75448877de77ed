package io.millrace.meta;

import java.io.IOException;
import java.nio.file.Path;

/**
 * What is to be kept of an object that has no name yet: written beside its bytes, and in its place
 * when they are.
 *
 * <p>Threads: one at a time.
 */
public final class StagedMeta {

    private final MetaStore store;
    private final Path part;
    private final ObjectMeta meta;
    /** Where it is in a file, until that has its place; null where it is an attribute. */
    private final Path file;
    private long sizeBytes;
    private long modifiedNs;
    private boolean forces;
    /** Whether the file is there, and not in its place. */
    private boolean written;

    StagedMeta(MetaStore store, Path part, ObjectMeta meta, boolean inFile) {
        this.store = store;
        this.part = part;
        this.meta = meta;
        this.file = inFile ? part.resolveSibling(part.getFileName() + ".meta") : null;
    }

    /**
     * Writes it, before the bytes are forced to the device.
     *
     * @param sizeBytes length of the staging file
     * @param modifiedNs its time
     * @param forces whether to force what isn't forced together with the bytes
     */
    public void write(long sizeBytes, long modifiedNs, boolean forces) throws IOException {
        byte[] value = MetaFormat.encode(meta, sizeBytes, modifiedNs);
        if (file == null) {
            ExtendedAttribute.write(part, value);
        } else {
            discard();
            written = true;
            store.sidecars().makeFolder();
            Sidecars.write(file, value, forces, part);
        }
        this.sizeBytes = sizeBytes;
        this.modifiedNs = modifiedNs;
        this.forces = forces;
    }

    /**
     * Puts it in its place, just before the object gets there; again, after {@link #withdraw}.
     *
     * @param modifiedNs the object's time, which may have been changed since
     */
    public void place(String key, long modifiedNs) throws IOException {
        if (modifiedNs != this.modifiedNs || file != null && !written) {
            write(sizeBytes, modifiedNs, forces); // a file that isn't forced may be empty later
        }
        if (file != null) {
            store.sidecars().place(file, key, sizeBytes, modifiedNs);
            written = false;
        }
    }

    /** Takes it out of its place: the object didn't get there. */
    public void withdraw(String key) {
        store.remove(key, sizeBytes, modifiedNs);
    }

    /** Removes what hasn't got its place. Called in any case, last. */
    public void discard() {
        if (written) {
            store.removeStaged(file);
            written = false;
        }
    }

    /** Whether it is in a file, whose folder is to be forced to the device, too. */
    public boolean isInFile() {
        return file != null;
    }
}
