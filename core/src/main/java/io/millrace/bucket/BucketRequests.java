package io.millrace.bucket;

import io.millrace.access.AccessControl;
import io.millrace.access.Caller;
import io.millrace.access.Right;
import io.millrace.bucket.engine.BucketResponses;
import io.millrace.bucket.uploads.PutChecks;
import io.millrace.bucket.write.BucketPut;
import io.millrace.http.Exchange;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.listing.PageFormat;
import io.millrace.tree.Key;
import io.millrace.tree.KeyLimits;
import io.millrace.tree.KeyPath;
import io.millrace.tree.KeyResponses;

/**
 * Decides what becomes of each request to a store in a bucket: refuses those that the client may
 * not make or that mean nothing, sends a client to the right spelling of a path, and hands the
 * others to a {@link BucketRead}, {@link BucketPut}, {@link BucketDelete} or {@link BucketFolders},
 * or to the listings.
 *
 * <p>Judged are, in this order: who asks, the method, the path, and the other fields of the head. A
 * client that is not let in learns nothing of what is there.
 *
 * <p>Threads: any.
 */
final class BucketRequests implements PutChecks {

    private static final String ALL_METHODS = "GET, HEAD, PUT, DELETE, OPTIONS";
    private static final String READ_METHODS = "GET, HEAD, OPTIONS";

    private final BucketState state;
    private final BucketOptions options;
    private final KeyLimits limits;
    private final AccessControl access;
    private final BucketListings listings;
    private final Response methodNotAllowed;
    private final Response methodUnknown;
    private final Response methodsAllowed;

    BucketRequests(BucketState state) {
        this.state = state;
        this.options = state.options();
        this.limits = options.keyLimits();
        this.access = state.access();
        this.listings = new BucketListings(state);
        String allow = options.readOnly() ? READ_METHODS : ALL_METHODS;
        this.methodsAllowed = KeyResponses.NO_CONTENT.with("Allow", allow);
        this.methodNotAllowed = KeyResponses.text(Status.METHOD_NOT_ALLOWED,
                "method not allowed: use " + allow).with("Allow", allow);
        this.methodUnknown = KeyResponses.text(Status.NOT_IMPLEMENTED,
                "method not supported: use " + allow);
    }

    /**
     * Handles a request; a failure of the engine is a response.
     *
     * @throws HttpException if the request is refused
     */
    Exchange handle(RequestHead request) throws HttpException {
        // Load balancers ask it to learn that the server is there; it tells nothing of objects.
        if (request.method().equals("OPTIONS")) {
            return methodsAllowed;
        }
        Caller caller = access.caller(request);
        if (caller.refusal() != null) {
            return caller.refusal();
        }
        return switch (request.method()) {
            case "GET", "HEAD" -> read(request, caller);
            case "PUT", "DELETE", "MOVE" ->
                    options.readOnly() ? methodNotAllowed : change(request, caller);
            // TRACE too: echoing a head hands out what proxies added to it.
            case "POST", "PATCH", "TRACE", "CONNECT" -> methodNotAllowed;
            default -> methodUnknown;
        };
    }

    private Exchange change(RequestHead request, Caller caller) throws HttpException {
        return switch (request.method()) {
            case "PUT" -> put(request, caller);
            case "MOVE" -> move(request, caller);
            default -> delete(request, caller);
        };
    }

    /** As {@link BucketStore#refuse}. */
    @Override
    public Response refuse(RequestHead request, Right right, String path) throws HttpException {
        Caller caller = access.caller(request);
        return caller.refusal() != null ? caller.refusal()
                : access.refuse(caller, KeyPath.of(path, limits).scope(), right);
    }

    @Override
    public Response readOnly() {
        return methodNotAllowed;
    }

    @Override
    public Key objectKey(RequestHead put) throws HttpException {
        KeyPath path = KeyPath.of(put.path(), limits);
        Response refused = redirect(path, put);
        if (refused == null && path.key() == null) {
            refused = KeyResponses.NO_KEY_TO_PUT;
        }
        if (refused == null && path.hasSlash()) {
            refused = KeyResponses.FOLDER_WITH_BODY;
        }
        if (refused != null) {
            throw new HttpException(refused);
        }
        return path.key();
    }

