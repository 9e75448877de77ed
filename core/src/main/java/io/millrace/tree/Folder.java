package io.millrace.tree;

import io.millrace.http.HttpException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The folder of a store: what its files are called, and which are objects.
 *
 * <p>Threads: any.
 */
public final class Folder implements Closeable {

    /**
     * What is tried out is tried with files of this name, or one that begins so. It is the same at
     * every start, so that the next one removes what a kill has left.
     */
    private static final String PROBE = Key.RESERVED + ".probe";
    private static final int STRIPES = 256;
    /** How often a folder may be removed while a PUT makes it. */
    private static final int MAX_ATTEMPTS = 8;

    private final Path path;
    /** Null for a store that only reads, and on file systems other than the default one. */
    private final FolderLock lock;
    private final StagingFolder staging;
    private final FileAccess access;
    private final FolderForce force;
    /** Null where names can't be opened within an open folder. */
    private final OpenFolders folders;
    /** How many segments the name of an object has at most. */
    private final int depth;
    private final FaultLog faults;
    private final Leftovers leftovers;
    private final KeyLock[] keyLocks = new KeyLock[STRIPES];

    private Folder(Path path, List<Path> grown, FolderLock lock, StagingFolder staging,
            FileAccess access, FaultLog faults, int depth) throws IOException {
        this.path = path;
        this.lock = lock;
        this.staging = staging;
        this.access = access;
        this.force = new FolderForce(path, grown, faults);
        this.depth = depth;
        boolean holds = depth > 1 && path.getFileSystem() == FileSystems.getDefault()
                && OpenFolders.areOf(path);
        this.folders = holds ? new OpenFolders(path, force, faults) : null;
        this.faults = faults;
        this.leftovers = new Leftovers(faults);
        for (int i = 0; i < STRIPES; i++) {
            keyLocks[i] = new KeyLock();
        }
    }

    /**
     * Opens a folder, made if it is missing, and removes what a killed process left in it.
     *
     * @param faults where failures of its files are logged
     * @throws IOException with one line for people, if the folder can't be had as the settings want
     */
    public static Folder open(Path folder, FolderSettings settings, FaultLog faults)
            throws IOException {
        List<Path> grown = settings.readOnly() ? List.of() : willGrow(folder);
        Path path = make(folder, settings);
        FolderLock lock = lock(path, settings);
        boolean opened = false;
        try {
            Folder result = open(path, grown, lock, settings, faults);
            opened = true;
            return result;
        } finally {
            if (!opened && lock != null) {
                lock.close();
            }
        }
    }

    private static Folder open(Path path, List<Path> grown, FolderLock lock,
            FolderSettings settings, FaultLog faults) throws IOException {
        StagingFolder staging = new StagingFolder(path);
        FileAccess access = settings.readOnly()
                ? FileAccess.readOnly() : access(path, staging, modes(path, settings), faults);
        Folder result = new Folder(path, grown, lock, staging, access, faults,
                settings.depth());
        result.check(settings);
        return result;
    }

    private static FileModes modes(Path path, FolderSettings settings) throws IOException {
        FileModes modes = new FileModes(settings.fileMode());
        if (modes.areSet() && !path.getFileSystem().supportedFileAttributeViews()
                .contains("posix")) {
            throw new IOException("the file system of " + path
                    + " has no permissions of Unix, so the file mode must be left to the system");
        }
        return modes;
    }

    private static FileAccess access(Path path, StagingFolder staging, FileModes modes,
            FaultLog faults) throws IOException {
        staging.open();
        try {
            return FileAccess.probe(staging.next(), staging.next(), path.resolve(PROBE), modes);
        } catch (IOException e) {
            if (!FileErrors.isOfSpace(e)) {
                throw notWritten(staging.isOf(e) ? staging.path() : path, e);
            }
            // GET and DELETE need no new file, and DELETE is what makes room.
            faults.log("the folder " + path + " has no room for a new file, so what its file system"
                    + " can do is assumed, not tested", e);
            return FileAccess.assumed(modes);
        }
    }

