package io.millrace.coding;

import io.millrace.http.Body;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;

/** A body of pieces, between which it may have no bytes. Threads: one. */
final class ScriptedBody implements Body {

    /** In place of a piece: there is none now. */
    static final byte[] NONE = {};

    private final long length;
    private final ArrayDeque<byte[]> pieces;
    private int used;
    private long position;
    /** The callback of the server, from {@link #whenReadable} on. */
    Runnable waiting;
    /** What it tells of a stall. */
    boolean goesOn;
    int closes;

    /** @param length what the body says of its length */
    ScriptedBody(long length, byte[]... pieces) {
        this.length = length;
        this.pieces = new ArrayDeque<>(List.of(pieces));
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public int read(long position, ByteBuffer target) throws IOException {
        if (position != this.position) {
            throw new IOException("read at " + position + " and not at " + this.position);
        }
        byte[] first = pieces.peek();
        if (first == null) {
            return -1;
        }
        if (first.length == 0) {
            pieces.remove();
            return 0;
        }
        int count = Math.min(first.length - used, target.remaining());
        target.put(first, used, count);
        used += count;
        this.position += count;
        if (used == first.length) {
            pieces.remove();
            used = 0;
        }
        return count;
    }

    @Override
    public void whenReadable(Runnable callback) {
        waiting = callback;
    }

    @Override
    public boolean onStall() {
        return goesOn;
    }

    @Override
    public void close() {
        closes++;
    }
}
