package io.millrace.digest;

import io.millrace.content.DigestAlgorithm;
import io.millrace.http.HttpException;
import io.millrace.meta.MetaStore;
import io.millrace.tree.Entry;
import io.millrace.tree.Folder;
import io.millrace.tree.Key;
import io.millrace.tree.KeyLock;
import io.millrace.tree.Version;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Digests that were computed for a wish, to be kept beside their objects. They are written a moment
 * later: to write one changes the time that tells whether a file was swapped, and until that time
 * has passed, the next wish would be computed again.
 *
 * <p>Threads: any.
 */
public final class LateDigests implements Closeable {

    /** More are not kept; they are computed again after the next start. */
    private static final int MAX_WAITING = 1024;

    private static final long DELAY_MS = 1000;

    /** What counts the changes of the folder. */
    public interface Gate {

        /** Begins a change; false if none may begin any more. */
        boolean begin();

        /** Ends a change that was begun. */
        void end();
    }

    private record Late(Key key, Version version, DigestAlgorithm algorithm, byte[] digest) {
    }

    private final Folder folder;
    private final MetaStore meta;
    private final Gate changes;
    private final Object writing = new Object();
    /** Guarded by this. */
    private final Queue<Late> waiting = new ArrayDeque<>();
    /** Whether a timer is set. Guarded by this. */
    private boolean scheduled;

    /** Digests of the objects in a folder. */
    public LateDigests(Folder folder, MetaStore meta, Gate changes) {
        this.folder = folder;
        this.meta = meta;
        this.changes = changes;
    }

    /** Keeps a digest, soon. */
    public synchronized void add(Key key, Version version, DigestAlgorithm algorithm,
            byte[] digest) {
        if (waiting.size() >= MAX_WAITING) {
            return;
        }
        waiting.add(new Late(key, version, algorithm, digest));
        if (!scheduled) {
            try {
                CompletableFuture.delayedExecutor(DELAY_MS, TimeUnit.MILLISECONDS)
                        .execute(this::write);
                scheduled = true;
            } catch (OutOfMemoryError e) {
                scheduled = false; // no thread can be had; the next digest tries again
            }
        }
    }

    private synchronized Late next() {
        return waiting.poll();
    }

    private synchronized void timerIsOver() {
        scheduled = false;
    }

    /** Writes those that wait. One thread at a time, so that {@link #close} waits for another. */
    private void write() {
        synchronized (writing) {
            timerIsOver(); // before anything can fail: else no other would ever be set
            if (!changes.begin()) {
                return; // another process has the folder, and computes them again
            }
            try {
                writeAll();
            } finally {
                changes.end();
            }
        }
    }

    private void writeAll() {
        for (Late late = next(); late != null; late = next()) {
            try (Entry entry = folder.entry(late.key())) {
                write(entry, late);
            } catch (HttpException | IOException e) {
                folder.faults().log("a digest of " + late.key().name() + " can't be kept",
                        e instanceof IOException failure ? failure : new IOException(e));
            } catch (OutOfMemoryError e) {
                return; // the others are written with the next, or computed again
            }
        }
    }

    // The lock keeps the store from changing the object meanwhile.
    private void write(Entry entry, Late late) throws IOException {
        Version version = late.version();
        KeyLock keyLock = folder.keyLock(late.key());
        long stamp = keyLock.lock.readLock();
        try {
            BasicFileAttributes attributes = entry.attributes();
            if (version.equals(entry.version(attributes))) {
                meta.add(entry.heldPath(), attributes.fileKey(), late.key().name(),
                        version.sizeBytes(), version.modifiedNs(), late.algorithm(),
                        late.digest(), folder.access().forcesFiles());
            }
        } finally {
            keyLock.lock.unlockRead(stamp);
        }
    }

    @Override
    public void close() {
        write();
    }
}