    /** The lock; null if there need not be one. */
    private static FolderLock lock(Path path, FolderSettings settings) throws IOException {
        if (settings.readOnly() || path.getFileSystem() != FileSystems.getDefault()) {
            return null;
        }
        FolderLock lock;
        try {
            lock = FolderLock.of(path);
        } catch (IOException e) {
            throw notWritten(path, e);
        }
        if (lock == null) {
            throw new IOException("another store uses the folder " + path);
        }
        return lock;
    }

    private static IOException notWritten(Path folder, IOException e) {
        return new IOException(
                "the folder " + folder + " can't be written: " + FileErrors.reason(e), e);
    }

    /** The folders that get a new one when this one is made, outermost first. */
    private static List<Path> willGrow(Path folder) {
        List<Path> grown = new ArrayList<>();
        Path path = folder.toAbsolutePath();
        while (path.getParent() != null && !Files.exists(path)) {
            path = path.getParent();
            grown.add(0, path);
        }
        return grown;
    }

    private static Path make(Path folder, FolderSettings settings) throws IOException {
        try {
            // A link to a folder is welcome here; createDirectories refuses it before JDK 20.
            if (!Files.isDirectory(folder) && !settings.readOnly()) {
                Files.createDirectories(folder);
            }
            // From here on links above the folder may change without leading the store elsewhere.
            Path path = folder.toRealPath();
            if (!Files.isDirectory(path)) {
                throw new IOException(folder + " is not a folder");
            }
            return path;
        } catch (FileAlreadyExistsException e) {
            throw new IOException("the folder " + folder + " can't be made: " + e.getFile()
                    + " is not a folder", e);
        } catch (NoSuchFileException e) {
            throw new IOException("there is no folder " + folder, e);
        } catch (FileSystemException e) {
            throw new IOException(
                    "the folder " + folder + " can't be made: " + FileErrors.reason(e), e);
        }
    }

    private void check(FolderSettings settings) throws IOException {
        if (settings.readOnly()) {
            return;
        }
        if (!access.movesAtomically() && !settings.nonAtomicReplace()) {
            throw new IOException("the file system of " + path
                    + " can't replace a file in one step, and the store may not do it in several");
        }
        if (settings.forcesBytes() && !access.forcesFiles()) {
            throw new IOException("the file system of " + path
                    + " can't force a file to the device, so durability must be none");
        }
        if (settings.forcesNames()) {
            try {
                force.changesSoFar();
            } catch (IOException e) {
                throw new IOException("the folder " + path + " can't be forced to the device: "
                        + FileErrors.reason(e), e);
            }
        }
    }

    /**
     * Whether objects of this folder may be kept in memory: a change through one key is then a
     * change of no other, and one that another program makes shows in a file's attributes. Only the
     * default file system is trusted with the latter.
     */
    public boolean isCacheable() throws IOException {
        if (path.getFileSystem() != FileSystems.getDefault() || !access.keepsTimes()) {
            return false;
        }
        // Without a lock nothing is changed, and nothing may be written to find out.
        if (lock == null) {
            return true;
        }
        try {
            return NameProbe.tellsNamesApart(path, PROBE);
        } catch (IOException e) {
            if (!FileErrors.isOfSpace(e)) {
                throw e;
            }
            faults.log("the folder " + path + " has no room for a new file, so no object is kept"
                    + " in memory until the next start", e);
            return false;
        }
    }

    /** Looks at each object that is there. */
    public void eachObject(FolderWalk.Visitor visitor) throws IOException {
        try {
            new FolderWalk(depth, visitor).of(path);
        } catch (IOException e) {
            throw notListed(e);
        }
    }

    private IOException notListed(IOException e) {
        return new IOException(
                "the folder " + path + " can't be listed: " + FileErrors.reason(e), e);
    }

