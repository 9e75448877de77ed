package io.millrace.evict;

/**
 * What an {@link Evictor} has done since its start.
 *
 * <p>Threads: any, immutable.
 *
 * @param passes passes over all objects
 * @param byAge objects that left as they were not used for too long
 * @param bySize objects that left as there were too many bytes
 * @param bytes bytes of the objects that left
 * @param failed objects that the file system kept, each counted in every pass
 */
public record EvictionStats(long passes, long byAge, long bySize, long bytes, long failed) {

    static final EvictionStats NONE = new EvictionStats(0, 0, 0, 0, 0);

    EvictionStats plus(EvictionPass.Result pass) {
        return new EvictionStats(passes + 1, byAge + pass.byAge(), bySize + pass.bySize(),
                bytes + pass.evictedBytes(), failed + pass.failed());
    }
}
