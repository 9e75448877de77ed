package io.millrace.tree;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Keeps a second store, in this process or another, out of a folder; and lets a process take the
 * folder over from another one while both serve it.
 *
 * <p>The lock is on a file that stays in the folder: removing it would let two stores hold locks on
 * two files of the same name. Three of its bytes are locked each for itself. {@link Right#LISTEN}
 * belongs to the process that clients are meant to reach, {@link Right#WRITE} to the one that may
 * change the folder, which is usually the same, and {@link Right#NEXT} to one that waits.
 *
 * <pre>
 *   the old process                         the new process
 *                                           takes NEXT, waits for LISTEN
 *   is to stop, finds NEXT taken,
 *   gives LISTEN back, goes on to accept    takes LISTEN, listens, gives NEXT back
 *   finds NEXT free, accepts no more        serves reads, waits for WRITE
 *   gives WRITE back after the last change  takes WRITE, serves all
 * </pre>
 *
 * <p>The system gives back what a process holds when that ends, however it ends; so the other one
 * never waits for a dead one. Releases that lock the whole file neither get it beside another
 * process nor give away a byte of it.
 *
 * <p>Threads: any.
 */
public final class FolderLock implements Closeable { // decision 232

    static final String FILE_NAME = Key.RESERVED + ".lock";

    /** What a process may hold; its place in the file is its ordinal. */
    private enum Right { WRITE, LISTEN, NEXT }

    /** How long a process that waits for another one sleeps between two looks. */
    public static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(10);

    /**
     * Folders locked by this process: their paths, and the keys by which the system knows them, as
     * one that is mounted twice has two paths. Static, since POSIX makes it so: closing any channel
     * of the lock file, even one that didn't get the lock, drops the whole process's lock on it. A
     * second store must be turned away before it opens the file.
     */
    private static final Set<Object> HELD = ConcurrentHashMap.newKeySet();

    private final Path folder;
    /** Null where the system has none. */
    private final Object key;
    private final FileChannel channel;
    /** By right; null where it is not held. Guarded by this. */
    private final FileLock[] held = new FileLock[Right.values().length];

    private FolderLock(Path folder, Object key, FileChannel channel) {
        this.folder = folder;
        this.key = key;
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
        FolderLock lock = open(folder);
        boolean taken = false;
        try {
            // In this order: whoever may listen is the next to write.
            taken = lock != null && lock.take(Right.LISTEN) && lock.take(Right.WRITE);
        } finally {
            if (!taken && lock != null) {
                lock.close();
            }
        }
        return taken ? lock : null;
    }

    /**
     * The lock of a folder that another process may hold, of which nothing is taken yet.
     *
     * @return null if a store of this process has the folder
     */
    static FolderLock open(Path folder) throws IOException {
        Object key = Files.readAttributes(folder, BasicFileAttributes.class).fileKey();
        if (!hold(folder, key)) {
            return null;
        }
        FileChannel channel = null;
        try {
            channel = FileChannel.open(folder.resolve(FILE_NAME), StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
            return new FolderLock(folder, key, channel);
        } finally {
            if (channel == null) {
                letGo(folder, key);
            }
        }
    }

    private static boolean hold(Path folder, Object key) {
        if (!HELD.add(folder)) {
            return false;
        }
        if (key != null && !HELD.add(key)) {
            HELD.remove(folder);
            return false;
        }
        return true;
    }

    private static void letGo(Path folder, Object key) {
        HELD.remove(folder);
        if (key != null) {
            HELD.remove(key);
        }
    }

    private synchronized boolean take(Right right) throws IOException {
        if (held[right.ordinal()] == null) {
            try {
                held[right.ordinal()] = channel.tryLock(right.ordinal(), 1, false);
            } catch (OverlappingFileLockException e) {
                return false; // held by this process under another name of the folder
            }
        }
        return held[right.ordinal()] != null;
    }

    private synchronized void giveBack(Right right) throws IOException {
        FileLock lock = held[right.ordinal()];
        held[right.ordinal()] = null;
        if (lock != null && channel.isOpen()) {
            lock.release();
        }
    }

    /** Whether a right is another process's. */
    private boolean isTaken(Right right) throws IOException {
        if (!take(right)) {
            return true;
        }
        giveBack(right);
        return false;
    }

    /** The real path of the folder. */
    public Path folder() {
        return folder;
    }

    // The new process.

    /**
     * Waits until this process may listen: the other one is about to stop, or has ended.
     *
     * @return whether it may, within this time
     * @throws InterruptedIOException if the thread is interrupted
     */
    public boolean awaitListen(long longestNs) throws IOException {
        return await(() -> take(Right.NEXT) && take(Right.LISTEN), longestNs);
    }

    /** Tells the other process that this one listens. */
    public void listens() throws IOException {
        giveBack(Right.NEXT);
    }

    /** Whether this process may change the folder now, and from now on; may be asked again. */
    public boolean tryWrite() throws IOException {
        return take(Right.WRITE);
    }

    // The old process.

    /**
     * Lets a process that waits listen, and waits until it does. Returns at once if none waits.
     *
     * @return whether another process listens now
     * @throws InterruptedIOException if the thread is interrupted
     */
    public boolean awaitNext(long longestNs) throws IOException {
        if (!isTaken(Right.NEXT)) {
            return false;
        }
        giveBack(Right.LISTEN);
        return await(() -> !isTaken(Right.NEXT), longestNs) && isTaken(Right.LISTEN);
    }

    /** Lets another process change the folder; this one changes nothing from now on. */
    public void release() throws IOException {
        giveBack(Right.LISTEN);
        giveBack(Right.WRITE);
    }

    private interface Condition {
        boolean isMet() throws IOException;
    }

    private boolean await(Condition condition, long longestNs) throws IOException {
        long startNs = System.nanoTime();
        while (!condition.isMet()) {
            if (System.nanoTime() - startNs >= longestNs) {
                return false;
            }
            LockSupport.parkNanos(this, LOOK_NS);
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("interrupted while waiting for the process that "
                        + "uses the folder " + folder);
            }
        }
        return true;
    }

    /** Gives all back; later calls do nothing. */
    @Override
    public synchronized void close() throws IOException {
        if (channel.isOpen()) {
            try {
                channel.close();
            } finally {
                letGo(folder, key);
            }
        }
    }
}
