package io.millrace.listing;

import io.millrace.access.Caller;
import io.millrace.access.Right;
import io.millrace.http.Response;
import io.millrace.page.FolderPage;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;

/**
 * A listing as an application's page, for one client and folder.
 *
 * <p>Threads: one.
 */
public final class PageFormat implements Format { // decision 289

    /**
     * What a store can do with folders, whoever asks.
     *
     * @param isReadOnly whether it refuses every change
     * @param canMove whether it has MOVE
     * @param canArchive whether it has archives
     */
    public record Offer(boolean isReadOnly, boolean canMove, boolean canArchive) {
    }

    private final FolderPage page;
    private final Caller caller;
    private final Seen view;
    private final boolean dependsOnCaller;

    /**
     * The page of a folder.
     *
     * @param path the folder's, as a listing has it
     * @param caller what may be offered to the client
     * @param offer what the store can do
     * @param dependsOnCaller whether another client may be offered something else
     */
    public PageFormat(FolderPage page, String path, Caller caller, Offer offer,
            boolean dependsOnCaller) {
        this.page = page;
        this.caller = caller;
        this.view = new Seen(path, rights(path), offer);
        this.dependsOnCaller = dependsOnCaller;
    }

    private Set<Right> rights(String path) {
        Set<Right> rights = EnumSet.noneOf(Right.class);
        for (Right right : Right.values()) {
            if (caller.refuse(right, path.substring(1)) == null) {
                rights.add(right);
            }
        }
        return rights;
    }

    @Override
    public String mediaType() {
        return "text/html; charset=utf-8";
    }

    @Override
    public void begin(StringBuilder out, String path) {
        page.begin(out, view);
    }

    @Override
    public void entry(StringBuilder out, ListedEntry entry, boolean isFirst) {
        page.entry(out, new Shown(entry.name(), entry.isFolder(), entry.sizeBytes(),
                entry.modified(), entry.etag()));
    }

    @Override
    public void end(StringBuilder out, String next) {
        page.end(out, view, next);
    }

    /** No other site is to learn the names of folders; a form's Origin needs the rest. */
    @Override
    public Response on(Response listing) {
        return listing.with("Content-Security-Policy", page.contentSecurityPolicy())
                .with("Referrer-Policy", "same-origin");
    }

    @Override
    public long maxEntries() {
        long maxEntries = page.maxEntries();
        if (maxEntries < 1) {
            throw new IllegalStateException(
                    page.getClass().getName() + ": maxEntries() returned " + maxEntries);
        }
        return maxEntries;
    }

    @Override
    public String seenBy() {
        return dependsOnCaller ? view.rights().toString() : null;
    }

    private record Seen(String path, Set<Right> rights, Offer offer)
            implements FolderPage.View {

        @Override
        public boolean isReadOnly() {
            return offer.isReadOnly();
        }

        @Override
        public boolean canMove() {
            return offer.canMove();
        }

        @Override
        public boolean canArchive() {
            return offer.canArchive();
        }

        @Override
        public boolean may(Right right) {
            return rights.contains(right);
        }
    }

    private record Shown(String name, boolean isFolder, long sizeBytes, Instant modified,
            String etag) implements FolderPage.Entry {
    }
}
