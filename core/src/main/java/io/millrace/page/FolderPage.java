package io.millrace.page;

import io.millrace.access.Right;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How folders are shown to browsers, in place of the plain HTML that a store writes by itself. Set
 * by the option {@code page} of a store.
 *
 * <p>A page is for GET and HEAD of a folder whose {@code Accept} (RFC 9110 section 12.5.1) names
 * {@code text/html} itself and nothing with a higher weight, as those of browsers do. All other
 * requests, and those whose query names a {@code format}, get what they would get without a page:
 * programs read that.
 *
 * <p>The parts are written one after the other, into text that is sent in UTF-8 as it grows. A
 * listing that takes longer than its client reads may be left without its end. What is thrown
 * fails the request with 500, or cuts its connection.
 *
 * <p>Threads: those of the store's listings, several at once, one at a time for each page. They may
 * not wait.
 *
 * @since 0.1
 */
public interface FolderPage {

    /** Writes what stands before the entries. */
    void begin(StringBuilder out, View view);

    /** Writes an entry; they come in the order of the bytes of their names in UTF-8. */
    void entry(StringBuilder out, Entry entry);

    /**
     * Writes what stands behind the entries.
     *
     * @param next a reference to the page that goes on, which begins with a question mark and has
     *     yet to be escaped for HTML; null if this is the last one
     */
    void end(StringBuilder out, View view, @Nullable String next);

    /**
     * The value of {@code Content-Security-Policy} of each page. Names in it are text of others, so
     * it should let no script run that stands in the page itself.
     */
    String contentSecurityPolicy();

    /**
     * Most entries of a page if the request doesn't say {@code limit}; at least 1. Default 10,000:
     * browsers are slow with more.
     */
    default long maxEntries() {
        return 10_000;
    }

    /**
     * What a page shows, and to whom.
     *
     * <p>Threads: any, immutable.
     *
     * @since 0.1
     */
    interface View {

        /** The path of the folder, decoded, with a slash at each end; {@code /} for the topmost. */
        String path();

        /**
         * Whether to offer something on this folder and what is in it. The store decides again when
         * it is asked for it. Where reads need no token, and the request came without one, it is
         * what any token may do here: a browser asks for the token then.
         */
        boolean may(Right right);

        /** Whether the store refuses every change, whatever the rights are. */
        boolean isReadOnly();

        /** Whether the store can give an object or a folder another name, by the method MOVE. */
        default boolean canMove() {
            return true;
        }

        /** Whether the store can send a folder as one file, by {@code ?archive=}. */
        default boolean canArchive() {
            return true;
        }
    }

    /**
     * An object or a folder.
     *
     * <p>Threads: any, immutable.
     *
     * @since 0.1
     */
    interface Entry {

        /** Its name in the folder, decoded, without a slash: text of others, yet to be escaped. */
        String name();

        /** Whether it is a folder. */
        boolean isFolder();

        /** Length of an object in bytes; 0 for a folder. */
        long sizeBytes();

        /** When it was changed; null where the store keeps no time of a folder. */
        @Nullable Instant modified();

        /** The entity tag that a GET of the object has, with its quotes; null for a folder. */
        @Nullable String etag();
    }
}
