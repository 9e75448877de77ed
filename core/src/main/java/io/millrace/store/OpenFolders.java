package io.millrace.store;

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

    /** Folders kept open, with two descriptors each. */
    static final int MAX_OPEN = 128;

    private final Path root;
    private final FolderForce rootForce;
    private final FaultLog faults;
    /** By name, in the order of last use; the store's own is "". Guarded by this. */
    private final Map<String, OpenFolder> folders = new LinkedHashMap<>(16, 0.75f, true);
    /** Guarded by this. */
    private boolean closed;

    OpenFolders(Path root, FolderForce rootForce, FaultLog faults) {
        this.root = root;
        this.rootForce = rootForce;
        this.faults = faults;
    }

    /** Whether a file system opens names within an open folder. */
    static boolean areOf(Path folder) throws IOException {
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            return stream instanceof SecureDirectoryStream;
        }
    }

    /** The store's own folder, which the caller gives back. */
    OpenFolder root() throws IOException {
        BasicFileAttributes attributes = FileAccess.attributes(root);
        if (attributes == null) {
            throw new NoSuchFileException(root.toString());
        }
        OpenFolder known = known("", null, attributes);
        return known != null ? known : keep("", open(null, null));
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
        return known != null ? known : keep(name, open(parent, segment));
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

    private OpenFolder open(OpenFolder parent, Path segment) throws IOException {
        DirectoryStream<Path> stream = parent == null ? Files.newDirectoryStream(root)
                : parent.stream().newDirectoryStream(segment, LinkOption.NOFOLLOW_LINKS);
        OpenFolder folder = null;
        try {
            if (stream instanceof SecureDirectoryStream<Path> secure) {
                folder = parent == null
                        ? new OpenFolder(null, secure, root, rootForce, faults)
                        : new OpenFolder(parent, secure, parent.path().resolve(segment), null,
                                faults);
                return folder;
            }
            throw new IOException("the file system of " + root + " is another one by now");
        } finally {
            if (folder == null) {
                stream.close();
            }
        }
    }

    private synchronized OpenFolder keep(String name, OpenFolder folder) {
        folder.users = 1;
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
