package io.millrace.store;

import io.millrace.http.HttpException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The folder of a store: what its files are called, and which are objects.
 *
 * <p>Threads: any.
 */
final class Folder implements Closeable {

    /**
     * What is tried out is tried with files of this name, or one that begins so. It is the same at
     * every start, so that the next one removes what a kill has left.
     */
    private static final String PROBE = Key.RESERVED + ".probe";
    private static final int STRIPES = 256;

    private final Path path;
    /** Null for a store that only reads, and on file systems other than the default one. */
    private final FolderLock lock;
    private final StagingFolder staging;
    private final FileAccess access;
    private final FolderForce force;
    private final FaultLog faults;
    private final Leftovers leftovers;
    private final KeyLock[] keyLocks = new KeyLock[STRIPES];

    private Folder(Path path, List<Path> grown, FolderLock lock, StagingFolder staging,
            FileAccess access, FaultLog faults) {
        this.path = path;
        this.lock = lock;
        this.staging = staging;
        this.access = access;
        this.force = new FolderForce(path, grown, faults);
        this.faults = faults;
        this.leftovers = new Leftovers(faults);
        for (int i = 0; i < STRIPES; i++) {
            keyLocks[i] = new KeyLock();
        }
    }

    /**
     * Opens a folder, made if it is missing, and removes what a killed process left in it.
     *
     * @throws IOException with one line for people, if the folder can't be had as the options want
     */
    static Folder open(Path folder, StoreOptions options) throws IOException {
        List<Path> grown = options.readOnly() ? List.of() : willGrow(folder);
        Path path = make(folder, options);
        FolderLock lock = lock(path, options);
        boolean opened = false;
        try {
            Folder result = open(path, grown, lock, options);
            opened = true;
            return result;
        } finally {
            if (!opened && lock != null) {
                lock.close();
            }
        }
    }

    private static Folder open(Path path, List<Path> grown, FolderLock lock, StoreOptions options)
            throws IOException {
        FaultLog faults = new FaultLog();
        StagingFolder staging = new StagingFolder(path);
        FileAccess access = options.readOnly()
                ? FileAccess.readOnly() : access(path, staging, faults);
        Folder result = new Folder(path, grown, lock, staging, access, faults);
        result.check(options);
        return result;
    }

    private static FileAccess access(Path path, StagingFolder staging, FaultLog faults)
            throws IOException {
        staging.open();
        try {
            return FileAccess.probe(staging.next(), staging.next(), path.resolve(PROBE));
        } catch (IOException e) {
            if (!FileErrors.isOfSpace(e)) {
                throw notWritten(staging.isOf(e) ? staging.path() : path, e);
            }
            // GET and DELETE need no new file, and DELETE is what makes room.
            faults.log("the folder " + path + " has no room for a new file, so what its file system"
                    + " can do is assumed, not tried", e);
            return FileAccess.assumed();
        }
    }

