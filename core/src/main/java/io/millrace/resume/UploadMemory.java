package io.millrace.resume;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What the store keeps of uploads in memory, be they unfinished or complete: above all their notes,
 * which clients make as long as they like. Threads: any.
 */
final class UploadMemory { // decision 264

    /** What an upload takes besides its path and its note, measured. */
    private static final int EACH_BYTES = 1024;

    private final long maxBytes;
    private final int maxComplete;
    /** By the names of the unfinished ones. Guarded by this. */
    private final Map<String, Long> unfinished = new LinkedHashMap<>();
    /** By the names of the complete ones, the oldest first. Guarded by this. */
    private final Map<String, Long> complete = new LinkedHashMap<>();
    /** Guarded by this. */
    private long takenBytes;

    /**
     * Memory that no upload takes yet.
     *
     * @param maxBytes beyond that no upload begins
     * @param maxComplete how many complete ones are remembered
     */
    UploadMemory(long maxBytes, int maxComplete) {
        this.maxBytes = maxBytes;
        this.maxComplete = maxComplete;
    }

    /** What an upload takes. */
    static long bytes(String path, byte[] note) {
        return EACH_BYTES + path.length() + (long) note.length;
    }

    /** Takes so much for an upload that is about to begin; false if there isn't as much. */
    synchronized boolean take(long bytes) {
        if (bytes > maxBytes - takenBytes) {
            return false;
        }
        takenBytes += bytes;
        return true;
    }

    /** That upload has begun; null if it could not. */
    synchronized void begun(String name, long bytes) {
        takenBytes -= bytes;
        if (name != null) {
            found(name, false, bytes);
        }
    }

    /** There is such an upload. Nothing happens if it is known. */
    synchronized void found(String name, boolean isComplete, long bytes) {
        if (!unfinished.containsKey(name) && !complete.containsKey(name)) {
            (isComplete ? complete : unfinished).put(name, bytes);
            takenBytes += bytes;
        }
    }

    /** An upload has become its object. */
    synchronized void completed(String name) {
        Long bytes = unfinished.remove(name);
        if (bytes != null) {
            complete.put(name, bytes);
        }
    }

    /** There is no such upload any more. */
    synchronized void gone(String name) {
        Long bytes = unfinished.remove(name);
        bytes = bytes == null ? complete.remove(name) : bytes;
        takenBytes -= bytes == null ? 0 : bytes;
    }

    /** The complete one to forget when there are too many; null if there are not. */
    synchronized String surplus() {
        return complete.size() > maxComplete || takenBytes > maxBytes ? oldest() : null;
    }

    /** The complete one to forget for another upload; null if there is none. */
    synchronized String oldest() {
        return complete.isEmpty() ? null : complete.keySet().iterator().next();
    }

    /** All that are known. */
    synchronized Set<String> names() {
        Set<String> names = new HashSet<>(unfinished.keySet());
        names.addAll(complete.keySet());
        return names;
    }
}
