package io.millrace.store;

import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.Headers;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.log.SafeLog;
import io.millrace.space.LatePreallocation;
import io.millrace.space.Quota;
import io.millrace.tree.Entry;
import io.millrace.tree.FaultLog;
import io.millrace.tree.Folder;
import io.millrace.tree.Key;
import io.millrace.tree.KeyLimits;
import io.millrace.tree.KeyPath;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

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
 *   <li>A program that replaces {@code .millrace.parts} by a link after that redirects the files of
 *       unfinished PUTs.
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
 * Forcing data to the device and reading whole objects for digests are done by the store's own
 * threads.
 *
 * <p>Errors: 507 if there is no space, 503 for too many open files, 403 if the system denies
 * access, 400 if a name is too long for the file system, 500 for any other failure. All but the 400
 * are logged in the system's words, each kind once a second. If a file can't be read further in the
 * middle of a GET, the server cuts the connection.
 *
 * @since 0.1
 */
public final class FileStore implements Handler, Closeable {

    /** What closing gives its last log lines to be written. */
    private static final long LOG_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final String ALL_METHODS = "GET, HEAD, PUT, DELETE, OPTIONS";
    private static final String READ_METHODS = "GET, HEAD, OPTIONS";

    private final StoreOptions options;
    private final KeyLimits limits;
    private final Authorization authorization;
    /** Null for a store that discards. */
    private final StoreState state;
    private final FaultLog faults;
    private final Response methodNotAllowed;
    private final Response methodUnknown;
    private final Response methodsAllowed;
    /** Once true this is always true. */
    private volatile boolean closed;

    private FileStore(StoreOptions options, StoreState state) {
        this.options = options;
        this.limits = options.keyLimits();
        this.authorization = new Authorization(options.token(), options.openReads());
        this.state = state;
        this.faults = state == null ? new FaultLog(FileStore.class) : state.folder().faults();
        String allow = options.readOnly() ? READ_METHODS : ALL_METHODS;
        this.methodsAllowed = Responses.NO_CONTENT.with("Allow", allow);
        this.methodNotAllowed = Responses.text(Status.METHOD_NOT_ALLOWED,
                "method not allowed: use " + allow).with("Allow", allow);
        this.methodUnknown = Responses.text(Status.NOT_IMPLEMENTED,
                "method not supported: use " + allow);
    }

