package io.millrace.tree;

import io.millrace.http.HttpException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.function.Consumer;

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
    static final String PROBE = Key.RESERVED + ".probe";
    private static final int STRIPES = 256;
    /** How often a folder may be removed while a PUT makes it. */
    private static final int MAX_ATTEMPTS = 8;

    private final Path path;
    /** Null if the folder has not been locked by being opened. */
    private final FolderLock lock;
    private final StagingFolder staging;
    private final FileAccess access;
    private final FolderForce force;
    /** Null where names can't be opened within an open folder. */
    private final OpenFolders folders;
    /** How many segments the name of an object has at most. */
    private final int depth;
    private final boolean readOnly;
    private final FaultLog faults;
    private final Leftovers leftovers;
    private final UploadFolder uploads;
    private final KeyLock[] keyLocks = new KeyLock[STRIPES];

    Folder(Path path, List<Path> grown, FolderLock lock, StagingFolder staging,
            FileAccess access, FaultLog faults, FolderSettings settings, long floorNs)
            throws IOException {
        this.path = path;
        this.lock = lock;
        this.staging = staging;
        this.access = access;
        this.force = new FolderForce(path, grown, faults);
        this.depth = settings.depth();
        this.readOnly = settings.readOnly();
        boolean holds = depth > 1 && path.getFileSystem() == FileSystems.getDefault()
                && OpenFolders.areOf(path);
        this.folders = holds ? new OpenFolders(path, force, access, faults) : null;
        this.faults = faults;
        this.leftovers = new Leftovers(faults);
        this.uploads = new UploadFolder(path, access, faults, leftovers, force);
        for (int i = 0; i < STRIPES; i++) {
            keyLocks[i] = new KeyLock(floorNs);
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
        return FolderOpening.open(folder, settings, faults);
    }

    /** @throws IOException with one line for people, if it can't be had as the settings want */
    void check(FolderSettings settings) throws IOException {
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
        // Nothing is changed here, and nothing may be written to find out.
        if (readOnly) {
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
        return entryMade(key, made -> { });
    }

    /**
     * As {@link #entryMade(Key)}.
     *
     * @param made is told of each folder that has been made, the outermost first
     */
    public Entry entryMade(Key key, Consumer<Key> made) throws HttpException, IOException {
        for (int attempt = 1; attempt <= MAX_ATTEMPTS + depth; attempt++) {
            Entry entry = entry(key);
            if (entry.way() != Entry.Way.MISSING) {
                return entry;
            }
            int missing = entry.missing();
            entry.close();
            Key folder = key.first(missing);
            try {
                if (makeFolder(folder)) {
                    made.accept(folder);
                }
            } catch (NoSuchFileException e) {
                continue; // the one above has been removed in this moment
            }
        }
        throw new IOException("folders are removed as fast as they are made");
    }

    // Under the lock of the key, as the folder takes the name that an object might get.
    private boolean makeFolder(Key key) throws HttpException, IOException {
        KeyLock keyLock = keyLock(key);
        try (Entry entry = entry(key)) {
            long stamp = keyLock.lock.writeLock();
            try {
                boolean isMissing = entry.way() == Entry.Way.OPEN && entry.attributes() == null;
                if (isMissing) {
                    entry.makeFolder();
                }
                return isMissing;
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

    /** Opens a new part for writing, as {@link FileAccess#create(Path)} does. */
    public WritableByteChannel create(Path part) throws IOException {
        return create(part, -1);
    }

    /** Opens a new part for writing, as {@link FileAccess#create(Path, long)} does. */
    public WritableByteChannel create(Path part, long bytes) throws IOException {
        try {
            return access.create(part, bytes);
        } catch (NoSuchFileException e) {
            // What cleans up removes empty folders, too. If the store's own is gone, this fails.
            staging.makeAgain();
            return access.create(part, bytes);
        }
    }

    /** The files of uploads that outlive the process. */
    public UploadFolder uploads() {
        return uploads;
    }

    /** Removes a staging file, at once if that can be. */
    public void remove(Path part) {
        leftovers.remove(part);
    }

    /** What orders the changes of a key. */
    public KeyLock keyLock(Key key) {
        return keyLocks[stripe(key)];
    }

    private static int stripe(Key key) {
        return Key.spread(key.name()) >>> 24;
    }

    /** Takes the write locks of two keys, as soon as they can be had; the caller has none. */
    public HeldLocks lock(Key one, Key other) {
        int first = Math.min(stripe(one), stripe(other));
        int second = Math.max(stripe(one), stripe(other));
        return first == second ? new HeldLocks(keyLocks[first])
                : new HeldLocks(keyLocks[first], keyLocks[second]);
    }

    /** Takes the write locks of all keys, as soon as they can be had; the caller has none. */
    public HeldLocks lockAll() {
        return new HeldLocks(keyLocks);
    }

    /**
     * Whether a folder can be moved in one step with all that is in it. Others may only seem to:
     * zipfs makes an empty one.
     */
    public boolean movesFolders() {
        return path.getFileSystem() == FileSystems.getDefault();
    }

    /** A folder has been moved. The caller has the locks of all keys. */
    public void moved(Key from, Key to) {
        if (folders != null) {
            folders.moved(from.name());
            folders.moved(to.name());
        }
    }

    /** Looks at each object in a folder of this one and below; the names begin in that folder. */
    public void eachObject(Key key, FolderWalk.Visitor visitor)
            throws HttpException, IOException {
        new FolderWalk(depth, visitor).of(file(key));
    }

    /** Removes the folders on the way to a key, from the last to the first, until one is in use. */
    public void removeEmptyAbove(Key key) throws HttpException, IOException {
        int last = key.segments() - 1;
        while (last > 0 && removeIfEmpty(key.first(last))) {
            last--;
        }
    }

    /** Removes a folder if it is empty; false if it is in use, or none. */
    public boolean removeIfEmpty(Key key) throws HttpException, IOException {
        KeyLock keyLock = keyLock(key);
        try (Entry entry = entry(key)) {
            long stamp = keyLock.lock.writeLock();
            try {
                BasicFileAttributes attributes = entry.attributes();
                boolean isFolder = attributes != null && attributes.isDirectory();
                if (isFolder) {
                    entry.deleteFolder();
                }
                return isFolder;
            } catch (IOException e) {
                if (FileErrors.isOfFullFolder(e)) {
                    return false;
                }
                throw e;
            } finally {
                keyLock.lock.unlockWrite(stamp);
            }
        }
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** How files of this folder are opened and moved. */
    public FileAccess access() {
        return access;
    }

    /** Whether nothing in it may be changed. */
    public boolean isForReading() {
        return readOnly;
    }

    /** Its lock, if it has been locked by being opened; else null. */
    public FolderLock lock() {
        return lock;
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
