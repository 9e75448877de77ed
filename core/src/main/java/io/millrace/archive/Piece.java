package io.millrace.archive;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bytes of an archive that are written together; grows as needed. Threads: one. */
final class Piece {

    /** How much of the archive comes before it. */
    private final long start;
    private byte[] bytes;
    private int count;

    Piece(int firstBytes, long start) {
        this.bytes = new byte[firstBytes];
        this.start = start;
    }

    /** How much of the archive has been written, with these bytes. */
    long position() {
        return start + count;
    }

    int count() {
        return count;
    }

    /** The array that the bytes are in; another one after each call that adds some. */
    byte[] array() {
        return bytes;
    }

    /** Makes room for so many bytes behind those that are there. */
    void ensure(int more) {
        if (bytes.length - count < more) {
            bytes = Arrays.copyOf(bytes, Math.max(count + more, 2 * bytes.length));
        }
    }

    /** How many bytes fit without growing. */
    int room() {
        return bytes.length - count;
    }

    /** Counts bytes that were put into the array. */
    void added(int more) {
        count += more;
    }

    Piece put(byte[] more) {
        ensure(more.length);
        System.arraycopy(more, 0, bytes, count, more.length);
        count += more.length;
        return this;
    }

    /** Adds the lowest bytes of a number, the lowest first. */
    Piece little(long value, int width) {
        ensure(width);
        for (int i = 0; i < width; i++) {
            bytes[count] = (byte) (value >>> 8 * i);
            count++;
        }
        return this;
    }

    Piece zeros(int more) {
        ensure(more);
        Arrays.fill(bytes, count, count + more, (byte) 0);
        count += more;
        return this;
    }

    /** Drops what is there, for other bytes. */
    void clear() {
        count = 0;
    }

    ByteBuffer toBuffer() {
        return ByteBuffer.wrap(bytes, 0, count);
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, count);
    }
}
