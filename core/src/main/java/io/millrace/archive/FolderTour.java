package io.millrace.archive;

import io.millrace.http.HttpException;
import io.millrace.http.PercentEncoding;
import io.millrace.listing.ListingMemory;
import io.millrace.listing.OrderedNames;
import io.millrace.tree.Entry;
import io.millrace.tree.FileErrors;
import io.millrace.tree.Folder;
import io.millrace.tree.FolderView;
import io.millrace.tree.Key;
import io.millrace.tree.KeyLimits;
import io.millrace.tree.Version;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;

/**
 * Goes through a folder and all below it: each folder before what is in it, names in order. It
 * holds names of the folders that it is in, and a folder open only until {@link #pause}.
 *
 * <p>A folder that is removed on the way has no names left; one below that may not be read has none
 * that the store could reach.
 *
 * <p>Threads: one at a time, which may wait for the device.
 */
final class FolderTour {

    /** Memory for the names of one folder at most; a folder of more is read several times. */
    private static final int MAX_RUN_BYTES = 16 << 20;

    /**
     * A folder or an object.
     *
     * @param key null for the store's own folder
     * @param name its name within the archive; a folder's ends in a slash
     * @param modifiedNs when it was changed, in nanoseconds since 1970
     */
    record Stop(Key key, String name, boolean isFolder, long modifiedNs) {
    }

    /** A folder that the tour is in. */
    private record Level(Key key, String name, OrderedNames names) {
    }

    private final Folder folder;
    private final KeyLimits limits;
    private final ListingMemory memory;
    private final BooleanSupplier isGivenUp;
    private final ArrayDeque<Level> levels = new ArrayDeque<>();
    /** The innermost folder; null while it isn't open. */
    private FolderView view;
    /** The first stop, until it has been made. */
    private Stop first;

    private FolderTour(Folder folder, KeyLimits limits, ListingMemory memory,
            BooleanSupplier isGivenUp, Stop first) {
        this.folder = folder;
        this.limits = limits;
        this.memory = memory;
        this.isGivenUp = isGivenUp;
        this.first = first;
    }

    /**
     * A tour of a folder.
     *
     * @param key null for the store's own folder
     * @param name what the folder is called in the archive
     * @return null if there is no such folder
     * @throws IOException if it can't be read
     */
    static FolderTour of(Folder folder, KeyLimits limits, Key key, String name,
            ListingMemory memory, BooleanSupplier isGivenUp) throws HttpException, IOException {
        BasicFileAttributes attributes = attributes(folder, key);
        if (attributes == null || !attributes.isDirectory()) {
            return null;
        }
        try (FolderView view = FolderView.of(folder, key, limits)) {
            if (view == null) {
                return null;
            }
            view.eachName(any -> false);
        } catch (IOException e) {
            if (FileErrors.isOfNoFolder(e)) {
                return null; // removed in this moment
            }
            throw e;
        }
        return new FolderTour(folder, limits, memory, isGivenUp,
                new Stop(key, name + '/', true, Version.modifiedNs(attributes)));
    }

    private static BasicFileAttributes attributes(Folder folder, Key key)
            throws HttpException, IOException {
        if (key == null) {
            try { // the operator's path may be a link
                return Files.readAttributes(folder.path(), BasicFileAttributes.class);
            } catch (NoSuchFileException e) {
                return null;
            }
        }
        try (Entry entry = folder.entry(key)) {
            return entry.attributes();
        }
    }

    /**
     * The next folder or object; null if there is none.
     *
     * @throws java.io.InterruptedIOException if the tour is given up
     */
    Stop next() throws HttpException, IOException {
        if (first != null) {
            Stop stop = first;
            first = null;
            enter(stop);
            return stop;
        }
        while (!levels.isEmpty()) {
            Level level = levels.peek();
            String name;
            FolderView.Found found = null;
            try {
                view = view == null ? FolderView.of(folder, level.key(), limits) : view;
                name = view == null ? null : level.names().next(view, isGivenUp);
                found = name == null ? null : view.find(name);
            } catch (IOException e) {
                boolean isClosed = e instanceof AccessDeniedException && levels.size() > 1;
                if (!FileErrors.isOfNoFolder(e) && !isClosed) {
                    throw e;
                }
                name = null; // removed, or lost+found
            }
            if (name == null) {
                leave();
            } else if (found != null) {
                Stop stop = stop(level, name, found);
                if (stop.isFolder()) {
                    pause();
                    enter(stop);
                }
                return stop;
            }
        }
        return null;
    }

    private static Stop stop(Level level, String name, FolderView.Found found) {
        String sent = PercentEncoding.encode(name);
        Key key = level.key() == null ? new Key(name, sent)
                : new Key(level.key().name() + '/' + name, level.key().sent() + '/' + sent);
        return new Stop(key, level.name() + name + (found.isFolder() ? "/" : ""),
                found.isFolder(), found.version().modifiedNs());
    }

    private void enter(Stop stop) {
        levels.push(new Level(stop.key(), stop.name(),
                new OrderedNames(memory, MAX_RUN_BYTES, null)));
    }

    private void leave() throws IOException {
        levels.pop().names().close();
        pause();
    }

    /**
     * Holds no folder open until the next call.
     *
     * @throws IOException if what was found may have been in another folder
     */
    void pause() throws IOException {
        if (view != null) {
            try (FolderView closed = view) {
                view = null;
                closed.check();
            }
        }
    }

    /** Gives back what it holds. */
    void close() throws IOException {
        for (Level level : levels) {
            level.names().close();
        }
        levels.clear();
        if (view != null) {
            FolderView closed = view;
            view = null;
            closed.close();
        }
    }
}
