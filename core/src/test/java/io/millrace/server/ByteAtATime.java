package io.millrace.server;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.charset.StandardCharsets;

/**
 * A connection in memory that yields a byte a read, or as many as it is told, and takes as many
 * bytes as it is told.
 */
final class ByteAtATime implements ByteChannel {

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private ByteBuffer input;
    /** Bytes that are still taken before the channel is full. */
    int room = Integer.MAX_VALUE;
    /** Whether the end of the input is the peer's end; else there is only nothing now. */
    boolean ended;
    int bytesPerRead = 1;

    ByteAtATime(String input) {
        this.input = bytes(input);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void arrive(String text) {
        input = bytes(text);
    }

    boolean isRead() {
        return !input.hasRemaining();
    }

    String written() {
        return written.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public int read(ByteBuffer target) {
        if (!input.hasRemaining()) {
            return ended ? -1 : 0;
        }
        int count = Math.min(bytesPerRead, Math.min(input.remaining(), target.remaining()));
        for (int i = 0; i < count; i++) {
            target.put(input.get());
        }
        return count;
    }

    @Override
    public int write(ByteBuffer source) {
        int count = Math.min(room, source.remaining());
        byte[] taken = new byte[count];
        source.get(taken);
        written.writeBytes(taken);
        room -= count;
        return count;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {
    }
}
