package io.millrace.store;

import io.millrace.http.HttpException;
import io.millrace.tree.FaultLog;
import io.millrace.tree.UploadFolder;
import io.millrace.tree.UploadRecord;
import io.millrace.tree.Version;
import java.io.IOException;

/**
 * The record of one upload that outlives its requests: what its file says.
 *
 * <p>Threads: any; a change waits for the one before.
 */
final class KeptRecord {

    /** What becomes of a record. */
    interface Change {
        UploadRecord of(UploadRecord known);
    }

    private final UploadFolder folder;
    private final FaultLog faults;
    private final Durability durability;
    private final String name;
    private final UploadUse use;
    /** What the file says, and nothing else while it is written. */
    private volatile UploadRecord record;

    KeptRecord(StoreState state, String name, UploadUse use, UploadRecord record) {
        this.folder = state.folder().uploads();
        this.faults = state.folder().faults();
        this.durability = state.options().durability();
        this.name = name;
        this.use = use;
        this.record = record;
    }

    UploadRecord get() {
        return record;
    }

    /** Makes the file, with that of the bytes. */
    void make() throws IOException {
        boolean made = false;
        try {
            folder.create(name, record, durability != Durability.NONE);
            forceName();
            made = true;
        } finally {
            if (!made) {
                folder.remove(name);
            }
        }
    }

    private void forceName() throws IOException {
        if (durability == Durability.FULL) {
            folder.forceNames();
        }
    }

    /** An earlier process has left it so; the file need not say it. */
    synchronized void takeUp(UploadRecord known) {
        record = known;
    }

    /** Replaces the file in one step, on the device as far as the durability says. */
    synchronized void change(Change change) throws HttpException, IOException {
        use.checkThere();
        UploadRecord next = change.of(record);
        folder.write(name, next, durability != Durability.NONE);
        record = next;
        forceName();
    }

    /**
     * Says what has become of an upload that was about to end. That is so whether or not it can be
     * written down: who reads the file next finds the bytes there, or gone, and knows as much.
     *
     * @param stored the version that it has become; null if none
     */
    synchronized void ended(Version stored) {
        UploadRecord next = stored == null ? record.unfinished() : record.complete(stored);
        try {
            folder.write(name, next, durability != Durability.NONE);
        } catch (IOException e) {
            faults.log("the end of an upload can't be written down", e);
        }
        record = next;
    }

    /** Removes the file; from here on none is written. The bytes' file has to go after it. */
    synchronized void remove() {
        use.gone();
        folder.removeRecord(name);
    }
}
