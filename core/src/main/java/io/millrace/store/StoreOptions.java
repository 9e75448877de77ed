package io.millrace.store;

import io.millrace.access.AccessControl;
import io.millrace.access.AccessRules;
import io.millrace.option.Option;
import io.millrace.option.Options;
import io.millrace.page.FolderPage;
import io.millrace.tree.FolderSettings;
import io.millrace.tree.KeyLimits;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The options of a store, made by {@link #builder}.
 *
 * <p>Each accessor states what the option sets, its unit, default and range, and the reason for the
 * default, as {@code StoreOption} declares it.
 *
 * <p>Threads: any, immutable.
 *
 * @since 0.1
 */
public final class StoreOptions extends Options {

    private final Contract contract = get(StoreOption.CONTRACT);
    private final boolean flat = get(StoreOption.FLAT);
    private final boolean noListing = get(StoreOption.NO_LISTING);
    private final FolderPage page = get(StoreOption.PAGE);
    private final int maxKeyBytes = get(StoreOption.MAX_KEY_BYTES);
    private final int maxSegmentBytes = get(StoreOption.MAX_SEGMENT_BYTES);
    private final int maxSegments = get(StoreOption.MAX_SEGMENTS);
    private final int putStatus = get(StoreOption.PUT_STATUS);
    private final boolean keepTimes = get(StoreOption.KEEP_TIMES);
    private final Durability durability = get(StoreOption.DURABILITY);
    private final long maxObjectBytes = get(StoreOption.MAX_OBJECT_BYTES);
    private final long quotaBytes = get(StoreOption.QUOTA_BYTES);
    private final Duration evictAfter = get(StoreOption.EVICT_AFTER);
    private final long evictToBytes = get(StoreOption.EVICT_TO_BYTES);
    private final boolean readOnly = get(StoreOption.READ_ONLY);
    private final String token = get(StoreOption.TOKEN);
    private final AccessRules access = get(StoreOption.ACCESS);
    private final boolean openReads = get(StoreOption.OPEN_READS);
    private final Duration wrongTokenDelay = get(StoreOption.WRONG_TOKEN_DELAY);
    private final boolean noOverwrite = get(StoreOption.NO_OVERWRITE);
    private final Set<PosixFilePermission> fileMode = get(StoreOption.FILE_MODE);
    private final boolean nonAtomicReplace = get(StoreOption.NON_ATOMIC_REPLACE);
    private final long cacheBytes = get(StoreOption.CACHE_BYTES);
    private final int cachedObjectBytes = get(StoreOption.CACHED_OBJECT_BYTES);
    private final Duration cacheWindow = get(StoreOption.CACHE_WINDOW);
    private final int threads = get(StoreOption.THREAD_COUNT);
    private final int maxWaiting = get(StoreOption.MAX_WAITING);
    private final int maxDigests = get(StoreOption.MAX_DIGESTS);
    private final boolean keepDigests = get(StoreOption.KEEP_DIGESTS);

    private StoreOptions(Builder builder) {
        super(builder);
        if (token != null && access != null) {
            throw new IllegalArgumentException("set token or access, not both");
        }
    }

    /** The defaults. */
    public static StoreOptions defaults() {
        return builder().build();
    }

    /** A builder that starts at the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Every option of a store, for programs that set options by name, for example from flags. */
    public static List<Option<?>> all() {
        return StoreOption.ALL.all();
    }

    /** How long keys may be; the article's have one segment. */
    KeyLimits keyLimits() {
        return new KeyLimits(maxKeyBytes, maxSegmentBytes, maxSegments,
                flat || contract == Contract.ARTICLE);
    }

    /** Who may do what. */
    AccessControl accessControl() {
        AccessRules rules = access != null ? access
                : token == null ? AccessRules.open() : AccessRules.token(token);
        return new AccessControl(rules, openReads, wrongTokenDelay);
    }

    /** How the folder of the objects is opened. */
    FolderSettings folderSettings() {
        return new FolderSettings(keyLimits().depth(), readOnly, nonAtomicReplace,
                durability != Durability.NONE, durability == Durability.FULL, fileMode);
    }

    /**
     * Response codes: http (RFC 9110) or article (the 2017 program). Default HTTP: today's clients
     * expect those of RFC 9110.
     */
    public Contract contract() { return contract; }

    /**
     * Refuse keys of several segments: PUT gets 409, other methods 404. Default off: most clients
     * of a store use folders. The article's contract has no such keys in any case.
     */
    public boolean flat() { return flat; }

    /**
     * List no folders: GET of a folder gets 404. Default off: download programs, mirrors and
     * package tools find files by listings. The article's contract has no listings in any case, and
     * of a flat store only its own folder is listed.
     */
    public boolean noListing() { return noListing; }

    /**
     * How folders are shown to browsers. Default none: programs read the plain HTML of listings,
     * and an application may have a page of its own. Null for none. Listings for programs, and
     * those of a store that has none, stay as they are.
     */
    public @Nullable FolderPage page() { return page; }

    /**
     * Longest key in UTF-8, the slashes between its segments included; longer ones get 400 (bytes).
     * Default 1 KiB, range 1 to 4 KiB: it is what S3 takes.
     */
    public int maxKeyBytes() { return maxKeyBytes; }

    /**
     * Longest segment of a key in UTF-8; longer ones get 400 (bytes). Default 255, range 1 to 255:
     * it is the longest name that today's file systems take.
     */
    public int maxSegmentBytes() { return maxSegmentBytes; }

    /**
     * Most segments of a key; more get 400 (segments). Default 64, range 1 to 256: folders that
     * deep are rare, and each costs a look.
     */
    public int maxSegments() { return maxSegments; }

    /**
     * Status code of every PUT that has stored its object: 200, or 0 for those of the contract
     * (status code). Default 0, range 0 to 200: the contract's codes tell a new object from a
     * replaced one; some build caches take only 200.
     */
    public int putStatus() { return putStatus; }

    /**
     * Date objects as the X-OC-Mtime or Last-Modified of their PUT says. Default off: an object's
     * time tells caches and backups when it was stored. Only a second that is over is kept.
     */
    public boolean keepTimes() { return keepTimes; }

    /**
     * What a PUT or DELETE forces to the device before its response: nothing, the object's data, or
     * data and folder. Default NONE: the 2017 program and most file servers force nothing.
     */
    public Durability durability() { return durability; }

    /**
     * Largest object; larger ones get 413 (bytes). Default unlimited, range from 0: the quota and
     * the disk are limits already.
     */
    public long maxObjectBytes() { return maxObjectBytes; }

    /**
     * Total size of all objects and unfinished PUTs; a PUT beyond it gets 507 (bytes). Default
     * unlimited, range from 0: without a quota the objects need not be counted. Unfinished
     * PUTs count with what they have written, also where they replace an object, and a body whose
     * length doesn't fit is refused at once. What other programs add or remove is found by a count
     * in the background, within a minute or so and before or soon after a PUT is refused. A store
     * with more than 1,000 objects refuses PUTs with 503 after it was opened, until it has counted
     * them: some seconds for a million.
     */
    public long quotaBytes() { return quotaBytes; }

    /**
     * Time after which objects that were neither read nor stored are deleted; 0: never. Default 0
     * s, range 0 s to 3650 days: a store keeps what it is given, unless it is a cache. It counts in
     * whole seconds. A GET, HEAD or refused conditional PUT of an object is a use of it, too. What
     * was used before the start is known by the times of files. Not for stores that only read.
     */
    public Duration evictAfter() { return evictAfter; }

    /**
     * Total size of all objects beyond which the least recently used are deleted, until a tenth is
     * free; 0: never (bytes). Default 0, range 0 to 1024 TiB, at most quotaBytes: a store keeps
     * what it is given, unless it is a cache. Deleting follows in the background, so the quota
     * should leave room for what comes meanwhile. Not for stores that only read.
     */
    public long evictToBytes() { return evictToBytes; }

    /**
     * Refuse PUT and DELETE, with 403 (article) or 405 (http). Default off: a store usually
     * accepts objects. Such a store writes nothing, no lock either, so it may share its folder.
     */
    public boolean readOnly() { return readOnly; }

    /**
     * Token that requests must carry as Authorization: Bearer TOKEN; others get 401. Default none:
     * a server listens where only its own machine reaches it. See RFC 6750. Null for none. It is 1
     * to 4096 visible ASCII characters.
     */
    public @Nullable String token() { return token; }

    /**
     * Which tokens may do what, in place of one token; FolderStore.access replaces them. Default
     * none: one token or none is enough for most. Null for none.
     */
    public @Nullable AccessRules access() { return access; }

    /**
     * Let GET, HEAD and OPTIONS pass without the token. Default off: a token that is set should
     * protect everything.
     */
    public boolean openReads() { return openReads; }

    /**
     * Wait before the 401 to a wrong token; 0: none. Default 1 s, range 0 s to 60 s: it slows down
     * clients that guess, and people don't notice. At most 1,024 wait at once, the others get it
     * immediately.
     */
    public Duration wrongTokenDelay() { return wrongTokenDelay; }

    /**
     * Refuse PUT of an object that exists, with 409. Default off: a client that replaces an object
     * usually means to. DELETE works, for those that may.
     */
    public boolean noOverwrite() { return noOverwrite; }

    /**
     * Permissions of stored files, whatever the umask; those that may read may also enter the
     * folders that a PUT makes. Default none: the umask is where people look first. Objects that
     * are there keep theirs until they are replaced. The owner must be able to read and write, and
     * files are not executable.
     */
    public Set<PosixFilePermission> fileMode() { return fileMode; }

    /**
     * Allow file systems without atomic rename. Default off: a reader may miss the object for a
     * moment there, and a process killed then loses it.
     */
    public boolean nonAtomicReplace() { return nonAtomicReplace; }

    /**
     * Memory for small objects that are read often, at most a quarter of the heap; 0: none (bytes).
     * Default 32 MiB, range 0 to 1 TiB: it holds 16,000 objects of 1 KiB. Some 1 KiB of each object
     * is overhead. Nothing is kept on file systems other than the default one, nor where two names
     * can be one file (without case, or with Unicode normalized), as a change through one could not
     * be seen through the other.
     */
    public long cacheBytes() { return cacheBytes; }

    /**
     * Largest object that is kept in memory (bytes). Default 32 KiB, range 0 to 1 MiB: it leaves
     * with its head in one write; larger ones are cheaper to send from their file.
     * StoreLoopbackBenchmark measures a GET either way.
     */
    public int cachedObjectBytes() { return cachedObjectBytes; }

    /**
     * Longest time a cached object may be stale after another program changed its file. Default 1
     * s, range 0 s to 1 h: checking a file once a second costs little, and people don't notice. A
     * change made through the store is seen at once. Zero looks at the file every time.
     */
    public Duration cacheWindow() { return cacheWindow; }

    /**
     * Threads that force files to the device and commit large objects (threads). Default 4, range 1
     * to 1024: a device takes a few forces at once, and workers never wait for one.
     */
    public int threads() { return threads; }

    /**
     * Most responses that wait for those threads; more get 503 (responses). Default 16384, range 1
     * to 16777216: a server has that many connections.
     */
    public int maxWaiting() { return maxWaiting; }

    /**
     * Most digests of objects computed or waiting at once, one of them of more than 16 MiB; beyond
     * that, responses have none; 0: none ever (digests). Default 64, range 0 to 65536: clients only
     * wish for a digest, which means to read the whole object. Those of PUTs are always compared.
     */
    public int maxDigests() { return maxDigests; }

    /** Keep the sha-256 of every PUT beside the object. Default off: to hash doubles its work. */
    public boolean keepDigests() { return keepDigests; }

    /**
     * Sets options by name; the accessor of each describes it. A value is checked by {@link
     * #build}. Threads: one at a time.
     *
     * @since 0.1
     */
    public static final class Builder extends StoreSetters<Builder> {

        private Builder() {
        }

        /**
         * The options.
         *
         * @throws io.millrace.option.OptionException naming the option, its range and the value
         */
        public StoreOptions build() {
            StoreOptions options = new StoreOptions(this);
            if (options.readOnly && !options.evictAfter.isZero()) {
                throw conflict(StoreOption.EVICT_AFTER, StoreOption.READ_ONLY);
            }
            if (options.readOnly && options.evictToBytes != 0) {
                throw conflict(StoreOption.EVICT_TO_BYTES, StoreOption.READ_ONLY);
            }
            return options;
        }
    }
}
