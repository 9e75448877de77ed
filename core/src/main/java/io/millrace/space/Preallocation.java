package io.millrace.space;

import java.nio.file.Path;

/**
 * Gets blocks of the device for a file's bytes before they come, many at a time. Its failures are
 * nobody's errors: what can't be reserved is written without.
 *
 * <p>Threads: any.
 */
public interface Preallocation {

    /** What a file got. */
    enum Outcome {
        /** What was asked for. */
        ALL,
        /** Some of it, perhaps, and there is no use in asking for more. */
        SOME,
        /** Nothing, and there is no use in asking for more. */
        NOTHING
    }

    /**
     * Reserves blocks for a region of a file. The file's size stays as it is.
     *
     * @param file a file that is being written
     * @param from where the region begins, in bytes
     * @param to where it ends
     */
    Outcome reserve(Path file, long from, long to);

    /**
     * Gives back the blocks beyond a file's end.
     *
     * @param file a file that nobody writes now
     * @param sizeBytes its size, which stays as it is
     */
    void release(Path file, long sizeBytes);

    /**
     * Begins to write a file's bytes to the device, without waiting until they are there.
     *
     * @return whether all of them are on their way
     */
    boolean startWriting(Path file);
}
