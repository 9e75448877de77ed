package io.millrace.bucket;

import io.millrace.content.Preconditions;
import io.millrace.http.Body;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.listing.Format;
import io.millrace.listing.ListingMemory;
import io.millrace.listing.ListingQuery;
import io.millrace.listing.ListingResponse;
import io.millrace.listing.PieceBody;
import io.millrace.tree.KeyLimits;
import io.millrace.tree.KeyPath;
import java.nio.charset.StandardCharsets;

/**
 * Responds to GET and HEAD of folders with their listings, which are made of those of the engine
 * (ListObjectsV2), page by page.
 *
 * <p>A listing that is short is sent with its length and an entity tag; a longer one is made as its
 * client reads it. All of them share a bounded memory. Where there is none left the response is
 * 503.
 *
 * <p>Threads: any.
 */
final class BucketListings { // decision 334

    /**
     * What a listing under way may hold: a page of the engine of names of usual length, and what is
     * written of it.
     */
    static final int BASE_BYTES = 512 * 1024;
    /** Of the heap so much is for listings; no more helps much. */
    private static final int SHARE = 8;
    private static final long MIN_BYTES = 4L << 20;
    private static final long MAX_BYTES = 64L << 20;

    private final BucketState state;
    private final ListingMemory memory;

    BucketListings(BucketState state) {
        this(state, Math.max(MIN_BYTES,
                Math.min(MAX_BYTES, Runtime.getRuntime().maxMemory() / SHARE)));
    }

    BucketListings(BucketState state, long maxBytes) {
        this.state = state;
        this.memory = new ListingMemory(maxBytes);
    }

    /**
     * The response to a GET or HEAD of a folder, which is made later.
     *
     * @param path the folder's
     * @param page what browsers get; null for the same as programs
     * @throws HttpException 400 if a condition or the query is malformed
     */
    Response answer(KeyPath path, RequestHead request, Format page) throws HttpException {
        ListingQuery query = ListingQuery.of(request, page);
        Preconditions preconditions = Preconditions.of(request);
        String prefix = path.key() == null ? "" : path.key().name() + '/';
        KeyLimits limits = state.options().keyLimits();
        int prefixBytes = bytes(prefix);
        if (prefixBytes >= limits.maxBytes()) {
            return ListingResponse.NOT_FOUND; // no key has room for a name in there
        }
        if (query.after() != null && prefixBytes + bytes(query.after()) > limits.maxBytes()) {
            throw new HttpException(Status.BAD_REQUEST,
                    "invalid query: after must be a name that a key of this folder can have");
        }
        String line = request.method() + ' ' + request.path();
        BucketListing listing = new BucketListing(state.client()::list, limits, prefix, query,
                () -> memory.give(BASE_BYTES));
        if (!memory.take(BASE_BYTES)) {
            return ListingResponse.BUSY;
        }
        Response later = null;
        try {
            request.whenGone(listing::cancel);
            later = Response.later(listing.first(ListingResponse.WHOLE_BYTES).handle(
                    (first, failure) -> {
                        try {
                            return failure != null ? state.faults().answer(line, failure)
                                    : answer(listing, first, query, preconditions);
                        } finally {
                            if (listing.isUnsent()) {
                                listing.cancel();
                            }
                        }
                    }));
            return later;
        } finally {
            if (later == null) {
                listing.cancel();
            }
        }
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private Response answer(BucketListing listing, byte[] first, ListingQuery query,
            Preconditions preconditions) {
        if (first == null) {
            return ListingResponse.NOT_FOUND;
        }
        boolean isShort = listing.isEnded() && first.length <= ListingResponse.WHOLE_BYTES;
        ListingResponse listed = ListingResponse.of(query, preconditions, isShort ? first : null);
        if (listed.refusal() != null) {
            return listed.refusal();
        }
        Body pieces = listing.isEnded() ? Body.of(first) : Body.of(listing);
        Response response = listed.head().with(new PieceBody(pieces, listing::cancel));
        listing.send(first); // last: what fails before leaves no response that ends the listing
        return response;
    }

    /** What the listings under way hold of their memory. */
    long heldBytes() {
        return memory.takenBytes();
    }
}
