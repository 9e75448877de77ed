package io.millrace.store;

import io.millrace.access.AccessRules;
import io.millrace.option.Option;
import io.millrace.option.OptionGroup;
import io.millrace.option.OptionSet;
import io.millrace.page.FolderPage;
import io.millrace.tree.KeyLimits;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Set;

/**
 * Declares every option of a store, once. An option that bounds another stands before it.
 *
 * <p>Threads: any.
 */
final class StoreOption {

    static final OptionSet ALL = new OptionSet();

    private static final OptionGroup STORE = ALL.group("The store");
    private static final OptionGroup RIGHTS = ALL.group("Who may do what");
    private static final OptionGroup ROOM = ALL.group("Room");
    private static final OptionGroup CACHE = ALL.group("Small objects in memory");
    private static final OptionGroup DEVICE = ALL.group("The device");

    // The store

    static final Option<Contract> CONTRACT = STORE.choice("contract", Contract.HTTP)
            .alias("rfc9110", Contract.RFC9110)
            .sets("response codes: http (RFC 9110) or article (the 2017 program)")
            .because("today's clients expect those of RFC 9110")
            .flag("--contract");

    static final Option<Boolean> FLAT = STORE.toggle("flat")
            .sets("refuse keys of several segments: PUT gets 409, other methods 404")
            .because("most clients of a store use folders")
            .flag("--flat");

    static final Option<Boolean> NO_LISTING = STORE.toggle("noListing")
            .sets("list no folders: GET of a folder gets 404")
            .because("download programs, mirrors and package tools find files by listings")
            .flag("--no-listing");

    static final Option<FolderPage> PAGE = STORE
            .object("page", FolderPage.class, (FolderPage) null)
            .sets("how folders are shown to browsers")
            .because("programs read the plain HTML of listings, and an application may have a "
                    + "page of its own")
            .noFlag("the program has one page; --no-page leaves it out");

    static final Option<Integer> MAX_KEY_BYTES = STORE
            .number("maxKeyBytes", "bytes", KeyLimits.DEFAULTS.maxBytes(), 1, 4096)
            .sets("longest key in UTF-8, the slashes between its segments included; longer ones "
                    + "get 400")
            .because("it is what S3 takes")
            .flag("--max-key");

    static final Option<Integer> MAX_SEGMENT_BYTES = STORE
            .number("maxSegmentBytes", "bytes", KeyLimits.DEFAULTS.maxSegmentBytes(), 1, 255)
            .sets("longest segment of a key in UTF-8; longer ones get 400")
            .because("it is the longest name that today's file systems take")
            .flag("--max-segment");

    static final Option<Integer> MAX_SEGMENTS = STORE
            .number("maxSegments", "segments", KeyLimits.DEFAULTS.maxSegments(), 1, 256)
            .sets("most segments of a key; more get 400")
            .because("folders that deep are rare, and each costs a look")
            .flag("--max-segments");

    static final Option<Integer> PUT_STATUS = STORE.number("putStatus", "status code", 0, 0, 200)
            .rule(new PutStatusRule())
            .sets("status code of every PUT that has stored its object: 200, or 0 for those of "
                    + "the contract")
            .because("the contract's codes tell a new object from a replaced one; some build "
                    + "caches take only 200")
            .flag("--put-status");

    static final Option<Boolean> KEEP_TIMES = STORE.toggle("keepTimes")
            .sets("date objects as the X-OC-Mtime or Last-Modified of their PUT says")
            .because("an object's time tells caches and backups when it was stored")
            .flag("--keep-times");

    static final Option<Durability> DURABILITY = STORE.choice("durability", Durability.NONE)
            .sets("what a PUT or DELETE forces to the device before its response: nothing, the "
                    + "object's data, or data and folder")
            .because("the 2017 program and most file servers force nothing")
            .flag("--durability");

    static final Option<Boolean> NON_ATOMIC_REPLACE = STORE.toggle("nonAtomicReplace")
            .sets("allow file systems without atomic rename")
            .because("a reader may miss the object for a moment there, and a process killed then "
                    + "loses it")
            .flag("--non-atomic");

    // Who may do what

    static final Option<String> TOKEN = RIGHTS.object("token", String.class, (String) null)
            .rule(new TokenRule())
            .secret()
            .sets("token that requests must carry as Authorization: Bearer TOKEN; others get 401")
            .because("a server listens where only its own machine reaches it")
            .noFlag("--token-file names a file: other users can see arguments");

    static final Option<AccessRules> ACCESS = RIGHTS
            .object("access", AccessRules.class, (AccessRules) null)
            .sets("which tokens may do what, in place of one token;"
                    + " FolderStore.access replaces them")
            .because("one token or none is enough for most")
            .noFlag("--token-file names a file, which is read again when it changes");

    static final Option<Boolean> OPEN_READS = RIGHTS.toggle("openReads")
            .sets("let GET, HEAD and OPTIONS pass without the token")
            .because("a token that is set should protect everything")
            .flag("--open-reads");

