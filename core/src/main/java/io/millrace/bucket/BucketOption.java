package io.millrace.bucket;

import io.millrace.access.AccessRules;
import io.millrace.option.Option;
import io.millrace.option.OptionGroup;
import io.millrace.option.OptionSet;
import io.millrace.option.Rule;
import io.millrace.page.FolderPage;
import io.millrace.s3.S3Place;
import java.time.Duration;

/**
 * Declares every option of a store in a bucket, once. What the file store has, too, has its name
 * and its flag. An option that bounds another stands before it.
 *
 * <p>Threads: any.
 */
final class BucketOption {

    static final OptionSet ALL = new OptionSet();

    private static final OptionGroup BUCKET = ALL.group("The bucket");
    private static final OptionGroup STORE = ALL.group("The store");
    private static final OptionGroup RIGHTS = ALL.group("Who may do what");
    private static final OptionGroup MEMORY = ALL.group("Memory");
    private static final OptionGroup ENGINE = ALL.group("Requests to the engine");

    private static final long MIB = 1 << 20;
    private static final long HEAP_BYTES = Runtime.getRuntime().maxMemory();

    // The bucket

    static final Option<String> URL = BUCKET.object("url", String.class, (String) null)
            .sets("the bucket: https://ENDPOINT/BUCKET or https://ENDPOINT/BUCKET/PREFIX/")
            .because("there is no bucket that could be meant")
            .noFlag("--bucket names it");

    static final Option<BucketKeys> KEYS = BUCKET
            .object("keys", BucketKeys.class, (BucketKeys) null)
            .standardText("those of the environment")
            .sets("keys that sign the requests to the engine")
            .because("it is where the programs of AWS look, too")
            .noFlag("--bucket-keys names a file: other users can see arguments");

    static final Option<String> REGION = BUCKET.object("region", String.class, (String) null)
            .standardText("that of the URL, else us-east-1")
            .rule(S3Place::refusal)
            .sets("region that the requests are signed for")
            .because("engines that have no regions take us-east-1")
            .flag("--bucket-region");

    static final Option<Boolean> HOST_STYLE = BUCKET.toggle("hostStyle")
            .sets("put the bucket's name into the host, as in BUCKET.ENDPOINT")
            .because("every engine takes it in the path, and few have the names in their DNS")
            .flag("--bucket-host-style");

    static final Option<Boolean> REQUIRE_CONDITIONS = BUCKET.toggle("requireConditions")
            .sets("refuse to start on an engine that doesn't hold conditional writes")
            .because("clients that send no conditions do without them")
            .flag("--require-conditions");

    static final Option<Duration> ABORT_AFTER = BUCKET
            .time("abortAfter", Duration.ofDays(1), Duration.ZERO, Duration.ofDays(365))
            .sets("age at which multipart uploads under the bucket's URL are aborted, whoever "
                    + "began them; 0: never")
            .because("the parts that killed nodes leave take room in the engine, and few PUTs take "
                    + "a day")
            .flag("--abort-after");

    // The store

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

    static final Option<Integer> PUT_STATUS = STORE.number("putStatus", "status code", 0, 0, 200)
            .rule(new PutStatusRule())
            .sets("status code of every PUT that has stored its object: 200, or 0 for 201 and 204")
            .because("201 and 204 tell a new object from a replaced one, which costs a request "
                    + "beside each PUT; some build caches take only 200")
            .flag("--put-status");

    static final Option<Long> MAX_OBJECT_BYTES = STORE
            .number("maxObjectBytes", "bytes", Long.MAX_VALUE, 0, Long.MAX_VALUE)
            .sets("largest object; larger ones get 413")
            .because("the engine is a limit already")
            .flag("--max-object");

    // Who may do what

    static final Option<AccessRules> ACCESS = RIGHTS
            .object("access", AccessRules.class, (AccessRules) null)
            .standardText("everyone may do all")
            .sets("which tokens may do what; BucketStore.access replaces them")
            .because("a server listens where only its own machine reaches it")
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
            .sets("refuse PUT and DELETE, with 405")
            .because("a store usually accepts objects")
            .flag("--read-only");

