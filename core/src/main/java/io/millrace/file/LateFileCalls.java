package io.millrace.file;

import io.millrace.log.SafeLog;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The {@link FileCalls} of a store, looked for once there was enough to do with them: that takes a
 * tenth of a second of a processor, which neither a store's start nor its first requests have.
 *
 * <p>Threads: any. A thread of its own looks, and none waits for it.
 */
public final class LateFileCalls {

    /** So many times they are missed before they are looked for. */
    static final int MISSED = 10_000;

    private final Path folder;
    private final AtomicInteger missed = new AtomicInteger();
    /** By absolute paths; null while there are none. */
    private volatile FileCalls found;

    /** @param folder where the files are; null if there are never any calls */
    public LateFileCalls(Path folder) {
        this.folder = folder;
    }

    /** The calls by absolute paths; null if there are none, or not yet. */
    public FileCalls get() {
        return found;
    }

    /** Something was done that they do faster. */
    public void miss() {
        if (folder == null || missed.get() >= MISSED || missed.incrementAndGet() != MISSED) {
            return;
        }
        try {
            Thread thread = new Thread(this::find, "millrace-file-calls");
            thread.setDaemon(true);
            thread.start();
        } catch (OutOfMemoryError e) {
            SafeLog.log(LateFileCalls.class, Level.DEBUG, "no thread to look for file calls", e);
        }
    }

    /** Looks for them now; without a folder there are none. */
    public void find() {
        found = folder == null ? null : SystemFiles.of(folder);
    }
}
