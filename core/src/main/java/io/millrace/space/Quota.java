package io.millrace.space;

import io.millrace.tree.Folder;
import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * How many bytes a store may have on its file system, unfinished PUTs among them. Room is taken as
 * bytes are written, and by nothing else.
 *
 * <p>Threads: any.
 */
public final class Quota implements Closeable {

    private final long maxBytes;
    /** Null without a limit: then nothing needs to be counted. */
    private final Usage usage;
    /** Staging files there are. */
    private final AtomicLong unfinished = new AtomicLong();
    /** Null as long as there is no folder to count. */
    private Recount recount;

    /** @param maxBytes the limit; {@link Long#MAX_VALUE} for none */
    public Quota(long maxBytes) {
        this.maxBytes = maxBytes;
        this.usage = maxBytes < Long.MAX_VALUE ? new Usage() : null;
    }

    /**
     * Counts what is in a folder, and goes on to do so; a folder that nothing is going to change
     * need not be counted. Of many objects this returns before all are counted.
     *
     * @throws IOException with one line for people, if the folder can't be listed
     */
    public void watch(Folder folder, boolean readOnly, LongSupplier clockNs) throws IOException {
        if (isLimited() && !readOnly) {
            recount = new Recount(folder, usage, clockNs);
            recount.start();
        }
    }

    /** Whether it is known what there is room for; else nothing new may be written yet. */
    public boolean isKnown() {
        return recount == null || recount.isCounted();
    }

    /** Whether there is a limit at all. */
    public boolean isLimited() {
        return usage != null;
    }

    /** Whether there is room for so many bytes now; takes none. */
    public boolean fits(long bytes) {
        return !isLimited() || usage.fits(bytes, maxBytes)
                || isRecounted() && usage.fits(bytes, maxBytes);
    }

    /** Takes room for bytes that are about to be written; false if there isn't as much. */
    public boolean take(long bytes) { // decision 116
        return !isLimited() || usage.stage(bytes, maxBytes)
                || isRecounted() && usage.stage(bytes, maxBytes);
    }

    /** Counts bytes that are there already, whether or not they fit. */
    void count(long bytes) {
        if (isLimited()) {
            usage.stage(bytes);
        }
    }

    private boolean isRecounted() {
        return recount != null && recount.refresh();
    }

    /** The limit; {@link Long#MAX_VALUE} for none. */
    public long maxBytes() {
        return maxBytes;
    }

    /** Bytes of objects and unfinished PUTs; -1 if they are not known. */
    public long usedBytes() {
        return usage != null && recount != null && isKnown() ? usage.bytes() : -1;
    }

    /** PUTs that have a staging file. */
    public long unfinished() {
        return unfinished.get();
    }

    /** A PUT has a staging file from now on. */
    void begun() {
        unfinished.incrementAndGet();
    }

    /** A staging file is gone, or has become an object. */
    void ended() {
        unfinished.decrementAndGet();
    }

    /** Gives back room whose bytes have been removed. */
    public void giveBack(long bytes) {
        if (isLimited()) {
            usage.unstage(bytes);
        }
    }

    /** Has to be told before an object changes; {@link #settled} has to follow in any case. */
    public void changing(String name) {
        if (isLimited()) {
            usage.changing(name);
        }
    }

    /** Has to be told once a change is known here, or has failed. */
    public void settled(String name) {
        if (isLimited()) {
            usage.settled(name);
        }
    }

    /** Has to be told before a folder moves; {@link #folderSettled} has to follow in any case. */
    public void movingFolder() {
        if (isLimited()) {
            usage.movingFolder();
        }
    }

    /**
     * Has to be told once a folder has moved, or not. The next count, which begins soon, finds
     * which names have its bytes.
     */
    public void folderSettled() {
        if (isLimited()) {
            usage.folderSettled();
        }
        if (recount != null) {
            recount.begin();
        }
    }

    /** An object has taken its place. */
    public void stored(String name, long bytes, long replacedBytes, long takenBytes) {
        if (isLimited()) {
            usage.stored(name, bytes, replacedBytes, takenBytes);
        }
    }

    /** An object has been removed. */
    public void removed(String name, long bytes) {
        if (isLimited()) {
            usage.removed(name, bytes);
        }
    }

    @Override
    public void close() {
        if (recount != null) {
            recount.close();
        }
    }
}
