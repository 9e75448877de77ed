package io.millrace.evict;

/**
 * An object as a walk has found it.
 *
 * <p>Threads: any, immutable.
 *
 * @param name its name in the store
 * @param sizeBytes its length
 * @param modifiedNs when it was changed, in nanoseconds since 1970
 * @param accessedNs when it was read last, as far as its file tells, in nanoseconds since 1970
 * @param file tells its file from others, where the file system can
 */
public record StoredObject(String name, long sizeBytes, long modifiedNs, long accessedNs,
        int file) {

    private static final long DAY_NS = 86_400_000_000_000L;

    /**
     * When its file says that it was used last: the later of its times. A time that is more than a
     * day ahead says nothing; if neither says anything, it is taken as used now.
     */
    long usedNs(long nowNs) {
        long latestNs = nowNs + DAY_NS;
        long readNs = accessedNs > latestNs ? Long.MIN_VALUE : accessedNs;
        long changedNs = modifiedNs > latestNs ? Long.MIN_VALUE : modifiedNs;
        if (accessedNs > latestNs && modifiedNs > latestNs) {
            return nowNs;
        }
        return Math.min(nowNs, Math.max(readNs, changedNs));
    }
}
