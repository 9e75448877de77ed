package io.millrace.tree;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Opens folders: locks them, finds out what their file systems can do, and whether that is enough.
 *
 * <p>Threads: any.
 */
public final class FolderOpening {

    private FolderOpening() {
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
            Folder result = open(path, grown, lock, settings, faults, Long.MIN_VALUE);
            opened = true;
            return result;
        } finally {
            if (!opened && lock != null) {
                lock.close();
            }
        }
    }

    /**
     * Opens a folder that another process has changed until now.
     *
     * @param lock taken for writing; still the caller's
     * @throws IOException as {@link #open}
     */
    public static Folder takeOver(FolderLock lock, FolderSettings settings, FaultLog faults)
            throws IOException {
        return open(lock.folder(), List.of(), null, settings, faults, Version.nowNs());
    }

    /** Opens a folder for reading while another process changes it. */
    public static Folder read(FolderLock lock, FolderSettings settings, FaultLog faults)
            throws IOException {
        return open(lock.folder(), List.of(), null, settings.forReading(), faults,
                Long.MIN_VALUE);
    }

    /**
     * The lock of a folder that a store of another process may use, of which nothing is taken yet.
     *
     * @return null if the folder is one that is not locked, or is missing
     * @throws IOException with one line for people
     */
    public static FolderLock unlocked(Path folder, FolderSettings settings)
            throws IOException {
        return isLocked(folder, settings) && Files.isDirectory(folder)
                ? lock(make(folder, settings), FolderLock::open) : null;
    }

    private static Folder open(Path path, List<Path> grown, FolderLock lock,
            FolderSettings settings, FaultLog faults, long floorNs) throws IOException {
        StagingFolder staging = new StagingFolder(path);
        FileAccess access = settings.readOnly()
                ? FileAccess.readOnly() : access(path, staging, modes(path, settings), faults);
        Folder result = new Folder(path, grown, lock, staging, access, faults, settings,
                floorNs);
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
            return FileAccess.probe(staging.next(), staging.next(), path.resolve(Folder.PROBE),
                    modes);
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

    private static boolean isLocked(Path path, FolderSettings settings) {
        return !settings.readOnly() && path.getFileSystem() == FileSystems.getDefault();
    }

    /** The lock; null if there need not be one. */
    private static FolderLock lock(Path path, FolderSettings settings) throws IOException {
        return isLocked(path, settings) ? lock(path, FolderLock::of) : null;
    }

    private interface Locking {
        FolderLock of(Path path) throws IOException;
    }

    private static FolderLock lock(Path path, Locking locking) throws IOException {
        FolderLock lock;
        try {
            lock = locking.of(path);
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
}
