package io.millrace.space;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The preallocation of a store, looked for at the first body that is worth one: a store's start has
 * no time for it. Where there is none, nothing gets anything, and nobody looks again.
 *
 * <p>Threads: any. One looks, and none waits for it: the bodies that come meanwhile go without.
 */
public final class LatePreallocation implements Preallocation {

    private final AtomicBoolean looked = new AtomicBoolean();
    /** Null while nothing was found. */
    private volatile Preallocation found;

    @Override
    public Outcome reserve(Path file, long from, long to) {
        if (looked.compareAndSet(false, true)) {
            found = Preallocations.of(file);
        }
        Preallocation preallocation = found;
        return preallocation == null ? Outcome.NOTHING : preallocation.reserve(file, from, to);
    }

    @Override
    public void release(Path file, long sizeBytes) {
        Preallocation preallocation = found;
        if (preallocation != null) {
            preallocation.release(file, sizeBytes);
        }
    }

    @Override
    public boolean startWriting(Path file) {
        Preallocation preallocation = found;
        return preallocation != null && preallocation.startWriting(file);
    }
}
