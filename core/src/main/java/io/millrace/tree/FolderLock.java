package io.millrace.tree;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps a second store, in this process or another, out of a folder.
 *
 * <p>The lock is on a file that stays in the folder: removing it would let two stores hold locks on
 * two files of the same name. The system drops the lock when the process ends, however it ends.
 *
 * <p>Threads: any.
 */
final class FolderLock implements Closeable {

    static final String FILE_NAME = Key.RESERVED + ".lock";

    /**
     * Folders locked by this process. Static, since POSIX makes it so: closing any channel of the
     * lock file, even one that didn't get the lock, drops the whole process's lock on it. A second
     * store must be turned away before it opens the file.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final FileChannel channel;

    private FolderLock(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /**
     * Locks a folder.
     *
     * @param folder its real path
     * @return the lock, or null if another store holds it
     * @throws IOException if the lock file can't be opened
     */
    static FolderLock of(Path folder) throws IOException {
        if (!HELD.add(folder)) {
            return null;
        }
        FolderLock lock = null;
        try {
            lock = lock(folder);
        } finally {
            if (lock == null) {
                HELD.remove(folder);
            }
        }
        return lock;
    }

    private static FolderLock lock(Path folder) throws IOException {
        FileChannel channel = FileChannel.open(folder.resolve(FILE_NAME), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // held by this process under another name of the folder
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
        return lock == null ? null : new FolderLock(folder, channel);
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            HELD.remove(folder);
        }
    }
}
