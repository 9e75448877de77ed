package io.millrace.resume;

import java.util.HashMap;
import java.util.Map;

/** How many bytes the unfinished uploads take together. Threads: any. */
final class UploadSizes {

    /** By the names of uploads. Guarded by this. */
    private final Map<String, Long> bytes = new HashMap<>();
    /** Guarded by this. */
    private long total;

    /**
     * An upload takes so many bytes.
     *
     * @return false if all together would take more than the most; then nothing has changed
     */
    synchronized boolean set(String name, long sizeBytes, long mostBytes) {
        long others = total - bytes.getOrDefault(name, 0L);
        if (sizeBytes > mostBytes - others) {
            return false;
        }
        bytes.put(name, sizeBytes);
        total = others + sizeBytes;
        return true;
    }

    synchronized void remove(String name) {
        Long gone = bytes.remove(name);
        total -= gone == null ? 0 : gone;
    }

    synchronized long total() {
        return total;
    }
}
