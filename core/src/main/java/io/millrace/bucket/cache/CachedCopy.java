package io.millrace.bucket.cache;

/**
 * A small object in memory, as the engine had it.
 *
 * <p>Threads: any. When it was checked is guarded by its cache.
 */
public final class CachedCopy {

    /** What an entry takes beside its bytes and its name, its fields of usual length included. */
    private static final int BASE_BYTES = 768;

    private final String name;
    private final ObjectHead head;
    private final byte[] bytes;
    /** The time before the engine was asked for it last, by the cache's clock. */
    private long checkedNs;

    /** @param checkedNs the time before the engine was asked for it */
    CachedCopy(String name, ObjectHead head, byte[] bytes, long checkedNs) {
        this.name = name;
        this.head = head;
        this.bytes = bytes;
        this.checkedNs = checkedNs;
    }

    /** The key of the object. */
    String name() {
        return name;
    }

    /** What the engine says of it. */
    public ObjectHead head() {
        return head;
    }

    /** Its bytes, not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    /** What it takes of the memory. */
    long costBytes() {
        return BASE_BYTES + 2L * name.length() + head.fields().length() + bytes.length;
    }

    long checkedNs() {
        return checkedNs;
    }

    void checked(long nowNs) {
        checkedNs = nowNs;
    }
}