    private Response read(RequestHead request, Caller caller) throws HttpException {
        KeyPath path = KeyPath.of(request.path(), limits);
        Response refusal = access.refuse(caller, path.scope(),
                path.hasSlash() ? Right.LIST : Right.READ);
        if (refusal != null) {
            return refusal;
        }
        Response redirect = redirect(path, request);
        if (redirect != null) {
            return redirect;
        }
        if (!path.hasSlash()) {
            return path.key() == null ? KeyResponses.NO_KEY
                    : new BucketRead(state, path.key(), request).answer();
        }
        Response answer = options.noListing() ? KeyResponses.UNLISTED
                : isArchive(request.query()) ? BucketResponses.NO_ARCHIVE
                : listings.answer(path, request, page(path, request, caller));
        return path.key() == null ? answer
                : new BucketFolders(state, path.key(), request).read(answer);
    }

    /** Whether the folder is asked for as one file. */
    private static boolean isArchive(String query) {
        return query != null && ("&" + query).contains("&archive=");
    }

    /** What browsers get of a folder; null for what programs get. */
    private PageFormat page(KeyPath path, RequestHead request, Caller caller) {
        if (options.page() == null) {
            return null;
        }
        String folder = path.key() == null ? "/" : '/' + path.key().name() + '/';
        return new PageFormat(options.page(), folder, access.offered(request, caller),
                new PageFormat.Offer(options.readOnly(), false, false),
                !access.rules().isOpen());
    }

    /** Where the path has another spelling, 308 to the one that it has here; else null. */
    private static Response redirect(KeyPath path, RequestHead request) {
        return path.canonical().equals(request.path()) ? null
                : KeyResponses.elsewhere(withQuery(path.canonical(), request));
    }

    /** A path with the query of a request. */
    static String withQuery(String path, RequestHead request) {
        return request.query() == null ? path : path + '?' + request.query();
    }

    private Exchange put(RequestHead request, Caller caller) throws HttpException {
        KeyPath path = KeyPath.of(request.path(), limits);
        Response refusal = access.refuse(caller, path.scope(), Right.WRITE);
        refusal = refusal != null ? refusal : redirect(path, request);
        if (refusal != null) {
            return refusal;
        }
        if (path.key() == null) {
            return KeyResponses.NO_KEY_TO_PUT;
        }
        if (request.headers().contains("Content-Range")) {
            return KeyResponses.PART_OF_PUT;
        }
        // RFC 9110 s15.5.12: in HTTP/1.1 it has no body, but did the client mean that?
        if (request.bodyLength() == 0 && !request.headers().contains("Content-Length")
                && !request.headers().contains("Transfer-Encoding")) {
            return KeyResponses.LENGTH_REQUIRED;
        }
        if (!path.hasSlash()) {
            return new BucketPut(state, path.key(), request).begin();
        }
        BucketFolders folder = new BucketFolders(state, path.key(), request);
        return request.bodyLength() != 0 ? folder.refuseBody() : folder.make();
    }

    private Response delete(RequestHead request, Caller caller) throws HttpException {
        KeyPath path = KeyPath.of(request.path(), limits);
        Response refusal = access.refuse(caller, path.scope(), Right.DELETE);
        refusal = refusal != null ? refusal : redirect(path, request);
        if (refusal != null) {
            return refusal;
        }
        if (path.key() == null) {
            return KeyResponses.NO_KEY;
        }
        return path.hasSlash() ? new BucketFolders(state, path.key(), request).remove()
                : new BucketDelete(state, path.key(), request).answer();
    }

    private Response move(RequestHead request, Caller caller) throws HttpException {
        KeyPath from = KeyPath.of(request.path(), limits);
        Response refusal = access.refuse(caller, from.scope(), Right.READ, Right.DELETE);
        return refusal != null ? refusal : BucketResponses.NO_MOVE;
    }
}
