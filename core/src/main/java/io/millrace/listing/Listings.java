package io.millrace.listing;

import io.millrace.content.Preconditions;
import io.millrace.http.Body;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.tree.Folder;
import io.millrace.tree.Key;
import io.millrace.tree.KeyLimits;
import io.millrace.work.DaemonPool;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Responds to GET and HEAD of folders with their listings.
 *
 * <p>Folders are read by threads of its own, which wait for the device so that no worker has to. A
 * listing that is short is sent at once, with its length and an entity tag; a longer one is written
 * as its client reads it. All of them share a bounded memory. Where there is none left, or too many
 * requests wait, the response is 503.
 *
 * <p>Threads: any.
 */
public final class Listings implements Closeable {

    private static final int THREADS = 2;
    /** Each is a folder to be read; at a millisecond each, the last one waits for half a second. */
    private static final int MAX_WAITING = 1024;
    private static final long CLOSE_SECONDS = 10;
    /** Of the heap an eighth is for names, and half as much for pieces; no more helps much. */
    private static final int NAMES_SHARE = 8;
    private static final long MIN_NAMES_BYTES = 2 << 20;
    private static final long MAX_NAMES_BYTES = 64 << 20;
    /** What a listing under way may hold in any case: its first piece, two more, and names. */
    static final int BASE_BYTES =
            ListingResponse.WHOLE_BYTES + 2 * Listing.PIECE_BYTES + OrderedNames.LEAST_RUN_BYTES;

    private static final Response CLOSED =
            Response.text("the store is closed; retry later\n").with(Status.SERVICE_UNAVAILABLE);
    /** Seen only by clients that have ended their side and still read. */
    private static final Response LEFT = Response.text(
            "the client's side of the connection has ended while a large folder was read;"
            + " keep it open\n").with(Status.SERVICE_UNAVAILABLE);

    private final Folder folder;
    private final KeyLimits limits;
    private final int maxWaiting;
    private final ListingMemory pieces;
    private final ListingMemory names;
    private final DaemonPool executor;
    /** Once true this is always true. */
    private volatile boolean closed;

    /** The listings of a folder and, unless the limits say flat, of those below. */
    public Listings(Folder folder, KeyLimits limits) {
        this(folder, limits, MAX_WAITING, namesBytes() / 2, namesBytes());
    }

    private static long namesBytes() {
        return Math.max(MIN_NAMES_BYTES, Math.min(MAX_NAMES_BYTES,
                Runtime.getRuntime().maxMemory() / NAMES_SHARE));
    }

    Listings(Folder folder, KeyLimits limits, int maxWaiting, long piecesBytes, long namesBytes) {
        this.folder = folder;
        this.limits = limits;
        this.maxWaiting = maxWaiting;
        this.pieces = new ListingMemory(piecesBytes);
        this.names = new ListingMemory(namesBytes);
        this.executor = new DaemonPool("millrace-list-", THREADS, Integer.MAX_VALUE);
    }

    /**
     * The response to a GET or HEAD of a folder, which is made later.
     *
     * @param key the folder; null for the store's own
     * @param page what browsers get; null for the same as programs
     * @throws HttpException 400 if a condition or the query is malformed
     */
    public Response answer(Key key, RequestHead request, Format page) throws HttpException {
        ListingQuery query = ListingQuery.of(request, page);
        Preconditions preconditions = Preconditions.of(request);
        String line = request.method() + ' ' + request.path();
        if (executor.getQueue().size() >= maxWaiting) {
            return ListingResponse.BUSY;
        }
        AtomicBoolean gone = new AtomicBoolean();
        AtomicBoolean ended = new AtomicBoolean();
        Listing listing = new Listing(folder, limits, key, query, names,
                () -> closed || gone.get(), ended::get);
        CompletableFuture<Response> answer = new CompletableFuture<>();
        // First: what fails behind the task would leave its body to nobody.
        request.whenHalfClosed(() -> ended.set(true));
        request.whenGone(() -> gone.set(true));
        Response later = Response.later(answer);
        try {
            executor.execute(() -> {
                try {
                    answer.complete(list(listing, gone, query, preconditions, line));
                } catch (Throwable e) {
                    answer.completeExceptionally(e); // the server's to log and to answer
                }
            });
        } catch (RejectedExecutionException e) {
            return CLOSED;
        } catch (OutOfMemoryError e) {
            return ListingResponse.BUSY; // what Java says when the system has no more threads
        }
        return later;
    }

    private Response list(Listing listing, AtomicBoolean gone, ListingQuery query,
            Preconditions preconditions, String line) throws HttpException {
        if (!pieces.take(BASE_BYTES)) {
            return ListingResponse.BUSY;
        }
        Response response = null;
        try {
            byte[] first = listing.next(ListingResponse.WHOLE_BYTES);
            if (first == null) {
                return ListingResponse.NOT_FOUND;
            }
            boolean isShort = listing.isEnded() && first.length <= ListingResponse.WHOLE_BYTES;
            ListingResponse listed =
                    ListingResponse.of(query, preconditions, isShort ? first : null);
            if (listed.refusal() != null) {
                return listed.refusal();
            }
            response = listed.head().with(body(first, listing, gone));
            if (listing.isEnded()) { // not before: what fails gives all of it back
                pieces.give(BASE_BYTES - first.length);
            }
            return response;
        } catch (InterruptedIOException e) {
            return closed ? CLOSED : LEFT;
        } catch (IOException e) {
            return folder.faults().answer(line, e);
        } finally {
            if (response == null) {
                listing.close();
                pieces.give(BASE_BYTES);
            }
        }
    }

    private Body body(byte[] first, Listing listing, AtomicBoolean gone) {
        if (listing.isEnded()) {
            return new PieceBody(Body.of(first), () -> pieces.give(first.length));
        }
        PieceStream stream = new PieceStream(ByteBuffer.wrap(first), listing, executor, () -> {
            listing.close();
            pieces.give(BASE_BYTES);
        });
        return new PieceBody(Body.of(stream), () -> {
            gone.set(true);
            stream.cancel();
        });
    }

    /** What the listings under way hold of their memory. */
    long heldBytes() {
        return pieces.takenBytes() + names.takenBytes();
    }

    /** Gives up the listings that are under way. */
    @Override
    public void close() throws IOException {
        closed = true;
        if (!executor.end(CLOSE_SECONDS)) {
            throw new IOException("the store was closed while folders were being listed");
        }
    }
}
