package io.millrace.archive;

import java.io.Closeable;
import java.io.IOException;

/**
 * Writes the format of one archive. What it is given has names with slashes, a folder's with one at
 * its end.
 *
 * <p>Threads: one at a time.
 */
interface ArchiveWriter extends Closeable {

    /** Writes a folder. */
    void folder(Piece out, String name, long modifiedNs) throws IOException;

    /** Begins to write an object; {@link #content} follows until it is whole. */
    void begin(Piece out, String name, OpenedObject object) throws IOException;

    /** Reads some more of an object and writes it; returns whether the object is whole. */
    boolean content(Piece out, OpenedObject object) throws IOException;

    /** Writes some of what ends the archive; returns whether it is whole. */
    boolean end(Piece out) throws IOException;
}
