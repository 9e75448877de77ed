package io.millrace.store;

import io.millrace.access.AccessRules;
import io.millrace.option.Options;
import io.millrace.page.FolderPage;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Set;

/**
 * The setters of the builder of {@link StoreOptions}, in a file of their own to keep both short.
 *
 * <p>Threads: one at a time.
 *
 * @param <B> the builder; bound by a public type, which is what its methods return once erased
 */
abstract class StoreSetters<B extends Options.Builder<B>> // decision 82
        extends Options.Builder<B> {

    StoreSetters() {
        super(StoreOption.ALL);
    }

    /** Sets {@link StoreOptions#contract}. */
    public B contract(Contract contract) { return set(StoreOption.CONTRACT, contract); }

    /** Sets {@link StoreOptions#flat}. */
    public B flat(boolean on) { return set(StoreOption.FLAT, on); }

    /** Sets {@link StoreOptions#noListing}. */
    public B noListing(boolean on) { return set(StoreOption.NO_LISTING, on); }

    /** Sets {@link StoreOptions#page}. */
    public B page(FolderPage page) { return set(StoreOption.PAGE, page); }

    /** Sets {@link StoreOptions#maxKeyBytes}. */
    public B maxKeyBytes(int bytes) { return set(StoreOption.MAX_KEY_BYTES, bytes); }

    /** Sets {@link StoreOptions#maxSegmentBytes}. */
    public B maxSegmentBytes(int bytes) { return set(StoreOption.MAX_SEGMENT_BYTES, bytes); }

    /** Sets {@link StoreOptions#maxSegments}. */
    public B maxSegments(int count) { return set(StoreOption.MAX_SEGMENTS, count); }

    /** Sets {@link StoreOptions#putStatus}. */
    public B putStatus(int code) { return set(StoreOption.PUT_STATUS, code); }

    /** Sets {@link StoreOptions#keepTimes}. */
    public B keepTimes(boolean on) { return set(StoreOption.KEEP_TIMES, on); }

    /** Sets {@link StoreOptions#durability}. */
    public B durability(Durability durability) { return set(StoreOption.DURABILITY, durability); }

    /** Sets {@link StoreOptions#maxObjectBytes}. */
    public B maxObjectBytes(long bytes) { return set(StoreOption.MAX_OBJECT_BYTES, bytes); }

    /** Sets {@link StoreOptions#quotaBytes}. */
    public B quotaBytes(long bytes) { return set(StoreOption.QUOTA_BYTES, bytes); }

    /** Sets {@link StoreOptions#evictAfter}. */
    public B evictAfter(Duration time) { return set(StoreOption.EVICT_AFTER, time); }

    /** Sets {@link StoreOptions#evictToBytes}. */
    public B evictToBytes(long bytes) { return set(StoreOption.EVICT_TO_BYTES, bytes); }

    /** Sets {@link StoreOptions#readOnly}. */
    public B readOnly(boolean on) { return set(StoreOption.READ_ONLY, on); }

    /** Sets {@link StoreOptions#token}. */
    public B token(String token) { return set(StoreOption.TOKEN, token); }

    /** Sets {@link StoreOptions#access}. */
    public B access(AccessRules rules) { return set(StoreOption.ACCESS, rules); }

    /** Sets {@link StoreOptions#openReads}. */
    public B openReads(boolean on) { return set(StoreOption.OPEN_READS, on); }

    /** Sets {@link StoreOptions#wrongTokenDelay}. */
    public B wrongTokenDelay(Duration time) { return set(StoreOption.WRONG_TOKEN_DELAY, time); }

    /** Sets {@link StoreOptions#noOverwrite}. */
    public B noOverwrite(boolean on) { return set(StoreOption.NO_OVERWRITE, on); }

    /** Sets {@link StoreOptions#fileMode}. */
    public B fileMode(Set<PosixFilePermission> permissions) {
        return set(StoreOption.FILE_MODE, permissions);
    }

    /** Sets {@link StoreOptions#nonAtomicReplace}. */
    public B nonAtomicReplace(boolean on) { return set(StoreOption.NON_ATOMIC_REPLACE, on); }

    /** Sets {@link StoreOptions#cacheBytes}. */
    public B cacheBytes(long bytes) { return set(StoreOption.CACHE_BYTES, bytes); }

    /** Sets {@link StoreOptions#cachedObjectBytes}. */
    public B cachedObjectBytes(int bytes) { return set(StoreOption.CACHED_OBJECT_BYTES, bytes); }

    /** Sets {@link StoreOptions#cacheWindow}. */
    public B cacheWindow(Duration time) { return set(StoreOption.CACHE_WINDOW, time); }

    /** Sets {@link StoreOptions#threads}. */
    public B threads(int count) { return set(StoreOption.THREAD_COUNT, count); }

    /** Sets {@link StoreOptions#maxWaiting}. */
    public B maxWaiting(int count) { return set(StoreOption.MAX_WAITING, count); }

    /** Sets {@link StoreOptions#maxDigests}. */
    public B maxDigests(int count) { return set(StoreOption.MAX_DIGESTS, count); }

    /** Sets {@link StoreOptions#keepDigests}. */
    public B keepDigests(boolean on) { return set(StoreOption.KEEP_DIGESTS, on); }
}