    // Memory

    static final Option<Long> PART_BYTES = MEMORY
            .number("partBytes", "bytes", 8 * MIB, 8 * MIB, 64 * MIB)
            .sets("size of the parts of large objects; the parts of the largest ones grow")
            .because("a PUT of unknown length holds one in memory")
            .flag("--part-bytes");

    static final Option<Long> BUFFER_BYTES = MEMORY
            .number("bufferBytes", "bytes", Math.max(16 * MIB, HEAP_BYTES / 4), 16 * MIB, 1L << 40)
            .standardText("a quarter of the heap, at least 16 MiB")
            .atLeast(PART_BYTES)
            .sets("memory for the bodies of all PUTs and resumable uploads together; a PUT for "
                    + "which none is left gets 503")
            .because("a PUT with Content-Length takes 128 to 512 KiB of it, one without takes a "
                    + "part")
            .flag("--bucket-buffer");

    static final Option<Long> CACHE_BYTES = MEMORY
            .number("cacheBytes", "bytes", Math.min(64 * MIB, HEAP_BYTES / 16), 0, 1L << 40)
            .standardText("a sixteenth of the heap, at most 64 MiB")
            .sets("memory for small objects that are read often; 0: none")
            .because("each read that it serves costs no request to the engine")
            .flag("--cache");

    static final Option<Integer> MAX_CACHED_OBJECT_BYTES = MEMORY
            .number("maxCachedObjectBytes", "bytes", 64 << 10, 0, 1 << 20)
            .sets("largest object that is kept in memory")
            .because("of larger ones the bytes take longer than the request")
            .flag("--cached-object");

    static final Option<Duration> CACHE_WINDOW = MEMORY
            .time("cacheWindow", Duration.ofSeconds(1), Duration.ZERO, Duration.ofHours(1))
            .sets("longest time a cached object may be stale after another node changed it; "
                    + "0: the engine is asked each time")
            .because("asking once a second costs little, and people don't notice")
            .flag("--cache-window");

    // Requests to the engine

    static final Option<Integer> MAX_REQUESTS = ENGINE
            .number("maxRequests", "requests", 1024, 1, 65_536)
            .sets("most requests to the engine at once; a client's request beyond them gets 503")
            .because("a slow engine would take connections and memory without end")
            .flag("--bucket-requests");

    static final Option<Integer> MAX_ATTEMPTS = ENGINE
            .number("maxAttempts", "attempts", 4, 1, 20)
            .sets("most attempts at a request that the engine has surely not carried out")
            .because("three retries bridge a short overload; clients retry after longer ones")
            .flag("--bucket-attempts");

    static final Option<Duration> CONNECT_TIMEOUT = ENGINE
            .time("connectTimeout", Duration.ofSeconds(5), Duration.ofMillis(1),
                    Duration.ofMinutes(5))
            .sets("longest time for a connection to the engine to be made")
            .because("it is there within a round trip, or not at all")
            .flag("--bucket-connect-timeout");

    static final Option<Duration> ANSWER_TIMEOUT = ENGINE
            .time("answerTimeout", Duration.ofSeconds(30), Duration.ofMillis(1),
                    Duration.ofMinutes(30))
            .sets("longest time from the last byte sent to the head of the engine's response")
            .because("engines take seconds to put large objects together")
            .flag("--bucket-answer-timeout");

    static final Option<Duration> PROGRESS_TIMEOUT = ENGINE
            .time("progressTimeout", Duration.ofSeconds(30), Duration.ofMillis(1),
                    Duration.ofMinutes(30))
            .sets("longest time in which no byte of a body goes to or comes from the engine")
            .because("it is the server's own limit for a client that stalls")
            .flag("--bucket-progress-timeout");

    private BucketOption() {
    }

    /** The status codes that every PUT may be told to have. */
    private static final class PutStatusRule implements Rule<Integer> {

        @Override
        public String violation(Integer code) {
            return code == 0 || code == 200 ? null : "must be 0 or 200";
        }
    }
}
