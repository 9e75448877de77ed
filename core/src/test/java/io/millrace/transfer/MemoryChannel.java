package io.millrace.transfer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.charset.StandardCharsets;

/**
 * A connection's channel in memory: the bytes that its client has sent and not yet been read, and
 * those that were sent to it. It yields and takes as many bytes as it is told.
 *
 * <p>Threads: one at a time.
 */
public final class MemoryChannel implements ByteChannel {

    public final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private ByteBuffer input = ByteBuffer.allocate(0);
    /** Bytes of no matter that come after the input. */
    public long filler;
    /** Whether the end of the input is the client's end; else there is only nothing now. */
    public boolean ended;
    /** Whether the end was read. */
    public boolean endRead;
    /** Whether the server has ended its side, and may not write any more. */
    public boolean shut;
    /** Bytes that are still taken before the channel is full. */
    public int room = Integer.MAX_VALUE;
    /** Bytes that are kept of what is written; what comes after them is only taken. */
    public int mostKept = Integer.MAX_VALUE;
    public int bytesPerRead = Integer.MAX_VALUE;
    /** Calls of read, and the bytes that they got. */
    public int reads;
    public long readBytes;
    /** Thrown by the next write; null if none. */
    public IOException broken;
    /** Thrown by the next read; null if none. */
    public IOException reset;
    private boolean isClosed;

    /** The client sends this, a character each. */
    public MemoryChannel append(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        append(bytes, 0, bytes.length);
        return this;
    }

    public void append(byte[] bytes) {
        append(bytes, 0, bytes.length);
    }

    /** The client sends the bytes in [from, to). */
    public void append(byte[] bytes, int from, int to) {
        byte[] left = new byte[input.remaining() + to - from];
        int count = input.remaining();
        input.get(left, 0, count);
        System.arraycopy(bytes, from, left, count, to - from);
        input = ByteBuffer.wrap(left);
    }

    /** Whether there is something to read, be it the end. */
    public boolean isReadable() {
        return input.hasRemaining() || filler > 0 || ended && !endRead || reset != null;
    }

    /** All that was written and is kept, a character each. */
    public String written() {
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        reads++;
        if (reset != null) {
            throw reset;
        }
        if (!input.hasRemaining() && filler > 0) {
            int count = (int) Math.min(filler, Math.min(bytesPerRead, target.remaining()));
            target.position(target.position() + count);
            filler -= count;
            readBytes += count;
            return count;
        }
        if (!input.hasRemaining()) {
            endRead = ended;
            return ended ? -1 : 0;
        }
        int count = Math.min(bytesPerRead, Math.min(input.remaining(), target.remaining()));
        target.put(target.position(), input, input.position(), count);
        target.position(target.position() + count);
        input.position(input.position() + count);
        readBytes += count;
        return count;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        if (broken != null) {
            throw broken;
        }
        if (shut) {
            throw new IllegalStateException("the server writes after it has ended its side");
        }
        int count = Math.min(room, source.remaining());
        byte[] kept = new byte[Math.min(count, mostKept - out.size())];
        source.get(source.position(), kept);
        source.position(source.position() + count);
        out.writeBytes(kept);
        if (room != Integer.MAX_VALUE) {
            room -= count;
        }
        return count;
    }

    @Override
    public boolean isOpen() {
        return !isClosed;
    }

    @Override
    public void close() {
        isClosed = true;
    }
}
