package io.millrace.tree;

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

    /** Opens the folder. */
    interface Opening {

        FileChannel open() throws IOException;
    }

    private final Path folder;
    private final Opening opening;
    /** Folders above that got a new name with this one, outermost first. Guarded by this. */
    private final List<Path> grown;
    private final FaultLog faults;
    /** Changes of names that have been made. */
    private final AtomicLong made = new AtomicLong();
    /** Changes that a force has covered. Guarded by this. */
    private long covered;

    /**
     * A folder's force.
     *
     * @param grown folders in which folders were made on the way to this one, outermost first:
     *     whoever loses one of these names loses all below
     * @param faults where failures after a change are logged
     */
    FolderForce(Path folder, List<Path> grown, FaultLog faults) {
        this(folder, () -> openFolder(folder), grown, faults);
    }

    /**
     * The force of a folder that is open already.
     *
     * @param folder for people
     */
    FolderForce(Path folder, Opening opening, FaultLog faults) {
        this(folder, opening, List.of(), faults);
    }

    private FolderForce(Path folder, Opening opening, List<Path> grown, FaultLog faults) {
        this.folder = folder;
        this.opening = opening;
        this.grown = new ArrayList<>(grown);
        this.faults = faults;
    }

    /** Returns when every change made before this call is on the device. */
    void changesSoFar() throws IOException {
        try (Pending pending = open()) {
            pending.changesSoFar();
        }
    }

    /**
     * Opens what a force needs, before the changes that it is for are made: after them nothing but
     * the device can fail. The caller closes it.
     */
    Pending open() throws IOException { // decision 101
        synchronized (this) {
            while (!grown.isEmpty()) {
                try (FileChannel channel = openFolder(grown.get(0))) {
                    channel.force(true);
                }
                grown.remove(0);
            }
        }
        return new Pending(opening.open());
    }

    private static FileChannel openFolder(Path folder) throws IOException {
        return FileChannel.open(folder, StandardOpenOption.READ);
    }

    /** A force that is still to be done. Threads: one at a time. */
    final class Pending implements AutoCloseable {

        private final FileChannel channel;

        private Pending(FileChannel channel) {
            this.channel = channel;
        }

        /** The folder, for people. */
        Path folder() {
            return folder;
        }

        /** Returns when every change made before this call is on the device. */
        void changesSoFar() throws IOException {
            long mine = made.incrementAndGet();
            synchronized (FolderForce.this) {
                if (covered >= mine) {
                    return; // while this waited, another's force began later than this change
                }
                long covers = made.get();
                channel.force(true);
                covered = covers;
            }
        }

        /** Throws nothing: the change has been made, whatever becomes of the descriptor. */
        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                faults.log("the folder " + folder + " can't be closed", e);
            }
        }
    }
}
