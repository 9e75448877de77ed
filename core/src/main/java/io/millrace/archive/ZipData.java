package io.millrace.archive;

import java.io.IOException;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Brings the bytes of one object after the other into Deflate's format (RFC 1951): compressed, or,
 * where that would be in vain, in stored blocks.
 *
 * <p>Threads: one at a time.
 */
final class ZipData {

    /** Measured: 6 saves an eighth more and takes three times as long. */
    private static final int LEVEL = 3; // decision 276
    private static final int INPUT_BYTES = 64 * 1024;
    private static final int OUTPUT_BYTES = 16 * 1024;
    private static final int MAX_BLOCK_BYTES = 0xffff;
    private static final int BLOCK_HEAD_BYTES = 5;
    /** More than Deflate ever adds to less than four gigabytes (zlib's deflateBound). */
    private static final long MOST_ADDED_BYTES = 2 << 20;

    private final Deflater deflater = new Deflater(LEVEL, true);
    private final CRC32 crc = new CRC32();
    private final byte[] input = new byte[INPUT_BYTES];
    private boolean isStored;
    /** How many bytes have been read for a trial. */
    private int triedBytes;
    private long compressedBytes;

    /** Begins with an object that has bytes. */
    void begin(OpenedObject object) throws IOException {
        long size = object.sizeBytes();
        crc.reset();
        deflater.reset();
        compressedBytes = 0;
        triedBytes = 0;
        // Just below four gigabytes the format of the size would depend on what comes out.
        isStored = Compression.isCompressed(object.fileName())
                || size > ZipRecord.MAX_32 - MOST_ADDED_BYTES && size <= ZipRecord.MAX_32;
        if (!isStored && Compression.isUnclear(object.fileName(), size)) {
            triedBytes = object.read(input, 0, Compression.TRIAL_BYTES);
            isStored = Compression.isInVain(input, triedBytes, deflater);
        }
    }

    /** Whether the object's size, or what it becomes, has more than 32 bits. */
    boolean isLarge(OpenedObject object) {
        long size = object.sizeBytes();
        return (isStored ? size + headBytes(size) : size) > ZipRecord.MAX_32;
    }

    /** What blocks of the greatest length add. */
    private static long headBytes(long size) {
        return BLOCK_HEAD_BYTES * ((size + MAX_BLOCK_BYTES - 1) / MAX_BLOCK_BYTES);
    }

    /** Reads and writes some more of the object; returns whether it is whole. */
    boolean write(Piece out, OpenedObject object) throws IOException {
        int before = out.count();
        boolean whole = isStored ? store(out, object) : deflate(out, object);
        compressedBytes += out.count() - before;
        return whole;
    }

    /** Writes one block. */
    private boolean store(Piece out, OpenedObject object) throws IOException {
        int most = triedBytes > 0 ? triedBytes : MAX_BLOCK_BYTES;
        out.ensure(BLOCK_HEAD_BYTES + most);
        int start = out.count() + BLOCK_HEAD_BYTES;
        int count = triedBytes;
        if (triedBytes > 0) {
            System.arraycopy(input, 0, out.array(), start, count);
            triedBytes = 0;
        } else {
            count = object.read(out.array(), start, most);
        }
        crc.update(out.array(), start, count);
        boolean whole = object.leftBytes() == 0;
        out.little(whole ? 1 : 0, 1).little(count, 2).little(~count, 2);
        out.added(count);
        return whole;
    }

    private boolean deflate(Piece out, OpenedObject object) throws IOException {
        if (deflater.needsInput()) {
            int count = triedBytes > 0 ? triedBytes : object.read(input, 0, input.length);
            triedBytes = 0;
            crc.update(input, 0, count);
            deflater.setInput(input, 0, count);
            if (object.leftBytes() == 0) {
                deflater.finish();
            }
        }
        out.ensure(OUTPUT_BYTES);
        out.added(deflater.deflate(out.array(), out.count(), out.room()));
        return deflater.finished();
    }

    /** The CRC of the object, when it is whole. */
    long crc() {
        return crc.getValue();
    }

    /** What has become of the object, when it is whole. */
    long compressedBytes() {
        return compressedBytes;
    }

    /** Gives back memory outside of the heap. */
    void close() {
        deflater.end();
    }
}
