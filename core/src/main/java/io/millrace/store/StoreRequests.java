package io.millrace.store;

import io.millrace.access.AccessControl;
import io.millrace.access.Caller;
import io.millrace.access.Right;
import io.millrace.archive.Archives;
import io.millrace.http.Exchange;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.listing.PageFormat;
import io.millrace.tree.Entry;
import io.millrace.tree.FaultLog;
import io.millrace.tree.Key;
import io.millrace.tree.KeyLimits;
import io.millrace.tree.KeyPath;
import java.io.IOException;

/**
 * Decides what becomes of each request to a store: refuses those that the client may not make or
 * that mean nothing, sends a client to the right spelling of a path, and hands the others to a
 * {@link Download}, {@link Upload}, {@link Deletion}, {@link FolderChange} or {@link Move}, or to
 * listings and archives.
 *
 * <p>Judged are, in this order: who asks, the method, the path, and the other fields of the head. A
 * client that is not let in learns nothing of what is there.
 *
 * <p>Threads: any.
 */
final class StoreRequests {

    private static final String ALL_METHODS = "GET, HEAD, PUT, DELETE, MOVE, OPTIONS";
    private static final String READ_METHODS = "GET, HEAD, OPTIONS";
    /** What reads ask for; no array for each of them. */
    private static final Right[] READ = {Right.READ};
    private static final Right[] LIST = {Right.LIST};

    private final StoreOptions options;
    private final KeyLimits limits;
    private final AccessControl access;
    /** Null for a store that discards. */
    private final StoreState state;
    private final FaultLog faults;
    /** Where changes wait; null for a store that may make them. */
    private final HeldRequests held;
    private final UploadRequests uploads;
    private final Response methodNotAllowed;
    private final Response methodUnknown;
    private final Response methodsAllowed;

    /**
     * The requests to a store.
     *
     * @param state null for a store that discards
     * @param faults where failures of the file system are logged
     * @param held where changes wait; null for a store that may make them
     */
    StoreRequests(StoreOptions options, StoreState state, FaultLog faults, HeldRequests held) {
        this.options = options;
        this.limits = options.keyLimits();
        this.access = state == null ? options.accessControl() : state.access();
        this.state = state;
        this.faults = faults;
        this.held = held;
        this.uploads = new UploadRequests(this, options, state, faults, held);
        String allow = options.readOnly() ? READ_METHODS : ALL_METHODS;
        this.methodsAllowed = Responses.NO_CONTENT.with("Allow", allow);
        this.methodNotAllowed = Responses.text(Status.METHOD_NOT_ALLOWED,
                "method not allowed: use " + allow).with("Allow", allow);
        this.methodUnknown = Responses.text(Status.NOT_IMPLEMENTED,
                "method not supported: use " + allow);
    }

    /** Whether changes wait for another process. */
    boolean holdsChanges() {
        return held != null;
    }

    /** Who may do what. */
    AccessControl access() {
        return access;
    }

    /** Statistics of the store. May block. */
    StoreStats stats() {
        StoreStats.Builder stats = StoreStats.builder().missingTokens(access.missingTokens())
                .wrongTokens(access.wrongTokens()).forbidden(access.forbidden());
        if (state != null) {
            state.addTo(stats);
        }
        return stats.build();
    }

    /** As {@link FolderStore#checkFolder}. */
    void checkFolder() throws IOException {
        if (state != null) {
            state.check().check();
        }
    }

    /**
     * Handles a request; a failure of the file system is a response.
     *
     * @param durability what a change forces to the device
     * @throws HttpException if the request is refused
     */
    Exchange handle(RequestHead request, Durability durability) throws HttpException {
        // Load balancers ask it to learn that the server is there; it tells nothing of objects.
        boolean isProbe = request.method().equals("OPTIONS") && !isArticle();
        if (isProbe) {
            return methodsAllowed;
        }
        Caller caller = access.caller(request);
        if (caller.refusal() != null) {
            return caller.refusal();
        }
        try {
            return dispatch(request, caller, durability);
        } catch (IOException e) {
            return options.contract().failure(
                    faults.answer(request.method() + " " + request.path(), e));
        }
    }

    private Exchange dispatch(RequestHead request, Caller caller, Durability durability)
            throws HttpException, IOException {
        return switch (request.method()) {
            case "GET", "HEAD" -> read(request, caller);
            case "PUT", "DELETE", "MOVE" -> isArticle() && request.method().equals("MOVE")
                    ? other(request.method())
                    : options.readOnly() ? readOnly()
                    : held != null ? held.hold(request, durability)
                    : change(request, caller, durability);
            default -> other(request.method());
        };
    }

    private Exchange change(RequestHead request, Caller caller, Durability durability)
            throws HttpException, IOException {
        return switch (request.method()) {
            case "PUT" -> put(request, caller, durability);
            case "MOVE" -> move(request, caller, durability);
            default -> delete(request, caller, durability);
        };
    }

    private boolean isArticle() {
        return options.contract() == Contract.ARTICLE;
    }

    /** The response to a change of a store that is read-only. */
    Response readOnly() {
        return isArticle() ? Responses.READ_ONLY : methodNotAllowed;
    }

    /** Uploads that outlive their requests. */
    UploadRequests uploads() {
        return uploads;
    }

    /**
     * The key of an object that is to be stored.
     *
     * @throws HttpException if the path is that of no object, or not in its one spelling
     */
    Key objectKey(RequestHead put) throws HttpException, IOException {
        KeyPath path = keyPath(put);
        Response refused = redirect(path, put);
        refused = refused != null ? refused : refuseObject(path);
        if (refused != null) {
            throw new HttpException(refused);
        }
        return path.key();
    }

