package io.millrace.store;

import io.millrace.content.Preconditions;
import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.Headers;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * Files behind keys: {@code PUT /key} stores a body, {@code GET /key} serves it,
 * {@code DELETE /key} removes it. The objects are the regular files of one folder, each under its
 * own name.
 *
 * <p>An object changes in one step. A PUT writes a file in a folder of the store's own, {@code
 * .millrace.parts} in the folder, and renames it over its target when the last byte is in and
 * checked, so whatever goes wrong before, the old object stands and nothing is left; a GET that has
 * begun keeps the version that it began with. Each version has a strong entity tag, conditions hold
 * against races, ranges and integrity fields are answered (RFC 9110 sections 13 and 14, RFC 9530).
 *
 * <p>A key is one name. Names that could lead out of the folder or mean something else on another
 * system, and the store's own (they begin with {@code .millrace}), are refused; folders, links,
 * devices and pipes are no objects: never opened, followed, replaced or deleted. This is checked
 * without following links, and files are opened without following them, so a link that is swapped
 * in after the check is not followed either. It goes no further than Java's files do: a pipe that
 * another program swaps in at that moment is opened, a link that appears between a PUT's last look
 * and its rename is replaced, a link or an empty folder that appears between a DELETE's look and
 * its removal is removed, who may rename the folders above may put another one in place of the
 * store's, whose path is resolved once, when the store is opened, and who puts a link in place of
 * {@code .millrace.parts} after that leads the files of unfinished PUTs elsewhere.
 *
 * <p>The folder belongs to the store while it is open; on the default file system a lock keeps
 * other stores out. Other programs may add, rename and remove files; one that writes into a file in
 * place is seen by readers as it writes.
 *
 * <p>Small objects that are asked for again are kept in memory (on the default file system). What
 * is changed through the store is never answered from there; what another program changes may be,
 * until {@link StoreOptions#cacheWindow} has passed.
 *
 * <p>Any {@link Path} will do: the store finds out what the file system can do, and says when it
 * is opened if that is not enough.
 *
 * <p>Threads: any number of workers at once. A request holds its worker for a few system calls;
 * what waits for the device or reads a whole object is done by threads of the store's own.
 *
 * <p>Errors: no space is 507, too many open files 503, what the system doesn't permit 403, a name
 * that it finds too long 400; any other failure is thrown, for the server to log and to answer with
 * 500. A file that can't be read on in the middle of a GET makes its body throw, and the server
 * cuts the connection.
 *
 * @since 0.1
 */
public final class FileStore implements Handler, Closeable {

    private static final String ALL_METHODS = "GET, HEAD, PUT, DELETE, OPTIONS";
    private static final String READ_METHODS = "GET, HEAD, OPTIONS";

    private final StoreOptions options;
    private final Authorization authorization;
    /** Null for a store that discards. */
    private final StoreState state;
    private final Response methodNotAllowed;
    private final Response methodUnknown;
    private final Response methodsAllowed;
    /** Once true this is always true. */
    private volatile boolean closed;

    private FileStore(StoreOptions options, StoreState state) {
        this.options = options;
        this.authorization = new Authorization(options.token(), options.openReads());
        this.state = state;
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
     * @param folder where the objects are; made if it is missing
     * @throws IOException with one line for people, if the folder can't be made or written, or
     *     another store uses it
     */
    public static FileStore open(Path folder) throws IOException {
        return open(folder, StoreOptions.defaults());
    }

    /**
     * Opens a store.
     *
     * @param folder where the objects are; made if it is missing
     * @param contract what it answers
     * @throws IOException with one line for people, if the folder can't be made or written, or
     *     another store uses it
     */
    public static FileStore open(Path folder, Contract contract) throws IOException {
        return open(folder, StoreOptions.builder().contract(contract).build());
    }

    /**
     * Opens a store.
     *
     * @param folder where the objects are; made if it is missing and the store is not read-only
     * @param options how it works
     * @throws IOException with one line for people, if the folder can't be made or written, another
     *     store uses it, or its file system can't do what the options want
     */
    public static FileStore open(Path folder, StoreOptions options) throws IOException {
        return open(folder, options, System::nanoTime);
    }

    /** Opens a store that looks at this clock when it asks how old its cached objects are. */
    static FileStore open(Path folder, StoreOptions options, LongSupplier clockNs)
            throws IOException {
        Folder opened = Folder.open(folder, options);
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

    /** A store that takes every PUT, keeps nothing and so has nothing to GET or to DELETE. */
    public static FileStore discarding(Contract contract) {
        return discarding(StoreOptions.builder().contract(contract).build());
    }

    /**
     * A store that takes every PUT, keeps nothing and so has nothing to GET or to DELETE.
     *
     * @param options of which the contract, the token and {@code readOnly} count
     */
    public static FileStore discarding(StoreOptions options) {
        return new FileStore(options, null);
    }

    @Override
    public Exchange handle(RequestHead request) throws HttpException, IOException {
        return handle(request, options.durability());
    }

    /**
     * Like {@link #handle(RequestHead)}, with a durability for this request alone: an application
     * that calls the store from its own handler may decide by the request.
     *
     * @throws HttpException if the request is refused
     * @throws IOException if the file system fails; of a durability that it doesn't have, too
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
            return options.contract().failure(FileErrors.answer(e));
        }
    }

    private boolean isArticle() {
        return options.contract() == Contract.ARTICLE;
    }

    private Response readOnly() {
        return isArticle() ? Responses.READ_ONLY : methodNotAllowed;
    }

    private Response read(RequestHead request) throws HttpException, IOException {
        Response redirect = redirect(request);
        if (redirect != null) {
            return redirect;
        }
        Key key = Key.of(request.path());
        if (key == null) {
            return Responses.NO_KEY;
        }
        return state == null ? Responses.NOT_FOUND : new Download(state, key, request).answer();
    }

    /** Where the path has another spelling than the object's, 308 to that; else null. */
    private Response redirect(RequestHead request) throws HttpException {
        if (isArticle()) {
            return null;
        }
        String path = Key.canonical(request.path());
        if (path.equals(request.path())) {
            return null;
        }
        return Responses.elsewhere(
                request.query() == null ? path : path + '?' + request.query());
    }

    private Exchange put(RequestHead request, Durability durability)
            throws HttpException, IOException {
        Response redirect = redirect(request);
        if (redirect != null) {
            return redirect;
        }
        Key key = Key.of(request.path());
        if (key == null) {
            return isArticle() ? Responses.NO_CONTENT : Responses.NO_KEY_TO_PUT;
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
        if (state == null) {
            // 201 would name an object that isn't there.
            return new Discard(PutStatus.isOk(options, request.headers())
                    ? Responses.OK : Responses.NO_CONTENT);
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
        Response redirect = redirect(request);
        if (redirect != null) {
            return redirect;
        }
        Key key = Key.of(request.path());
        if (key == null) {
            return Responses.NO_KEY;
        }
        if (state == null) {
            return Responses.NOT_FOUND;
        }
        Path file = state.folder().file(key);
        Preconditions preconditions = Preconditions.of(request);
        if (durability != Durability.FULL) {
            return delete(key, file, preconditions);
        }
        Response later = state.executor().later(() -> deleteForGood(key, file, preconditions));
        return later == null ? Responses.BUSY : later;
    }

    private Response deleteForGood(Key key, Path file, Preconditions preconditions)
            throws IOException {
        try {
            Response answer = delete(key, file, preconditions);
            // Whatever the answer: a 404, too, says that the object is gone.
            state.folder().force().changesSoFar();
            return answer;
        } catch (IOException e) {
            return options.contract().failure(FileErrors.answer(e));
        }
    }

    private Response delete(Key key, Path file, Preconditions preconditions) throws IOException {
        KeyLock keyLock = state.folder().keyLock(key);
        long stamp = keyLock.lock.writeLock();
        try {
            // Before the change can be seen anywhere; the lock keeps the old version out.
            state.cache().forget(key.name());
            Version version = state.folder().version(FileAccess.attributes(file));
            if (version == null) {
                return Responses.NOT_FOUND;
            }
            Response refusal = Version.refuseChange(version, preconditions);
            if (refusal != null) {
                return refusal;
            }
            state.quota().changing(key.name());
            if (!Files.deleteIfExists(file)) {
                return Responses.NOT_FOUND; // another program was faster
            }
            keyLock.times.removed(key.name(), version, Version.nowNs());
            state.quota().removed(key.name(), version.sizeBytes());
        } catch (IOException e) {
            // Another program has put a folder there since the look.
            if (FileErrors.isOfNoObject(e)) {
                return Responses.NOT_FOUND;
            }
            if (FileErrors.isOfMountPoint(e)) {
                return options.contract().failure(Responses.IN_USE);
            }
            throw e;
        } finally {
            keyLock.lock.unlockWrite(stamp);
        }
        return isArticle() ? Responses.OK : Responses.NO_CONTENT;
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
     * Waits for what the store's own threads have begun, and leaves the folder to another store.
     * Requests that are under way should have ended before; close the server first.
     */
    @Override
    public synchronized void close() throws IOException {
        boolean first = !closed;
        closed = true;
        if (first && state != null) {
            state.close();
        }
    }
}