    static final Option<Duration> WRONG_TOKEN_DELAY = RIGHTS
            .time("wrongTokenDelay", Duration.ofSeconds(1), Duration.ZERO, Duration.ofMinutes(1))
            .sets("wait before the 401 to a wrong token; 0: none")
            .because("it slows down clients that guess, and people don't notice")
            .flag("--wrong-token-delay");

    static final Option<Boolean> READ_ONLY = RIGHTS.toggle("readOnly")
            .sets("refuse PUT and DELETE, with 403 (article) or 405 (http)")
            .because("a store usually accepts objects")
            .flag("--read-only");

    static final Option<Boolean> NO_OVERWRITE = RIGHTS.toggle("noOverwrite")
            .sets("refuse PUT of an object that exists, with 409")
            .because("a client that replaces an object usually means to")
            .flag("--no-overwrite");

    static final Option<Set<PosixFilePermission>> FILE_MODE = RIGHTS
            .<Set<PosixFilePermission>>object("fileMode", Set.class, Set.of())
            .rule(new FileModeRule())
            .sets("permissions of stored files, whatever the umask; those that may read may also "
                    + "enter the folders that a PUT makes")
            .because("the umask is where people look first")
            .flag("--file-mode");

    // Room

    static final Option<Long> MAX_OBJECT_BYTES = ROOM
            .number("maxObjectBytes", "bytes", Long.MAX_VALUE, 0, Long.MAX_VALUE)
            .sets("largest object; larger ones get 413")
            .because("the quota and the disk are limits already")
            .flag("--max-object");

    static final Option<Long> QUOTA_BYTES = ROOM
            .number("quotaBytes", "bytes", Long.MAX_VALUE, 0, Long.MAX_VALUE)
            .sets("total size of all objects and unfinished PUTs; a PUT beyond it gets 507")
            .because("without a quota the objects need not be counted")
            .flag("--quota");

    static final Option<Duration> EVICT_AFTER = ROOM
            .time("evictAfter", Duration.ZERO, Duration.ZERO, Duration.ofDays(3650))
            .sets("time after which objects that were neither read nor stored are deleted; "
                    + "0: never")
            .because("a store keeps what it is given, unless it is a cache")
            .flag("--evict-after");

    static final Option<Long> EVICT_TO_BYTES = ROOM
            .number("evictToBytes", "bytes", 0, 0, 1L << 50)
            .atMost(QUOTA_BYTES)
            .sets("total size of all objects beyond which the least recently used are deleted, "
                    + "until a tenth is free; 0: never")
            .because("a store keeps what it is given, unless it is a cache")
            .flag("--evict-to");

    // Small objects in memory

    static final Option<Long> CACHE_BYTES = CACHE
            .number("cacheBytes", "bytes", 32L << 20, 0, 1L << 40)
            .sets("memory for small objects that are read often, at most a quarter of the heap; "
                    + "0: none")
            .because("it holds 16,000 objects of 1 KiB")
            .flag("--cache");

    static final Option<Integer> CACHED_OBJECT_BYTES = CACHE
            .number("cachedObjectBytes", "bytes", 32 << 10, 0, 1 << 20)
            .sets("largest object that is kept in memory")
            .because("it leaves with its head in one write; larger ones are cheaper to send from "
                    + "their file")
            .flag("--cached-object");

    static final Option<Duration> CACHE_WINDOW = CACHE
            .time("cacheWindow", Duration.ofSeconds(1), Duration.ZERO, Duration.ofHours(1))
            .sets("longest time a cached object may be stale after another program changed its "
                    + "file")
            .because("checking a file once a second costs little, and people don't notice")
            .flag("--cache-window");

    // The device

    static final Option<Integer> THREAD_COUNT = DEVICE.number("threads", "threads", 4, 1, 1024)
            .sets("threads that force files to the device and commit large objects")
            .because("a device takes a few forces at once, and workers never wait for one")
            .noFlag("four suit one device");

    static final Option<Integer> MAX_WAITING = DEVICE
            .number("maxWaiting", "responses", 16_384, 1, 1 << 24)
            .sets("most responses that wait for those threads; more get 503")
            .because("a server has that many connections")
            .noFlag("it goes with the threads");

    static final Option<Integer> MAX_DIGESTS = DEVICE
            .number("maxDigests", "digests", 64, 0, 65_536)
            .sets("most digests of objects computed or waiting at once, one of them of more than "
                    + "16 MiB; beyond that, responses have none; 0: none ever")
            .because("clients only wish for a digest, which means to read the whole object")
            .flag("--max-digests");

    static final Option<Boolean> KEEP_DIGESTS = DEVICE.toggle("keepDigests")
            .sets("keep the sha-256 of every PUT beside the object")
            .because("to hash doubles its work")
            .flag("--keep-digests");

    private StoreOption() {
    }
}
