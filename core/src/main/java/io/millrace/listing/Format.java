package io.millrace.listing;

import io.millrace.http.Response;

/**
 * How a listing is written: its beginning, its entries and its end.
 *
 * <p>Threads: any; one that is made for one listing, one.
 */
public interface Format {

    /** Names are text of others: no script may ever run there. */
    String NO_CONTENT_BUT_TEXT = "default-src 'none'; base-uri 'none'; form-action 'none'; "
            + "frame-ancestors 'none'";

    /** The value of Content-Type. */
    String mediaType();

    /**
     * Writes what stands before the entries.
     *
     * @param path the path of the folder, decoded, with a slash at each end
     */
    void begin(StringBuilder out, String path);

    /** Writes an entry. */
    void entry(StringBuilder out, ListedEntry entry, boolean isFirst);

    /**
     * Writes what stands behind the entries.
     *
     * @param next where the listing goes on, a reference that begins with a question mark; null if
     *     this is its end
     */
    void end(StringBuilder out, String next);

    /** A response with the fields that browsers need beside the type. */
    default Response on(Response listing) {
        return listing.with("Content-Security-Policy", NO_CONTENT_BUT_TEXT);
    }

    /** Most entries, unless the request says so. */
    default long maxEntries() {
        return ListingQuery.UNLIMITED;
    }

    /**
     * What of its client a listing depends on, so that those for different clients have different
     * entity tags and no cache shares them; null if all clients get the same.
     */
    default String seenBy() {
        return null;
    }
}