    /** The lock; null if there need not be one. */
    private static FolderLock lock(Path path, StoreOptions options) throws IOException {
        if (options.readOnly() || path.getFileSystem() != FileSystems.getDefault()) {
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

    private static Path make(Path folder, StoreOptions options) throws IOException {
        try {
            // A link to a folder is welcome here; createDirectories refuses it before JDK 20.
            if (!Files.isDirectory(folder) && !options.readOnly()) {
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

    private void check(StoreOptions options) throws IOException {
        if (options.readOnly()) {
            return;
        }
        if (!access.movesAtomically() && !options.nonAtomicReplace()) {
            throw new IOException("the file system of " + path
                    + " can't replace a file in one step, and the store may not do it in several");
        }
        require(options.durability());
    }

    /** Whether this folder can be had with a durability; an IOException says why not. */
    private void require(Durability durability) throws IOException {
        if (durability != Durability.NONE && !access.forcesFiles()) {
            throw new IOException("the file system of " + path
                    + " can't force a file to the device, so durability must be none");
        }
        if (durability == Durability.FULL) {
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
    boolean isCacheable() throws IOException {
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

    /** Who is told of each object, and its length in bytes; returns whether to go on. */
    interface Visitor {

        boolean visit(String name, long bytes);
    }

    /** Looks at each object that is there. */
    void eachObject(Visitor visitor) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                BasicFileAttributes attributes = FileAccess.attributes(file);
                if (attributes != null && attributes.isRegularFile() && !Key.isReserved(name)
                        && !visitor.visit(name, attributes.size())) {
                    return;
                }
            }
        } catch (IOException e) {
            throw notListed(e);
        } catch (DirectoryIteratorException e) {
            throw notListed(e.getCause());
        }
    }

    private IOException notListed(IOException e) {
        return new IOException(
                "the folder " + path + " can't be listed: " + FileErrors.reason(e), e);
    }

    /**
     * The file of a key, whatever is there.
     *
     * @throws HttpException 400 if this file system can't have a file of that name
     */
    Path file(Key key) throws HttpException {
        try {
            Path name = path.getFileSystem().getPath(key.name());
            // A name that this system reads as more than a name, such as "C:x" on Windows.
            if (name.getNameCount() != 1 || name.getRoot() != null) {
                throw Key.unsafe("not a file name on this system");
            }
            return path.resolve(name);
        } catch (InvalidPathException e) {
            // Its own message may show the folder. On Unix the locale's charset is what limits.
            throw Key.unsafe(
                    "not a file name on this system; other than ASCII needs a UTF-8 locale");
        }
    }

    /** A new name for a file that is not an object yet. */
    Path newPart() {
        return staging.next();
    }

    /** Opens a new part for writing, as {@link FileAccess#create} does. */
    WritableByteChannel create(Path part) throws IOException {
        try {
            return access.create(part);
        } catch (NoSuchFileException e) {
            // What cleans up removes empty folders, too. If the store's own is gone, this fails.
            staging.makeAgain();
            return access.create(part);
        }
    }

    /** Removes a staging file, at once if that can be. */
    void remove(Path part) {
        leftovers.remove(part);
    }

    /**
     * Lets a staging file take an object's place. A file system of the network may say that this
     * has failed when it has not, as the first of its messages was lost; so this is looked up.
     *
     * @param version the version of the staging file
     * @throws IOException if nothing has happened
     */
    void move(Path part, Path file, Version version) throws IOException {
        try {
            access.move(part, file);
        } catch (IOException e) {
            if (!hasHappened(part, file, version, e)) {
                throw e;
            }
        }
    }

    /**
     * Deletes a file, as {@link #move} moves one.
     *
     * @return false if there was none
     */
    boolean delete(Path file) throws IOException {
        try {
            return Files.deleteIfExists(file);
        } catch (IOException e) {
            if (!hasHappened(file, file, null, e)) {
                throw e;
            }
            return true;
        }
    }

    /** Whether a file is gone from here, and this version there, although the system denies it. */
    private boolean hasHappened(Path from, Path to, Version version, IOException failure) {
        try {
            boolean happened = FileAccess.attributes(from) == null
                    && Objects.equals(version, version(FileAccess.attributes(to)));
            if (happened) {
                faults.log("a change of " + to + " has happened, but is said to have failed",
                        failure);
            }
            return happened;
        } catch (IOException e) {
            failure.addSuppressed(e);
            return false;
        }
    }

    /** What orders the changes of a key. */
    KeyLock keyLock(Key key) {
        return keyLocks[Key.spread(key.name()) >>> 24];
    }

    /** The version of an object; null if these are no object's attributes. */
    Version version(BasicFileAttributes attributes) {
        return attributes == null || !attributes.isRegularFile()
                ? null : Version.of(attributes, access.keepsTimes());
    }

    /** How files of this folder are opened and moved. */
    FileAccess access() {
        return access;
    }

    /** How changes of this folder's names are forced to the device. */
    FolderForce force() {
        return force;
    }

    /** Where failures of this folder's files are logged. */
    FaultLog faults() {
        return faults;
    }

    @Override
    public void close() throws IOException {
        leftovers.tryAgain();
        if (lock != null) {
            lock.close();
        }
    }
}
