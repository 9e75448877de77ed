package io.millrace.resume;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** How many uploads are unfinished, and the bytes that they take. Threads: any. */
final class UploadSizes {

    /** By the names of uploads. Guarded by this. */
    private final Map<String, Long> bytes = new HashMap<>();
    /** Guarded by this. */
    private long total;

    /** Uploads that are about to begin. Guarded by this. */
    private int beginning;

    /** Whether those of earlier processes are among them. Guarded by this. */
    private boolean areCounted;

    /** Whether the uploads of earlier processes have been counted. */
    synchronized boolean areCounted() {
        return areCounted;
    }

    /** They have been. */
    synchronized void counted() {
        areCounted = true;
    }

    /** There is an upload of an earlier process. Nothing happens if it is known. */
    synchronized void found(String name, long sizeBytes) {
        if (bytes.putIfAbsent(name, sizeBytes) == null) {
            total += sizeBytes;
        }
    }

    /** Takes a place for one more upload; false if there is none. */
    synchronized boolean begin(int mostUploads) {
        if (bytes.size() + beginning >= mostUploads) {
            return false;
        }
        beginning++;
        return true;
    }

    /** Whether an upload may be one that is about to begin. */
    synchronized boolean mayBegin(String name) {
        return beginning > 0 && !bytes.containsKey(name);
    }

    /** Such an upload has begun; null if it could not. */
    synchronized void begun(String name) {
        beginning--;
        if (name != null) {
            bytes.putIfAbsent(name, 0L);
        }
    }

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

    /** Those that are known. */
    synchronized Set<String> names() {
        return new HashSet<>(bytes.keySet());
    }

    synchronized long total() {
        return total;
    }
}
