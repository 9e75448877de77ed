package io.millrace.listing;

import io.millrace.http.Body;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A body that gives back what it holds when it has been sent, in whole or in part or, as with HEAD,
 * not at all. Threads: the worker that sends it.
 */
public final class PieceBody implements Body {

    private final Body pieces;
    private final Runnable release;
    private boolean closed;

    /** @param release run once, when the body is closed */
    public PieceBody(Body pieces, Runnable release) {
        this.pieces = pieces;
        this.release = release;
    }

    @Override
    public long length() {
        return pieces.length();
    }

    @Override
    public int read(long position, ByteBuffer target) throws IOException {
        return pieces.read(position, target);
    }

    @Override
    public void whenReadable(Runnable callback) {
        pieces.whenReadable(callback);
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            pieces.close();
        } finally {
            release.run();
        }
    }
}