    /**
     * The place of a key, which the caller closes.
     *
     * @throws HttpException 400 if this file system can't have a file of that name
     */
    public Entry entry(Key key) throws HttpException, IOException {
        Path name = name(key);
        if (folders != null && key.isNested()) {
            try {
                return HeldEntry.of(path, key, name, access, folders, staging, faults);
            } catch (NoSuchFileException e) {
                // The store's own folder is gone: nothing is there, and nothing can be made.
                return new PathEntry(path, name, access, staging, force, faults);
            }
        }
        return new PathEntry(path, name, access, staging, force, faults);
    }

    /**
     * The place of a key, with the folders on the way made if they are missing. The caller, who has
     * no key's lock, closes it.
     *
     * @throws HttpException as {@link #entry}
     */
    public Entry entryMade(Key key) throws HttpException, IOException {
        for (int attempt = 1; attempt <= MAX_ATTEMPTS + depth; attempt++) {
            Entry entry = entry(key);
            if (entry.way() != Entry.Way.MISSING) {
                return entry;
            }
            int missing = entry.missing();
            entry.close();
            try {
                makeFolder(key.first(missing));
            } catch (NoSuchFileException e) {
                continue; // the one above has been removed in this moment
            }
        }
        throw new IOException("folders are removed as fast as they are made");
    }

    // Under the lock of the key, as the folder takes the name that an object might get.
    private void makeFolder(Key key) throws HttpException, IOException {
        KeyLock keyLock = keyLock(key);
        try (Entry entry = entry(key)) {
            long stamp = keyLock.lock.writeLock();
            try {
                if (entry.way() == Entry.Way.OPEN && entry.attributes() == null) {
                    entry.makeFolder();
                }
            } finally {
                keyLock.lock.unlockWrite(stamp);
            }
        }
    }

    /**
     * The path of a key, whatever is there.
     *
     * @throws HttpException 400 if this file system can't have a file of that name
     */
    public Path file(Key key) throws HttpException {
        return path.resolve(name(key));
    }

    /** The name of a key as a path, in this folder. */
    private Path name(Key key) throws HttpException {
        if (!key.isNested() || path.getFileSystem().getSeparator().equals("/")) {
            return name(key.name(), key.segments()); // at once, as each path costs something
        }
        Path name = null;
        for (String segment : key.name().split("/")) {
            name = name == null ? name(segment, 1) : name.resolve(name(segment, 1));
        }
        return name;
    }

    private Path name(String text, int segments) throws HttpException {
        try {
            Path name = path.getFileSystem().getPath(text);
            // What this system reads as more than these names, such as "C:x" on Windows.
            if (name.getNameCount() != segments || name.getRoot() != null) {
                throw Key.unsafe("not a file name on this system");
            }
            return name;
        } catch (InvalidPathException e) {
            // Its own message may show the folder. On Unix the locale's charset is what limits.
            throw Key.unsafe(
                    "not a file name on this system; other than ASCII needs a UTF-8 locale");
        }
    }

    /** A new name for a file that is not an object yet. */
    public Path newPart() {
        return staging.next();
    }

    /** Opens a new part for writing, as {@link FileAccess#create} does. */
    public WritableByteChannel create(Path part) throws IOException {
        try {
            return access.create(part);
        } catch (NoSuchFileException e) {
            // What cleans up removes empty folders, too. If the store's own is gone, this fails.
            staging.makeAgain();
            return access.create(part);
        }
    }

    /** Removes a staging file, at once if that can be. */
    public void remove(Path part) {
        leftovers.remove(part);
    }

    /** What orders the changes of a key. */
    public KeyLock keyLock(Key key) {
        return keyLocks[Key.spread(key.name()) >>> 24];
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** How files of this folder are opened and moved. */
    public FileAccess access() {
        return access;
    }

    /** Where failures of this folder's files are logged. */
    public FaultLog faults() {
        return faults;
    }

    @Override
    public void close() throws IOException {
        leftovers.tryAgain();
        if (folders != null) {
            folders.close();
        }
        if (lock != null) {
            lock.close();
        }
    }
}
