package io.millrace.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** A body that is an array in memory. Threads: any, the array never changes. */
final class BytesBody implements Body {

    static final BytesBody EMPTY = new BytesBody(new byte[0]);
    /**
     * Most bytes offered in one transfer. The JDK copies everything it is offered into a direct
     * buffer that it keeps for the thread, even if the socket then accepts little of it.
     */
    static final int PIECE_BYTES = 128 * 1024;

    private final byte[] bytes;

    BytesBody(byte[] bytes) {
        this.bytes = bytes;
    }

    @Override
    public long length() {
        return bytes.length;
    }

    @Override
    public int read(long position, ByteBuffer target) {
        int count = (int) Math.min(bytes.length - position, target.remaining());
        target.put(bytes, (int) position, count);
        return count;
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target)
            throws IOException {
        int most = (int) Math.min(Math.min(bytes.length - position, count), PIECE_BYTES);
        return target.write(ByteBuffer.wrap(bytes, (int) position, most));
    }
}