    /**
     * Opens a store with the default options.
     *
     * @param folder the folder of the objects; created if it is missing
     * @throws IOException with a message of one line, if the folder can't be created or written, or
     *     another store uses it
     */
    public static FileStore open(Path folder) throws IOException {
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
    public static FileStore open(Path folder, Contract contract) throws IOException {
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
    public static FileStore open(Path folder, StoreOptions options) throws IOException {
        return open(folder, options, System::nanoTime);
    }

    /** Opens a store that uses this clock for the age of cached objects. */
    static FileStore open(Path folder, StoreOptions options, LongSupplier clockNs)
            throws IOException {
        Folder opened = Folder.open(folder, options.folderSettings(),
                new FaultLog(FileStore.class));
        Quota quota = new Quota(options.quotaBytes());
        ObjectCache cache;
        boolean ready = false;
        try {
            cache = cache(opened, options, clockNs);
            quota.watch(opened, options.readOnly(), clockNs);
            ready = true;
        } finally {
            if (!ready) {
                opened.close();
            }
        }
        return new FileStore(options, new StoreState(options, opened, quota, new StoreExecutor(
                options.threads(), options.maxWaiting()), new DigestCache(), cache,
                new LatePreallocation()));
    }

    private static ObjectCache cache(Folder folder, StoreOptions options, LongSupplier clockNs)
            throws IOException {
        boolean wanted = options.cacheBytes() > 0;
        long maxBytes = wanted && folder.isCacheable()
                ? Math.min(options.cacheBytes(), Runtime.getRuntime().maxMemory() / 4) : 0;
        return new ObjectCache(maxBytes, options.cachedObjectBytes(),
                options.cacheWindow().toNanos(), clockNs);
    }

    /** A store that accepts every PUT and keeps nothing, so GET and DELETE find nothing. */
    public static FileStore discarding(Contract contract) {
        return discarding(StoreOptions.builder().contract(contract).build());
    }

    /**
     * A store that accepts every PUT and keeps nothing, so GET and DELETE find nothing.
     *
     * @param options only the contract, the token and {@code readOnly} are used
     */
    public static FileStore discarding(StoreOptions options) {
        return new FileStore(options, null);
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
        if (closed) {
            return Responses.CLOSED;
        }
        // Load balancers ask it to learn that the server is there; it tells nothing of objects.
        boolean isProbe = request.method().equals("OPTIONS") && !isArticle();
        Response refusal = isProbe ? null : authorization.refuse(request);
        if (refusal != null) {
            return refusal;
        }
        try {
            return switch (request.method()) {
                case "GET", "HEAD" -> read(request);
                case "PUT" -> options.readOnly() ? readOnly() : put(request, durability);
                case "DELETE" -> options.readOnly() ? readOnly() : delete(request, durability);
                default -> other(request.method());
            };
        } catch (IOException e) {
            return failure(request.method() + " " + request.path(), e);
        }
    }

    private Response failure(String request, IOException e) {
        return options.contract().failure(faults.answer(request, e));
    }

    private boolean isArticle() {
        return options.contract() == Contract.ARTICLE;
    }

    private Response readOnly() {
        return isArticle() ? Responses.READ_ONLY : methodNotAllowed;
    }

    /** What a path names; the article knows keys of one segment, and no other spelling. */
    private KeyPath keyPath(RequestHead request) throws HttpException {
        return isArticle() ? new KeyPath(Key.of(request.path(), limits), false, request.path())
                : KeyPath.of(request.path(), limits);
    }

    private Response read(RequestHead request) throws HttpException, IOException {
        KeyPath path = keyPath(request);
        Response redirect = redirect(path, request);
        if (redirect != null) {
            return redirect;
        }
        if (path.key() == null) {
            return limits.flat() ? Responses.ONE_SEGMENT : Responses.NO_KEY;
        }
        if (state == null) {
            return Responses.NOT_FOUND;
        }
        return path.hasSlash() ? Responses.UNLISTED
                : new Download(state, path.key(), request).answer();
    }

    /** Where the path has another spelling than the object's, 308 to that; else null. */
    private Response redirect(KeyPath path, RequestHead request)
            throws HttpException, IOException {
        String to = path.canonical();
        if (path.hasSlash() && path.key() != null && isObject(path.key())) {
            to = path.objectPath();
        }
        if (to.equals(request.path())) {
            return null;
        }
        return Responses.elsewhere(request.query() == null ? to : to + '?' + request.query());
    }

    private boolean isObject(Key key) throws HttpException, IOException {
        if (state == null) {
            return false;
        }
        try (Entry entry = state.folder().entry(key)) {
            return entry.version() != null;
        }
    }

    private Exchange put(RequestHead request, Durability durability)
            throws HttpException, IOException {
        KeyPath path = keyPath(request);
        Response redirect = redirect(path, request);
        if (redirect != null) {
            return redirect;
        }
        Key key = path.key();
        if (key == null) {
            return isArticle() ? Responses.NO_CONTENT
                    : limits.flat() ? Responses.ONE_SEGMENT_TO_PUT : Responses.NO_KEY_TO_PUT;
        }
        // RFC 9110 s14.5: taken as the whole, a part would destroy the object.
        if (request.headers().contains("Content-Range")) {
            return Responses.PART_OF_PUT;
        }
        if (isCoded(request.headers())) {
            return Responses.CODED_PUT;
        }
        if (request.bodyLength() == 0 && isArticle()) {
            return Responses.NOT_MODIFIED;
        }
        // RFC 9110 s15.5.12: in HTTP/1.1 it has no body, but did the client mean that?
        if (request.bodyLength() == 0 && !request.headers().contains("Content-Length")
                && !request.headers().contains("Transfer-Encoding")) {
            return Responses.LENGTH_REQUIRED;
        }
        if (path.hasSlash() && request.bodyLength() != 0) {
            return Responses.FOLDER_WITH_BODY;
        }
        if (state == null) {
            // 201 would name an object that isn't there.
            return new Discard(PutStatus.isOk(options, request.headers())
                    ? Responses.OK : Responses.NO_CONTENT, faults);
        }
        if (path.hasSlash()) {
            return new FolderChange(state, durability, key, request).make();
        }
        Upload upload = new Upload(state, durability, key, request);
        Response refusal = upload.refuse();
        return refusal != null ? refusal : upload;
    }

    /** Whether the body has a content coding, which nothing would tell the next reader. */
    private static boolean isCoded(Headers headers) {
        for (String value : headers.all("Content-Encoding")) {
            for (String coding : value.split(",")) {
                if (!coding.isBlank() && !coding.strip().equalsIgnoreCase("identity")) {
                    return true;
                }
            }
        }
        return false;
    }

    private Response delete(RequestHead request, Durability durability)
            throws HttpException, IOException {
        KeyPath path = keyPath(request);
        Response redirect = redirect(path, request);
        if (redirect != null) {
            return redirect;
        }
        if (path.key() == null) {
            return limits.flat() ? Responses.ONE_SEGMENT : Responses.NO_KEY;
        }
        if (state == null) {
            return Responses.NOT_FOUND;
        }
        return path.hasSlash()
                ? new FolderChange(state, durability, path.key(), request).remove()
                : new Deletion(state, durability, path.key(), request).answer();
    }

    private Response other(String method) {
        if (isArticle()) {
            return Responses.NOT_FOUND;
        }
        return switch (method) {
            case "OPTIONS" -> methodsAllowed;
            // TRACE too: echoing a head hands out what proxies added to it.
            case "POST", "PATCH", "TRACE", "CONNECT" -> methodNotAllowed;
            default -> methodUnknown;
        };
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
            state.close();
        }
        SafeLog.flush(LOG_NS); // most programs end after this
    }
}
