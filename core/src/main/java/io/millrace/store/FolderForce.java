package io.millrace.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Forces a folder's names to the device, one force for all changes that wait for it.
 *
 * <p>Threads: any; blocks until the device has answered.
 */
final class FolderForce {

    private final Path folder;
    /** Changes of names that have been made. */
    private final AtomicLong made = new AtomicLong();
    /** Changes that a force has covered. Guarded by this. */
    private long covered;

    FolderForce(Path folder) {
        this.folder = folder;
    }

    /** Returns when every change made before this call is on the device. */
    void changesSoFar() throws IOException {
        long mine = made.incrementAndGet();
        synchronized (this) {
            if (covered >= mine) {
                return; // while this waited, another's force began later than this change
            }
            long covers = made.get();
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
            covered = covers;
        }
    }
}
