package io.millrace.bucket;

import io.millrace.access.AccessRules;
import io.millrace.option.Options;
import io.millrace.page.FolderPage;
import java.time.Duration;

/**
 * The setters of the builder of {@link BucketOptions}, in a file of their own to keep both short.
 *
 * <p>Threads: one at a time.
 *
 * @param <B> the builder; bound by a public type, which is what its methods return once erased
 */
abstract class BucketSetters<B extends Options.Builder<B>> // decision 82
        extends Options.Builder<B> {

    BucketSetters() {
        super(BucketOption.ALL);
    }

    /** Sets {@link BucketOptions#keys}. */
    public B keys(BucketKeys keys) { return set(BucketOption.KEYS, keys); }

    /** Sets {@link BucketOptions#region}. */
    public B region(String name) { return set(BucketOption.REGION, name); }

    /** Sets {@link BucketOptions#hostStyle}. */
    public B hostStyle(boolean on) { return set(BucketOption.HOST_STYLE, on); }

    /** Sets {@link BucketOptions#requireConditions}. */
    public B requireConditions(boolean on) { return set(BucketOption.REQUIRE_CONDITIONS, on); }

    /** Sets {@link BucketOptions#abortAfter}. */
    public B abortAfter(Duration time) { return set(BucketOption.ABORT_AFTER, time); }

    /** Sets {@link BucketOptions#noListing}. */
    public B noListing(boolean on) { return set(BucketOption.NO_LISTING, on); }

    /** Sets {@link BucketOptions#page}. */
    public B page(FolderPage page) { return set(BucketOption.PAGE, page); }

    /** Sets {@link BucketOptions#putStatus}. */
    public B putStatus(int value) { return set(BucketOption.PUT_STATUS, value); }

    /** Sets {@link BucketOptions#maxObjectBytes}. */
    public B maxObjectBytes(long bytes) { return set(BucketOption.MAX_OBJECT_BYTES, bytes); }

    /** Sets {@link BucketOptions#access}. */
    public B access(AccessRules rules) { return set(BucketOption.ACCESS, rules); }

    /** Sets {@link BucketOptions#openReads}. */
    public B openReads(boolean on) { return set(BucketOption.OPEN_READS, on); }

    /** Sets {@link BucketOptions#wrongTokenDelay}. */
    public B wrongTokenDelay(Duration time) { return set(BucketOption.WRONG_TOKEN_DELAY, time); }

    /** Sets {@link BucketOptions#readOnly}. */
    public B readOnly(boolean on) { return set(BucketOption.READ_ONLY, on); }

    /** Sets {@link BucketOptions#partBytes}. */
    public B partBytes(long bytes) { return set(BucketOption.PART_BYTES, bytes); }

    /** Sets {@link BucketOptions#bufferBytes}. */
    public B bufferBytes(long bytes) { return set(BucketOption.BUFFER_BYTES, bytes); }

    /** Sets {@link BucketOptions#cacheBytes}. */
    public B cacheBytes(long bytes) { return set(BucketOption.CACHE_BYTES, bytes); }

    /** Sets {@link BucketOptions#maxCachedObjectBytes}. */
    public B maxCachedObjectBytes(int bytes) {
        return set(BucketOption.MAX_CACHED_OBJECT_BYTES, bytes);
    }

    /** Sets {@link BucketOptions#cacheWindow}. */
    public B cacheWindow(Duration time) { return set(BucketOption.CACHE_WINDOW, time); }

    /** Sets {@link BucketOptions#maxRequests}. */
    public B maxRequests(int value) { return set(BucketOption.MAX_REQUESTS, value); }

    /** Sets {@link BucketOptions#maxAttempts}. */
    public B maxAttempts(int value) { return set(BucketOption.MAX_ATTEMPTS, value); }

    /** Sets {@link BucketOptions#connectTimeout}. */
    public B connectTimeout(Duration time) { return set(BucketOption.CONNECT_TIMEOUT, time); }

    /** Sets {@link BucketOptions#answerTimeout}. */
    public B answerTimeout(Duration time) { return set(BucketOption.ANSWER_TIMEOUT, time); }

    /** Sets {@link BucketOptions#progressTimeout}. */
    public B progressTimeout(Duration time) { return set(BucketOption.PROGRESS_TIMEOUT, time); }
}
