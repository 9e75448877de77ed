package io.millrace.bucket;

import io.millrace.access.AccessRules;
import io.millrace.access.Right;
import io.millrace.bucket.uploads.BucketUploads;
import io.millrace.bucket.write.BucketLeftovers;
import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.log.SafeLog;
import io.millrace.tree.KeyResponses;
import io.millrace.upload.UnfinishedUploads;
import java.io.Closeable;
import java.io.IOException;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Objects behind keys, as {@code FolderStore} has them, in a bucket of an engine with S3's API:
 * AWS, Ceph, MinIO, SeaweedFS and others. Any number of nodes serve one bucket; none keeps anything
 * of its own, so that a node may end at any moment, and a new one begin.
 *
 * <p>Requests are signed by AWS Signature Version 4. Bodies of any size stream through in constant
 * memory; a PUT is answered once the engine has stored the object. An object changes atomically:
 * the engine shows the old one until it has all of the new one.
 *
 * <p>Conditions ({@code If-Match}, {@code If-None-Match}) hold against races of all nodes if the
 * engine holds them. Opening the store probes that; where it is not so, a conditional change gets
 * 501, as a condition that is only looked at would lose updates without a word. {@link #conditions}
 * says what the probe found.
 *
 * <p>What is different from a store of files:
 * <ul>
 *   <li>A folder is there as long as an object is in it, or it was made by {@code PUT /folder/}.
 *   <li>An object {@code a} and objects in a folder {@code a/} may be there side by side.
 *   <li>{@code MOVE} and archives of folders get 501: a bucket has neither a rename nor a moment at
 *       which a folder could be read.
 *   <li>A listing takes a request to the engine for each 1,000 names.
 * </ul>
 *
 * <p>An engine that is slow holds up the clients that wait for it, up to {@link
 * BucketOptions#maxRequests}, and never a worker.
 *
 * <p>Threads: any number of workers at once; none waits. The client of the engine has threads of
 * its own.
 *
 * <p>Errors: 503 with {@code Retry-After} for what passes and was surely not done; 502 if a change
 * may have been made and the engine doesn't say so, and if it refuses this server (its keys, its
 * clock, the bucket's name); 507 if it has no room; 403 if the keys have no right to the object.
 * All are logged, each kind once a second. If an object can't be read further in the middle of a
 * GET, the server cuts the connection.
 *
 * @since 0.1
 */
public final class BucketStore implements Handler, Closeable {

    /** What closing gives its last log lines to be written. */
    private static final long LOG_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long RELOAD_NS = TimeUnit.SECONDS.toNanos(1);

    private final BucketState state;
    private final BucketRequests requests;
    private final BucketUploads uploads;
    private final BucketCheck check;
    /** Once true this is always true. */
    private volatile boolean closed;

    private BucketStore(BucketState state, BucketOpening opening) {
        this.state = state;
        this.requests = new BucketRequests(state);
        this.uploads = new BucketUploads(state, requests, System::currentTimeMillis);
        this.check = new BucketCheck(state, opening::soon);
    }

    /**
     * Opens a store, after a look at the bucket and a probe of what the engine holds, which takes
     * some 400 small requests. If the engine can't be reached, the store opens all the same, and
     * probes it as soon as it can.
     *
     * @throws IOException with a message of one line that says what to do, if the bucket can't be
     *     used with these keys, or doesn't hold what {@link BucketOptions#requireConditions} asks
     *     for
     */
    public static BucketStore open(BucketOptions options) throws IOException {
        return open(options, System::nanoTime);
    }

    /** Opens a store that uses this clock for the age of what it knows. */
    static BucketStore open(BucketOptions options, LongSupplier clockNs) throws IOException {
        BucketState state = new BucketState(options, keys(options), clockNs);
        boolean started = false;
        try {
            BucketOpening opening = new BucketOpening(state);
            opening.open();
            state.timer().every(RELOAD_NS, () -> reload(state));
            BucketStore store = new BucketStore(state, opening);
            new BucketLeftovers(state, InstantSource.system(), store.uploads::multipartIds)
                    .start();
            started = true;
            return store;
        } finally {
            if (!started) {
                state.close();
            }
        }
    }

    private static BucketKeys keys(BucketOptions options) throws IOException {
        if (options.keys() != null) {
            return options.keys();
        }
        try {
            return BucketKeys.fromEnvironment(System.getenv());
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static void reload(BucketState state) {
        try {
            state.keys().reload();
        } catch (IOException e) { // the keys stay what they were
            state.faults().log("the keys were not read again", e);
        }
    }

    @Override
    public Exchange handle(RequestHead request) throws HttpException {
        return closed ? KeyResponses.CLOSED : requests.handle(request);
    }

    /**
     * The uploads that outlive their requests and any node, for protocols of resumable uploads. The
     * engine has to hold conditional writes.
     */
    public UnfinishedUploads unfinished() {
        return uploads;
    }

    /**
     * Why the client of a request may not do something; decided by its token and the path alone.
     *
     * @param path percent-encoded, in any spelling
     * @return the refusal, 401 after a delay as always, or 403; null if it may
     * @throws HttpException 400 if no key can have this path
     */
    public @Nullable Response refuse(RequestHead request, Right right, String path)
            throws HttpException {
        return requests.refuse(request, right, path);
    }

    /** Which tokens may do what now. */
    public AccessRules access() {
        return state.access().rules();
    }

    /**
     * Replaces the rules of which tokens may do what, all at once, from the next request on.
     * Requests in progress end as they were begun. {@link BucketOptions#openReads} goes on to
     * apply.
     */
    public void access(AccessRules rules) {
        state.access().rules(rules);
    }

    /**
     * Reads the keys again if their file has changed, as happens once a second in any case. May
     * block.
     *
     * @return whether there are other keys now
     * @throws IOException with a message of one line and nothing of the keys; they stay what they
     *     were
     */
    public boolean reloadKeys() throws IOException {
        return state.keys().reload();
    }

    /** Statistics of this store. */
    public BucketStats stats() {
        return new BucketStats(state);
    }

    /** The bucket's URL, for banners. */
    public String place() {
        return state.options().place().toString();
    }

    /**
     * What the engine was found to hold, in one line for banners: which conditional changes hold
     * against races, and which rights the keys lack.
     */
    public String conditions() {
        return state.holds().toString();
    }

    /**
     * Checks that the bucket can be used: asks the engine, at most once a second, whoever asks. An
     * engine that is only overloaded can. May block, for up to 4 s.
     *
     * @throws IOException with a message of one line and without a secret, if the engine can't be
     *     reached, refuses the keys, or doesn't hold what {@link BucketOptions#requireConditions}
     *     asks for
     */
    public void checkBucket() throws IOException {
        if (closed) {
            throw new IOException("the store is closed");
        }
        check.check();
    }

    /**
     * Ends the requests to the engine. Close the server first, so that no request is in progress.
     */
    @Override
    public synchronized void close() throws IOException {
        boolean first = !closed;
        closed = true;
        if (first) {
            uploads.close();
            state.close();
        }
        SafeLog.flush(LOG_NS); // most programs end after this
    }
}
