package io.millrace.listing;

import io.millrace.content.DigestAlgorithm;
import io.millrace.content.Preconditions;
import io.millrace.content.Validators;
import io.millrace.http.HttpDate;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * The fields of a response that is a listing, wherever its entries come from. Threads: any,
 * immutable.
 */
public final class ListingResponse {

    /** A listing that is no longer has a length and an entity tag: some 500 entries. */
    public static final int WHOLE_BYTES = 64 * 1024;

    /** What a request for a folder gets that is not there. */
    public static final Response NOT_FOUND =
            Response.text("not found\n").with(Status.NOT_FOUND);
    /** What it gets where listings take all the memory that they may. */
    public static final Response BUSY = Response.text(
            "too many folders are being listed; retry later\n")
            .with(Status.SERVICE_UNAVAILABLE).with("Retry-After", "1");

    private static final int ETAG_BYTES = 16;
    private static final String FOR_ALL = "no-cache";
    private static final String FOR_ONE = "private, no-cache";
    private static final String VARY = "Accept";
    /** How every listing begins. */
    private static final Response LISTED = Response.of(Status.OK)
            .with("Vary", VARY)
            .with("Accept-Ranges", "none")
            .with("X-Content-Type-Options", "nosniff");

    private final Response head;
    private final Response refusal;

    private ListingResponse(Response head, Response refusal) {
        this.head = head;
        this.refusal = refusal;
    }

    /**
     * The response to what a request asks.
     *
     * @param whole the listing if it is short, which gives it an entity tag; else null
     */
    public static ListingResponse of(ListingQuery query, Preconditions preconditions,
            byte[] whole) {
        Format format = query.format();
        String cacheControl = format.seenBy() == null ? FOR_ALL : FOR_ONE;
        Validators validators = whole == null ? new Validators(null, HttpDate.NONE)
                : validators(whole, format);
        Response refusal = preconditions.refuseRead(validators);
        if (refusal != null) {
            return new ListingResponse(null,
                    refusal.with("Cache-Control", cacheControl).with("Vary", VARY));
        }
        return new ListingResponse(validators.on(format.on(LISTED
                .with("Cache-Control", cacheControl)
                .with("Content-Type", format.mediaType()))), null);
    }

    // What a folder's time says is not enough: it has a coarse clock, an object that is written in
    // place changes nothing of it, and what is listed of a folder below is that one's time.
    private static Validators validators(byte[] whole, Format format) { // decision 163
        MessageDigest sha256 = DigestAlgorithm.SHA_256.start();
        if (format.seenBy() != null) {
            sha256.update(format.seenBy().getBytes(StandardCharsets.UTF_8));
        }
        byte[] digest = sha256.digest(whole);
        return new Validators(
                "W/\"" + HexFormat.of().formatHex(digest, 0, ETAG_BYTES) + '"', HttpDate.NONE);
    }

    /** What a condition of the request has for it in place of the listing; else null. */
    public Response refusal() {
        return refusal;
    }

    /** The response but for its body; null if there is a refusal. */
    public Response head() {
        return head;
    }
}