    /** Why a path is that of no object; null if it is. */
    private Response refuseObject(KeyPath path) {
        if (path.key() == null) {
            return limits.flat() ? Responses.ONE_SEGMENT_TO_PUT : Responses.NO_KEY_TO_PUT;
        }
        return path.hasSlash() ? Responses.FOLDER_WITH_BODY : null;
    }

    /** As {@link FolderStore#refuse}. */
    Response refuse(RequestHead request, Right right, String path) throws HttpException {
        Caller caller = access.caller(request);
        return caller.refusal() != null ? caller.refusal()
                : access.refuse(caller, KeyPath.of(path, limits).scope(), right);
    }

    /** What a path names; the article knows keys of one segment, and no other spelling. */
    private KeyPath keyPath(RequestHead request) throws HttpException {
        return isArticle() ? new KeyPath(Key.of(request.path(), limits), false, request.path())
                : KeyPath.of(request.path(), limits);
    }

    private Response read(RequestHead request, Caller caller) throws HttpException, IOException {
        KeyPath path = keyPath(request);
        Response refusal = access.refuse(caller, path.scope(), path.hasSlash() ? LIST : READ);
        if (refusal != null) {
            return refusal;
        }
        Response redirect = redirect(path, request);
        if (redirect != null) {
            return redirect;
        }
        boolean lists = state != null && state.listings() != null;
        if (lists && path.hasSlash() && Archives.isWanted(request)) {
            refusal = access.refuse(caller, path.scope(), Right.READ);
            return refusal != null ? refusal : state.archives().answer(path.key(), request);
        }
        if (lists && path.hasSlash()) {
            return state.listings().answer(path.key(), request, page(path, request, caller));
        }
        if (path.key() == null) {
            return limits.flat() ? Responses.ONE_SEGMENT : Responses.NO_KEY;
        }
        if (state == null) {
            return Responses.NOT_FOUND;
        }
        if (path.hasSlash()) {
            return Responses.UNLISTED;
        }
        Response answer = new Download(state, path.key(), request).answer();
        return answer == Responses.FOLDER && lists && !limits.flat()
                ? Responses.elsewhere(withQuery(path.canonical() + '/', request)) : answer;
    }

    /** What browsers get of a folder; null for what programs get. */
    private PageFormat page(KeyPath path, RequestHead request, Caller caller) {
        if (options.page() == null) {
            return null;
        }
        String folder = path.key() == null ? "/" : '/' + path.key().name() + '/';
        return new PageFormat(options.page(), folder, access.offered(request, caller),
                new PageFormat.Offer(options.readOnly(), true, true), !access.rules().isOpen());
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
        return Responses.elsewhere(withQuery(to, request));
    }

    private static String withQuery(String path, RequestHead request) {
        return request.query() == null ? path : path + '?' + request.query();
    }

    private boolean isObject(Key key) throws HttpException, IOException {
        if (state == null) {
            return false;
        }
        try (Entry entry = state.folder().entry(key)) {
            return entry.version() != null;
        }
    }

    private Exchange put(RequestHead request, Caller caller, Durability durability)
            throws HttpException, IOException {
        KeyPath path = keyPath(request);
        Response forbidden = access.refuse(caller, path.scope(), Right.WRITE);
        if (forbidden != null) {
            return forbidden;
        }
        Response redirect = redirect(path, request);
        if (redirect != null) {
            return redirect;
        }
        Key key = path.key();
        if (key == null) {
            return isArticle() ? Responses.NO_CONTENT
                    : limits.flat() ? Responses.ONE_SEGMENT_TO_PUT : Responses.NO_KEY_TO_PUT;
        }
        PartialPut partial = PartialPut.of(request);
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
        if (state == null && partial != null) {
            return Responses.PART_OF_PUT; // there is no object that it could be a part of
        }
        if (state == null) {
            // 201 would name an object that isn't there.
            return new Discard(PutStatus.isOk(options, request.headers())
                    ? Responses.OK : Responses.NO_CONTENT, faults);
        }
        if (path.hasSlash()) {
            return new FolderChange(state, durability, key, request).make();
        }
        Upload upload = new Upload(state, durability, key, request, partial);
        Response refusal = upload.begin();
        return refusal != null ? refusal : upload;
    }

    private Response delete(RequestHead request, Caller caller, Durability durability)
            throws HttpException, IOException {
        KeyPath path = keyPath(request);
        Response refusal = access.refuse(caller, path.scope(), Right.DELETE);
        if (refusal != null) {
            return refusal;
        }
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

    private Response move(RequestHead request, Caller caller, Durability durability)
            throws HttpException, IOException {
        KeyPath from = keyPath(request);
        Response refusal = access.refuse(caller, from.scope(), Right.READ, Right.DELETE);
        if (refusal != null) {
            return refusal;
        }
        Destination destination = Destination.of(request, limits);
        refusal = access.refuse(caller, destination.path().scope(), Right.WRITE);
        if (refusal == null) {
            refusal = redirect(from, request);
        }
        return refusal != null ? refusal
                : Move.answer(state, limits, durability, from, destination, request);
    }

    private Response other(String method) {
        if (isArticle()) {
            return Responses.NOT_FOUND;
        }
        return switch (method) {
            // TRACE too: echoing a head hands out what proxies added to it.
            case "POST", "PATCH", "TRACE", "CONNECT" -> methodNotAllowed;
            default -> methodUnknown;
        };
    }
}
