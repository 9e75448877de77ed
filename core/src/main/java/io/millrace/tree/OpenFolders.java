package io.millrace.tree;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The folders below a store's that were used last, kept open.
 *
 * <p>Each is opened within the one above, and never through a link. One that is open is used only
 * if a look finds it still under its name in the one above: a folder that another program has moved
 * away is the store's no more.
 *
 * <p>Threads: any.
 */
final class OpenFolders implements Closeable {

    /** Folders kept open, with two descriptors each, and one more for {@link OpenFolder#move}. */
    static final int MAX_OPEN = 128;

    /**
     * So long one look at a folder's path does instead of one at each folder on the way. The path
     * could have come to lead to the same folder by a link above it.
     */
    static final long RECENT_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Path root;
    private final FolderForce rootForce;
    private final FileAccess access;
    private final FaultLog faults;
    /** By name, in the order of last use; the store's own is "". Guarded by this. */
    private final Map<String, OpenFolder> folders = new LinkedHashMap<>(16, 0.75f, true);
    /** Guarded by this. */
    private boolean closed;
    /** How many folders the store has moved; whoever does so has the locks of all keys. */
    private volatile long moves;

    OpenFolders(Path root, FolderForce rootForce, FileAccess access, FaultLog faults) {
        this.root = root;
        this.rootForce = rootForce;
        this.access = access;
        this.faults = faults;
    }

    /** Whether a file system opens names within an open folder. */
    static boolean areOf(Path folder) throws IOException {
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            return stream instanceof SecureDirectoryStream;
        }
    }

    /**
     * A folder that is open, whose way was looked at a moment ago, and to which its path still
     * leads; the caller gives it back.
     *
     * @return null if it has to be looked for on the way
     */
    OpenFolder recent(String name, long nowNs) throws IOException {
        OpenFolder folder = recentlyFound(name, nowNs);
        if (folder == null) {
            return null;
        }
        boolean same = false;
        try {
            BasicFileAttributes attributes = access.look(folder.path());
            same = attributes != null && folder.is(attributes);
        } finally {
            if (!same) {
                giveBack(folder);
            }
        }
        return same ? folder : null;
    }

    private synchronized OpenFolder recentlyFound(String name, long nowNs) {
        OpenFolder folder = folders.get(name);
        if (folder == null || nowNs - folder.foundNs > RECENT_NS) {
            return null;
        }
        // Those above are used with it: none leaves the map while one below is in use.
        for (OpenFolder above = folder.parent(); above != null; above = above.parent()) {
            if (folders.get(above.name()) != above) {
                return null;
            }
        }
        folder.users++;
        return folder;
    }

    /** Each folder on the way to this one was found under its name. */
    synchronized void found(OpenFolder folder, long nowNs) {
        folder.foundNs = nowNs;
    }

    /** The store's own folder, which the caller gives back. */
    OpenFolder root() throws IOException {
        BasicFileAttributes attributes = access.look(root);
        if (attributes == null) {
            throw new NoSuchFileException(root.toString());
        }
        OpenFolder known = known("", null, attributes);
        return known != null ? known : keep("", open(null, "", null));
    }

    /**
     * A folder within another, which the caller gives back.
     *
     * @param name its name in the store
     * @param segment its name in the other
     * @param attributes what has just been found under that name
     * @throws NoSuchFileException if it is gone by now
     */
    OpenFolder enter(OpenFolder parent, String name, Path segment,
            BasicFileAttributes attributes) throws IOException {
        OpenFolder known = known(name, parent, attributes);
        return known != null ? known : keep(name, open(parent, name, segment));
    }

    private synchronized OpenFolder known(String name, OpenFolder parent,
            BasicFileAttributes attributes) {
        OpenFolder folder = folders.get(name);
        if (folder == null || folder.parent() != parent || !folder.is(attributes)) {
            return null;
        }
        folder.users++;
        return folder;
    }

    private OpenFolder open(OpenFolder parent, String name, Path segment) throws IOException {
        DirectoryStream<Path> stream = parent == null ? Files.newDirectoryStream(root)
                : parent.stream().newDirectoryStream(segment, LinkOption.NOFOLLOW_LINKS);
        OpenFolder folder = null;
        try {
            if (stream instanceof SecureDirectoryStream<Path> secure) {
                folder = parent == null
                        ? new OpenFolder(null, name, secure, root, rootForce, access,
                                faults)
                        : new OpenFolder(parent, name, secure,
                                parent.path().resolve(segment), null, access, faults);
                return folder;
            }
            throw new IOException("the file system of " + root + " has changed");
        } finally {
            if (folder == null) {
                stream.close();
            }
        }
    }

    private synchronized OpenFolder keep(String name, OpenFolder folder) {
        folder.users = 1;
        folder.foundNs = System.nanoTime() - 2 * RECENT_NS; // not looked for as a key's folder yet
        if (folder.parent() != null) {
            folder.parent().users++;
        }
        if (!closed) {
            folder.users++;
            OpenFolder before = folders.put(name, folder);
            if (before != null) {
                giveBack(before);
            }
            if (folders.size() > MAX_OPEN) {
                Iterator<OpenFolder> eldest = folders.values().iterator();
                OpenFolder leaving = eldest.next();
                eldest.remove();
                giveBack(leaving);
            }
        }
        return folder;
    }

    /** Gives back a folder, which is closed if it is not used any more. */
    synchronized void giveBack(OpenFolder folder) {
        OpenFolder unused = folder;
        while (unused != null && --unused.users == 0) {
            unused.close();
            unused = unused.parent();
        }
    }

    /** How many folders the store has moved. */
    long moves() {
        return moves;
    }

    /** A folder of this name has been moved away, or has come there. */
    synchronized void moved(String name) {
        moves++;
        Iterator<OpenFolder> all = folders.values().iterator();
        while (all.hasNext()) {
            OpenFolder folder = all.next();
            if (folder.name().equals(name) || folder.name().startsWith(name + '/')) {
                all.remove();
                giveBack(folder);
            }
        }
    }

    /** How many folders are kept. */
    synchronized int count() {
        return folders.size();
    }

    @Override
    public synchronized void close() {
        closed = true;
        folders.values().forEach(this::giveBack);
        folders.clear();
    }
}
