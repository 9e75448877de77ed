package io.millrace.app.serve;

import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.CommandException;
import io.millrace.route.Cors;
import java.util.List;

/**
 * What pages of other sites may do to the store: all that a client may, by its own token. A token
 * that the browser has kept for the store's own page is not theirs to use.
 *
 * <p>Threads: main.
 */
final class OtherOrigins { // decision 291

    private static final String ALL = "*";

    private static final String[] METHODS = {"PUT", "PATCH", "DELETE", "MOVE", "OPTIONS"};

    /** What the store reads of a request, but for what a page may send in any case. */
    private static final String[] REQUEST_FIELDS = {
        "Authorization", "Content-Type", "Content-Encoding", "Content-Disposition",
        "Cache-Control", "Range", "If-Match", "If-None-Match", "If-Modified-Since",
        "If-Unmodified-Since", "If-Range", "Prefer",
        "Content-Range", "Content-MD5", "Content-Digest", "Repr-Digest", "Want-Content-Digest",
        "Want-Repr-Digest", "X-OC-Mtime", "Last-Modified", "Destination", "Overwrite", "Depth",
        // tus 1.0, and what its clients send besides
        "Tus-Resumable", "Upload-Length", "Upload-Defer-Length", "Upload-Offset",
        "Upload-Metadata", "Upload-Checksum", "Upload-Concat", "X-HTTP-Method-Override",
        "X-Request-ID", "X-Requested-With",
        // Resumable Uploads for HTTP, with a field of its older drafts
        "Upload-Complete", "Upload-Incomplete", "Upload-Draft-Interop-Version"};

    /** What a page may want to read of a response, but for what it may in any case. */
    private static final String[] RESPONSE_FIELDS = {
        "ETag", "Location", "Accept-Ranges", "Content-Range", "Content-Encoding",
        "Content-Disposition", "Content-Digest", "Repr-Digest", "Allow", "Date", "Retry-After",
        "Tus-Resumable", "Tus-Version", "Tus-Extension", "Tus-Max-Size", "Tus-Checksum-Algorithm",
        "Upload-Offset", "Upload-Length", "Upload-Defer-Length", "Upload-Metadata",
        "Upload-Concat", "Upload-Expires", "Upload-Complete", "Upload-Incomplete",
        "Upload-Limit", "Upload-Draft-Interop-Version", "X-OC-Mtime"};

    private static final String EXPOSED = String.join(", ", RESPONSE_FIELDS);

    private OtherOrigins() {
    }

    static String methods() {
        return String.join(", ", METHODS);
    }

    static String requestFields() {
        return String.join(", ", REQUEST_FIELDS);
    }

    static String responseFields() {
        return EXPOSED;
    }

    /** The filter that the flag asks for, as {@link BrowserFlags#cors} says. */
    static Cors cors(Arguments arguments, boolean mayAllWrite) throws CommandException {
        List<String> origins = arguments.of(BrowserFlags.Made.ORIGINS);
        String name = arguments.nameOf(BrowserFlags.Made.ORIGINS);
        if (mayAllWrite && origins.contains(ALL)) {
            throw CommandException.usage(name + " * lets every page in a browser that reaches the"
                    + " store write and delete: name the sites, or use --token-file or"
                    + " --read-only");
        }
        try {
            return Cors.builder(origins.toArray(new String[0])).methods(METHODS)
                    .headers(REQUEST_FIELDS).exposed(RESPONSE_FIELDS).build();
        } catch (IllegalArgumentException wrong) {
            throw CommandException.usage(name + ": " + wrong.getMessage());
        }
    }
}
