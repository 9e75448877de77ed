package io.millrace.file;

import java.io.Closeable;
import java.nio.file.Path;

/**
 * The names in one folder, by calls of the system that need no exception to say that there is
 * nothing. No link that has such a name is followed.
 *
 * <p>A call that the system refuses has changed nothing, and its result says no more than that: the
 * caller does the same by {@code java.nio.file}, which says why it can't be done, or does it.
 *
 * <p>Threads: any. Closed when no thread uses it any more.
 */
public interface FileCalls extends Closeable {

    /**
     * What has a name.
     *
     * @return {@link FileState#NOTHING} if nothing has it; null if that can't be said
     */
    FileState state(String name);

    /** Makes a file for few bytes; null if it can't be made, for example as the name is taken. */
    NewFile create(String name);

    /**
     * Moves a file or a folder in one step to where it replaces what is there.
     *
     * @param to a folder of the same kind of calls
     * @return false if nothing has been moved
     */
    boolean move(String name, FileCalls to, String toName);

    /** As {@link #move}, if nothing has the other name; false also if something has. */
    boolean moveNew(String name, FileCalls to, String toName);

    /** Deletes a file, or a link itself; false if nothing has been deleted. */
    boolean delete(String name);

    /**
     * Holds a folder open, whose names are used then wherever its own leads by that time.
     *
     * @param fileKey what tells this folder from others
     * @return null if another folder has the name, or none
     */
    FileCalls folder(String name, Object fileKey);

    /**
     * A path that leads to the folder as long as it is held, wherever that is by then, if the
     * system shows a process its open files; null for absolute paths.
     */
    Path heldPath();

    @Override
    void close();
}
