package io.millrace.app.load.wire;

import java.nio.ByteBuffer;

/**
 * The body of a request, piece by piece.
 *
 * <p>Threads: its client's.
 */
public interface RequestBody {

    /** How long it is. */
    long bytes();

    /** Bytes from a position on, at least one if it is not the end; good until the next call. */
    ByteBuffer piece(long position);
}
