package io.millrace.tree;

import io.millrace.file.FileCalls;
import io.millrace.file.FileState;
import io.millrace.log.SafeLog;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;

/**
 * A folder that is open, so that what is done with names in it is done there, wherever its path
 * leads by now.
 *
 * <p>Threads: any; {@link #users} and {@link #foundNs} are guarded by {@link OpenFolders}.
 */
final class OpenFolder {

    private static final Path ITSELF = Path.of(".");
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    /** Some milliseconds of a worker. */
    private static final int MAX_SEARCHED = 256;

    private final OpenFolder parent;
    private final String name;
    /** For people: it may lead elsewhere by now. */
    private final Path path;
    private final SecureDirectoryStream<Path> stream;
    private final Object fileKey;
    private final FolderForce force;
    private final FileAccess access;
    /** The system's own calls within it; null until they are there. Any thread may look. */
    private volatile FileCalls calls;
    /** Once true this is always true: its path doesn't lead to it any more. Guarded by this. */
    private boolean withoutCalls;
    /** A path by way of its descriptor; null until it is asked for. Any thread may find it. */
    private volatile Path held;
    /** Whether its name in its parent is on the device. Once true this is always true. */
    private volatile boolean forced;
    /** Requests, folders below and the cache that use it. Guarded by the cache. */
    int users;
    /** When each folder on the way to it was last found under its name. Guarded by the cache. */
    long foundNs;

    /**
     * A folder.
     *
     * @param parent null for the store's own
     * @param name its name in the store
     * @param path its path, for people
     * @param rootForce what forces names in it; null if that is to be made
     */
    OpenFolder(OpenFolder parent, String name, SecureDirectoryStream<Path> stream, Path path,
            FolderForce rootForce, FileAccess access, FaultLog faults) throws IOException {
        this.access = access;
        this.parent = parent;
        this.name = name;
        this.path = path;
        this.stream = stream;
        this.fileKey = stream.getFileAttributeView(BasicFileAttributeView.class).readAttributes()
                .fileKey();
        this.force = rootForce != null ? rootForce : new FolderForce(path, this::channel, faults);
    }

    private FileChannel channel() throws IOException {
        return (FileChannel) stream.newByteChannel(ITSELF, Set.of(StandardOpenOption.READ));
    }

    String name() {
        return name;
    }

    Path path() {
        return path;
    }

    /** Null for the store's own folder. */
    OpenFolder parent() {
        return parent;
    }

    SecureDirectoryStream<Path> stream() {
        return stream;
    }

    /** Whether these are the attributes of this folder. */
    boolean is(BasicFileAttributes attributes) {
        return FileState.isOneKey(fileKey, attributes.fileKey());
    }

    /** Whether this folder and those above it are still under their names. */
    boolean isInPlace() throws IOException {
        for (OpenFolder folder = this; folder.parent != null; folder = folder.parent) {
            BasicFileAttributes there = folder.parent.attributes(folder.path.getFileName());
            if (there == null || !folder.is(there)) {
                return false;
            }
        }
        return true;
    }

    /** The attributes of what has a name in it, a link's own if it is one; null if nothing has. */
    BasicFileAttributes attributes(Path name) throws IOException {
        FileCalls fast = calls();
        FileState state = fast == null ? null : fast.state(name.toString());
        if (state != null) {
            return state == FileState.NOTHING ? null : state;
        }
        try {
            return stream.getFileAttributeView(name, BasicFileAttributeView.class,
                    LinkOption.NOFOLLOW_LINKS).readAttributes();
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /**
     * Moves what an absolute path leads to into this folder.
     *
     * @param name what it replaces
     */
    void move(Path from, Path name) throws IOException {
        FileCalls fast = calls();
        FileCalls all = access.calls().get();
        if (fast == null || !all.move(from.toString(), fast, name.toString())) {
            // The path is absolute, so it is no name in this folder.
            stream.move(from, stream, name);
        }
    }

    /** As {@link #move} if nothing has the name, by one call of the system; false if not done. */
    boolean moveNew(Path from, Path name) {
        FileCalls fast = calls();
        return fast != null
                && access.calls().get().moveNew(from.toString(), fast, name.toString());
    }

    /** Deletes a file in it. */
    void deleteFile(Path name) throws IOException {
        FileCalls fast = calls();
        if (fast == null || !fast.delete(name.toString())) {
            stream.deleteFile(name);
        }
    }

    private FileCalls calls() {
        FileCalls known = calls;
        FileCalls all = known != null ? null : access.calls().get();
        return all != null ? open(all) : known;
    }

    private synchronized FileCalls open(FileCalls all) {
        if (calls == null && !withoutCalls) {
            calls = all.folder(path.toString(), fileKey);
            withoutCalls = calls == null;
        }
        return calls;
    }

    /** The names in it; the caller closes it. Its own stream can be read only once. */
    DirectoryStream<Path> names() throws IOException {
        return stream.newDirectoryStream(ITSELF, LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * A path that leads to this very folder as long as it is open, where the system shows the open
     * files of a process; else its path. The descriptor's number is found by the folder that it is
     * of. It may be that of a listing or a force of the same folder, which is closed earlier, so it
     * is compared before each use; in between it may still be closed. Among more than {@link
     * #MAX_SEARCHED} descriptors it may not be found, as a worker would wait for that.
     */
    Path heldPath() throws IOException {
        FileCalls fast = calls();
        Path own = fast == null ? null : fast.heldPath();
        if (own != null && leadsHere(own)) {
            return own; // held by this folder itself, so there is nothing to search
        }
        Path known = held;
        if (known == path) {
            return path; // the search has found nothing
        }
        if (known == null || !leadsHere(known)) {
            known = search(MAX_SEARCHED);
            held = known;
        }
        return known;
    }

    /**
     * @param most descriptors that are looked at
     * @return the folder's path if its descriptor isn't among them
     */
    Path search(int most) throws IOException {
        if (!Files.isDirectory(DESCRIPTORS)) {
            return path;
        }
        int left = most;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(DESCRIPTORS)) {
            for (Path descriptor : all) {
                if (leadsHere(descriptor)) {
                    return descriptor;
                }
                if (--left == 0) {
                    break;
                }
            }
            return path;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private boolean leadsHere(Path descriptor) {
        try {
            return is(Files.readAttributes(descriptor, BasicFileAttributes.class));
        } catch (IOException e) {
            return false; // closed since it was listed
        }
    }

    /** What forces the names in it. */
    FolderForce force() {
        return force;
    }

    /** Whether its own name need not be forced any more. */
    boolean isForced() {
        return forced;
    }

    /** Its own name has been forced. */
    void forced() {
        forced = true;
    }

    private synchronized void closeCalls() {
        if (calls != null) {
            calls.close();
            calls = null; // its descriptor may be another file's from here on
        }
        withoutCalls = true;
    }

    void close() {
        closeCalls();
        try {
            stream.close();
        } catch (IOException e) {
            SafeLog.log(OpenFolder.class, Level.DEBUG, "folder not closed", e);
        }
    }
}
