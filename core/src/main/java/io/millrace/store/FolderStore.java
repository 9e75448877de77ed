package io.millrace.store;

import io.millrace.access.AccessRules;
import io.millrace.access.Right;
import io.millrace.evict.EvictionStats;
import io.millrace.file.LateFileCalls;
import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.log.SafeLog;
import io.millrace.tree.FaultLog;
import io.millrace.tree.Folder;
import io.millrace.tree.FolderLock;
import io.millrace.tree.FolderOpening;
import io.millrace.upload.UnfinishedUploads;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Files behind keys: {@code PUT /key} stores a body, {@code GET /key} serves it, {@code DELETE
 * /key} removes it. The objects are the regular files of a folder and of those below it, each under
 * its own name: a key of several segments is a file in real folders, which a PUT makes.
 *
 * <p>An object changes atomically. A PUT writes a staging file in the folder {@code
 * .millrace.parts}, and renames it over the object when the last byte has arrived and was checked.
 * If anything fails before, the old object stays and nothing is left behind. A GET keeps the
 * version that it began with. Each version has a strong entity tag, conditions hold against races,
 * and ranges and integrity fields are supported (RFC 9110 sections 13 and 14, RFC 9530).
 *
 * <p>GET of a folder, whose path ends in a slash, is its listing, as HTML or as JSON. {@link
 * StoreOptions#noListing} turns it off, and {@link Contract#ARTICLE} has none.
 *
 * <p>A key is a path of names; with {@link Contract#ARTICLE} and {@link StoreOptions#flat} it is
 * one name. The store refuses names that could lead out of the folder, names that mean something
 * else on another system, and its own names, which begin with {@code .millrace}. Links, devices and
 * pipes are not objects, and folders only lead to some: the store never opens, follows, replaces or
 * deletes them, except that {@code DELETE /folder/} removes an empty folder. It checks this without
 * following links, and opens files without following links, so a link swapped in after the check is
 * not followed either. Nor is one in place of a folder on the way, where Java opens names within an
 * open folder (the default file system on Linux). Another program with access to the folder can
 * still defeat the checks in these ways, which Java can't prevent:
 * <ul>
 *   <li>A pipe that is swapped in after the check is opened.
 *   <li>A link that appears between the last check of a PUT and its rename is replaced.
 *   <li>A link or an empty folder that appears between the check of a DELETE and the removal is
 *       removed.
 *   <li>A program that may rename the folders above can put another folder in place of the store's.
 *       The path is resolved once, when the store is opened.
 *   <li>A program that swaps a link in and out in place of a folder on the way, between two checks,
 *       redirects one request where Java doesn't open names within an open folder.
 *   <li>A program that moves a folder out of the store takes along what is changed in it in the
 *       same moment; if it leaves a link above that leads there, for another 100 ms.
 *   <li>A program that replaces {@code .millrace.parts} or {@code .millrace.uploads} by a link
 *       after that redirects the files of unfinished PUTs and uploads.
 * </ul>
 *
 * <p>The folder belongs to the store while it is open; on the default file system a lock keeps
 * other stores out. Other programs may add, rename and remove files. If one writes into an existing
 * file, readers see its changes as it writes.
 *
 * <p>Small objects that are read often are kept in memory (on the default file system). A change
 * made through the store is visible at once; a change by another program at the latest after {@link
 * StoreOptions#cacheWindow}.
 *
 * <p>Any {@link Path} works. The store checks what its file system supports, and opening fails if
 * that is not enough.
 *
 * <p>Threads: any number of workers at once. A request occupies its worker for a few system calls.
 * Forcing data to the device, reading folders and reading whole objects for digests are done by the
 * store's own threads.
 *
 * <p>Errors: 507 if there is no space, 503 for too many open files, 403 if the system denies
 * access, 400 if a name is too long for the file system, 500 for any other failure. All but the 400
 * are logged in the system's words, each kind once a second. If a file can't be read further in the
 * middle of a GET, the server cuts the connection.
 *
 * @since 0.1
 */
public final class FolderStore implements Handler, Closeable {

    /** What closing gives its last log lines to be written. */
    private static final long LOG_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private final StoreOptions options;
    /** Null where folders are not locked, and for a store that discards. */
    private final FolderLock lock;
    /** Null unless the store has begun while another process had the folder. */
    private Takeover takeover;
    /** Once true this is always true. */
    private boolean handedOver;
    /** Null for a store that discards. */
    private volatile StoreState state;
    private volatile StoreRequests requests;
    /** Once true this is always true. */
    private volatile boolean closed;
    private final FileUploads uploads = new FileUploads(this);

    FolderStore(StoreOptions options, StoreState state, FolderLock lock, HeldRequests held) {
        this.options = options;
        this.lock = lock;
        this.state = state;
        this.requests = requests(options, state, held);
    }

    private static StoreRequests requests(StoreOptions options, StoreState state,
            HeldRequests held) {
        return new StoreRequests(options, state,
                state == null ? new FaultLog(FolderStore.class) : state.folder().faults(), held);
    }

    /**
     * Opens a store with the default options.
     *
     * @param folder the folder of the objects; created if it is missing
     * @throws IOException with a message of one line, if the folder can't be created or written, or
     *     another store uses it
     */
    public static FolderStore open(Path folder) throws IOException {
        return open(folder, StoreOptions.defaults());
    }

    /**
     * Opens a store.
     *
     * @param folder the folder of the objects; created if it is missing
     * @param contract the response codes
     * @throws IOException with a message of one line, if the folder can't be created or written, or
     *     another store uses it
     */
    public static FolderStore open(Path folder, Contract contract) throws IOException {
        return open(folder, StoreOptions.builder().contract(contract).build());
    }

    /**
     * Opens a store.
     *
     * @param folder the folder of the objects; created if it is missing, unless the store is
     *     read-only
     * @param options all other settings
     * @throws IOException with a message of one line, if the folder can't be created or written,
     *     another store uses it, or its file system does not support the options
     */
    public static FolderStore open(Path folder, StoreOptions options) throws IOException {
        return open(folder, options, System::nanoTime);
    }

    /** Opens a store that uses this clock for the age of cached objects. */
    static FolderStore open(Path folder, StoreOptions options, LongSupplier clockNs)
            throws IOException {
        return open(folder, options, clockNs, System::currentTimeMillis);
    }

    /** Opens a store that uses the second clock for the last use of objects. */
    static FolderStore open(Path folder, StoreOptions options, LongSupplier clockNs,
            LongSupplier clockMs) throws IOException {
        Folder opened = Folder.open(folder, options.folderSettings(),
                new FaultLog(FolderStore.class));
        StoreState state = StoreState.open(options, opened, options.accessControl(),
                new Eviction(options, clockMs), clockNs);
        return new FolderStore(options, state, opened.lock(), null);
    }

    /**
     * Opens a store in a folder that another process may use, to take over from it while both
     * serve. The other one has to be a store that is going to stop in the way of {@link
     * #awaitSuccessor}; then this is how:
     * <ol>
     *   <li>This method waits until the other store is about to stop. If there is none, it returns
     *       at once with a store as {@link #open} has it.
     *   <li>The caller starts its server, at the addresses of the other one ({@code reusePort}),
     *       and calls {@link #listens}.
     *   <li>Reads are served at once. Changes wait until the other store has made its last one.
     * </ol>
     * If the other process ends in whatever way, this store goes on. Within one process nothing is
     * taken over.
     *
     * @param folder the folder of the objects; created if it is missing, unless the store is
     *     read-only
     * @param options all other settings
     * @param longest how long this method waits, and then each change, which gets 503 after that
     * @throws IOException with a message of one line, as {@link #open}, and if another store still
     *     uses the folder when the time is up
     */
    public static FolderStore takeOver(Path folder, StoreOptions options, Duration longest)
            throws IOException { // decision 232
        FolderLock lock = FolderOpening.unlocked(folder, options.folderSettings());
        return lock == null ? open(folder, options)
                : Takeover.store(lock, options, Takeover.nanos(longest));
    }

    /** A store that accepts every PUT and keeps nothing, so GET and DELETE find nothing. */
    public static FolderStore discarding(Contract contract) {
        return discarding(StoreOptions.builder().contract(contract).build());
    }

    /**
     * A store that accepts every PUT and keeps nothing, so GET and DELETE find nothing.
     *
     * @param options only the contract, those of access and {@code readOnly} are used
     */
    public static FolderStore discarding(StoreOptions options) {
        return new FolderStore(options, null, null, null);
    }

    @Override
    public Exchange handle(RequestHead request) throws HttpException, IOException {
        return handle(request, options.durability());
    }

    /**
     * Like {@link #handle(RequestHead)}, with a durability for this request alone, for applications
     * that call the store from their own handler.
     *
     * @throws HttpException if the request is refused
     * @throws IOException never; a failure of the file system is a response
     */
    public Exchange handle(RequestHead request, Durability durability)
            throws HttpException, IOException {
        return closed ? Responses.CLOSED : requests.handle(request, durability);
    }

    /**
     * The uploads that outlive their requests and the process, for protocols of resumable uploads.
     */
    public UnfinishedUploads unfinished() {
        return uploads;
    }

    /** The same, as what they are here. */
    FileUploads uploads() {
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

    StoreRequests requests() {
        return requests;
    }

    boolean isClosed() {
        return closed;
    }

    /** Which tokens may do what now. */
    public AccessRules access() {
        return requests.access().rules();
    }

    /**
     * Replaces the rules of which tokens may do what, all at once, from the next request on.
     * Requests in progress end as they were begun. {@link StoreOptions#openReads} goes on to apply.
     */
    public void access(AccessRules rules) {
        requests.access().rules(rules);
    }

    /** How many requests had a wrong token. */
    public long wrongTokens() {
        return requests.access().wrongTokens();
    }

    /** Statistics of this store. May block: it asks the file system how much room there is. */
    public StoreStats stats() {
        return requests.stats();
    }

    /**
     * Checks that the folder can be used: writes a small file in {@code .millrace.parts} and
     * removes it. A store that is read-only, or is still {@linkplain #isTakingOver taking over},
     * writes nothing. May block for as long as the file system does.
     *
     * @throws IOException with a message of one line and without a path, if it can't be used
     */
    public void checkFolder() throws IOException {
        requests.checkFolder();
    }

    /** What evictions have done so far; null if there are none. */
    EvictionStats evictionStats() {
        return state == null ? null : state.eviction().stats();
    }

    /**
     * Whether changes still wait for the process that this store takes over from. Once false this
     * is always false.
     */
    public boolean isTakingOver() {
        return requests.holdsChanges();
    }

    /** What takes over for this store, before its first request. */
    void takeover(Takeover begun) {
        takeover = begun;
    }

    /** Takes over: the folder may be changed. */
    StoreRequests begin(StoreState opened) {
        StoreRequests next = requests(options, opened, null);
        state = opened;
        requests = next;
        return next;
    }

    /**
     * Tells the process that this store takes over from that clients reach this one: its server
     * listens. Else there is nothing to tell.
     */
    public void listens() throws IOException {
        if (lock != null) {
            lock.listens();
        }
    }

    /**
     * The first step of a stop: if another process waits to {@link #takeOver} the folder, lets it
     * listen and waits until it does. Meanwhile the server has to go on accepting, and this store
     * serves all. What should follow if there is a successor: {@code HttpServer.stopAccepting},
     * {@link #handOver}, {@code HttpServer.stop}, {@link #close}.
     *
     * @param longest how long this waits for the other process to listen
     * @return whether another process listens now
     */
    public boolean awaitSuccessor(Duration longest) throws IOException {
        return lock != null && lock.awaitNext(Takeover.nanos(longest));
    }

    /**
     * Hands the folder over: changes get 503 from now on, and when the last one under way has ended
     * another process may make some. Returns before that. Reads are served until {@link #close}.
     */
    public synchronized void handOver() {
        if (lock == null || closed || handedOver) {
            return;
        }
        handedOver = true;
        if (takeover != null) {
            takeover.stop(Responses.HANDED_OVER);
        }
        state.handOver(this::release);
    }

    private void release() {
        try {
            lock.release();
        } catch (IOException e) { // the other process gets it when this one ends
            SafeLog.log(FolderStore.class, Level.WARNING, "failed to hand the folder over", e);
        }
    }

    /**
     * Waits for the work of the store's own threads and releases the folder. Close the server
     * first, so that no request is in progress.
     */
    @Override
    public synchronized void close() throws IOException {
        boolean first = !closed;
        closed = true;
        if (first && state != null) {
            closeAll();
        }
        SafeLog.flush(LOG_NS); // most programs end after this
    }

    /** The calls that its files are used by. */
    LateFileCalls fileCalls() {
        return state.folder().access().calls();
    }

    private void closeAll() throws IOException {
        if (takeover != null) {
            takeover.stop(Responses.CLOSED);
        }
        StoreState last = state;
        StoreState before = takeover == null ? last : takeover.reading();
        // Each is closed, from the last to the first, whatever another one throws.
        try (lock; last) {
            if (before != last) {
                before.close();
            }
        }
    }
}
