package io.millrace.site;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Files of a folder that were looked at, those that are small with their bytes. The oldest leave
 * first. A hit takes no lock.
 *
 * <p>Threads: any.
 */
final class SiteCache {

    /**
     * A file as it was seen.
     *
     * <p>Threads: any.
     */
    static final class Entry {

        private final FolderLook look;
        private final SiteFile file;
        private final long costBytes;
        /** When the folder was compared with this last. Any thread that has compared sets it. */
        private volatile long checkedNs;

        Entry(FolderLook look, SiteFile file, long costBytes, long checkedNs) {
            this.look = look;
            this.file = file;
            this.costBytes = costBytes;
            this.checkedNs = checkedNs;
        }

        FolderLook look() {
            return look;
        }

        SiteFile file() {
            return file;
        }

        long checkedNs() {
            return checkedNs;
        }

        void checked(long nowNs) {
            checkedNs = nowNs;
        }
    }

    private final long maxBytes;
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    /** The same, oldest first. Guarded by this. */
    private final Map<String, Entry> order = new LinkedHashMap<>();
    /** What all entries take. Guarded by this. */
    private long usedBytes;

    /**
     * An empty cache.
     *
     * @param maxBytes what all entries may take; 0 for no cache
     */
    SiteCache(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Null if the file is not here. */
    Entry find(String name) {
        return entries.get(name);
    }

    /** Whether an entry of this cost can be kept. */
    boolean holds(long costBytes) {
        return costBytes <= maxBytes;
    }

    /** Keeps a file in place of any other of that name. */
    synchronized void keep(String name, Entry entry) {
        forget(name);
        if (!holds(entry.costBytes)) {
            return;
        }
        Iterator<String> oldest = order.keySet().iterator();
        while (usedBytes > maxBytes - entry.costBytes) {
            String leaving = oldest.next();
            usedBytes -= entries.remove(leaving).costBytes;
            oldest.remove();
        }
        entries.put(name, entry);
        order.put(name, entry);
        usedBytes += entry.costBytes;
    }

    /** Forgets what has a name. */
    synchronized void forget(String name) {
        Entry entry = order.remove(name);
        if (entry != null) {
            entries.remove(name);
            usedBytes -= entry.costBytes;
        }
    }

    /** What all entries take now. */
    synchronized long usedBytes() {
        return usedBytes;
    }
}
