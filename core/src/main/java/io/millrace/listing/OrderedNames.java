package io.millrace.listing;

import io.millrace.tree.FolderView;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.function.BooleanSupplier;

/**
 * The names of a folder in their order, in bounded memory: as many as fit are read at once, and the
 * next ones when those are used up. It holds no open folder. No name comes twice, and none that is
 * there all the while is left out.
 *
 * <p>Threads: one at a time, which may wait for the device.
 */
public final class OrderedNames {

    /** So many bytes of names come next where no more is left of the memory for names. */
    public static final int LEAST_RUN_BYTES = 32 * 1024;

    private final ListingMemory memory;
    private final int maxRunBytes;
    /** The last name that was returned; null before the first. */
    private String after;
    /** Null if the names behind {@link #after} are to be read. */
    private NameRun run;
    /** What the run has of the memory. */
    private long runBytes;
    private int looked;

    /**
     * The names of one folder.
     *
     * @param memory what they share with others; beyond it they take {@link #LEAST_RUN_BYTES}
     * @param maxRunBytes most memory for the names that come next
     * @param after only names behind this one; null for all
     */
    public OrderedNames(ListingMemory memory, int maxRunBytes, String after) {
        this.memory = memory;
        this.maxRunBytes = maxRunBytes;
        this.after = after;
    }

    /** How many names were looked at in this pass over the folder, or since it ended. */
    int looked() {
        return looked;
    }

    /**
     * The next name in order; null if there is none.
     *
     * @param view the folder, open
     * @param isGivenUp whether the next name is not to be looked at; asked for each
     * @throws InterruptedIOException if it is given up
     */
    public String next(FolderView view, BooleanSupplier isGivenUp) throws IOException {
        String name = run == null ? null : run.next();
        while (name == null && (run == null || !run.isLast())) {
            read(view, isGivenUp);
            name = run.next();
        }
        if (name != null && isStopped(isGivenUp)) {
            throw givenUp();
        }
        after = name == null ? after : name;
        return name;
    }

    private void read(FolderView view, BooleanSupplier isGivenUp) throws IOException {
        close();
        runBytes = memory.takeHalf(maxRunBytes);
        NameRun behind = new NameRun(after, Math.max(runBytes, LEAST_RUN_BYTES));
        boolean[] stopped = {false};
        looked = 0;
        view.eachName(name -> {
            stopped[0] = isStopped(isGivenUp);
            if (!stopped[0]) {
                behind.add(name);
            }
            return !stopped[0];
        });
        looked = 0;
        if (stopped[0]) {
            throw givenUp();
        }
        behind.end();
        long unused = Math.max(0, runBytes - behind.heldBytes());
        memory.give(unused);
        runBytes -= unused;
        run = behind;
    }

    private boolean isStopped(BooleanSupplier isGivenUp) {
        looked++;
        return isGivenUp.getAsBoolean();
    }

    private static InterruptedIOException givenUp() {
        return new InterruptedIOException("the folder's names are no longer wanted");
    }

    /** Gives back the memory of the names; those that come next would be read again. */
    public void close() {
        run = null;
        memory.give(runBytes);
        runBytes = 0;
    }
}
