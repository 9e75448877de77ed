package io.millrace.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Forces a folder's names to the device, one force for all changes that wait for it.
 *
 * <p>Threads: any; blocks until the device has answered.
 */
final class FolderForce { // decisions 36 and 37

    private final Path folder;
    /** Folders above that got a new name with this one, outermost first. Guarded by this. */
    private final List<Path> grown;
    /** Changes of names that have been made. */
    private final AtomicLong made = new AtomicLong();
    /** Changes that a force has covered. Guarded by this. */
    private long covered;

    /**
     * A folder's force.
     *
     * @param grown folders in which folders were made on the way to this one, outermost first:
     *     whoever loses one of these names loses all below
     */
    FolderForce(Path folder, List<Path> grown) {
        this.folder = folder;
        this.grown = new ArrayList<>(grown);
    }

    /** Returns when every change made before this call is on the device. */
    void changesSoFar() throws IOException {
        long mine = made.incrementAndGet();
        synchronized (this) {
            if (covered >= mine) {
                return; // while this waited, another's force began later than this change
            }
            while (!grown.isEmpty()) {
                force(grown.get(0));
                grown.remove(0);
            }
            long covers = made.get();
            force(folder);
            covered = covers;
        }
    }

    private static void force(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
