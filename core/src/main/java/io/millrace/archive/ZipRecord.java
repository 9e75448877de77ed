package io.millrace.archive;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * What a ZIP archive says of one folder or object: before its bytes, behind them, and in the
 * directory (APPNOTE sections 4.3.7, 4.3.9 and 4.3.12).
 *
 * <p>Threads: one at a time.
 */
final class ZipRecord {

    static final long MAX_32 = 0xffffffffL;

    private static final int LOCAL = 0x04034b50;
    private static final int DESCRIPTOR = 0x08074b50;
    private static final int CENTRAL = 0x02014b50;
    static final int VERSION_DEFLATE = 20;
    static final int VERSION_ZIP64 = 45;
    /** Made on Unix, so that the upper half of the attributes is a mode. */
    static final int MADE_BY = 3 << 8 | VERSION_ZIP64;
    private static final int FLAG_DESCRIPTOR = 1 << 3;
    private static final int FLAG_UTF_8 = 1 << 11;
    private static final int METHOD_STORED = 0;
    private static final int METHOD_DEFLATED = 8;
    private static final int EXTRA_ZIP64 = 0x0001;
    /** Info-ZIP's extended timestamp: seconds since 1970, in UTC. */
    private static final int EXTRA_TIME = 0x5455;
    private static final int TIME_BYTES = 5;
    /** What a client may read, its user may read and write. */
    private static final long FILE_MODE = 0100644L << 16;
    private static final long FOLDER_MODE = 040755L << 16 | 0x10;
    private static final LocalDateTime FIRST_DOS_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);
    private static final LocalDateTime LAST_DOS_TIME = LocalDateTime.of(2107, 12, 31, 23, 59, 58);

    private final byte[] name;
    private final boolean isFolder;
    private final long modifiedSeconds;
    private final long offset;
    /** Whether there are bytes, in Deflate's format, and a descriptor behind them. */
    private final boolean hasBytes;
    private final boolean isLarge;
    private long crc;
    private long compressedBytes;
    private long sizeBytes;

    private ZipRecord(String name, boolean isFolder, long modifiedNs, long offset,
            boolean hasBytes, boolean isLarge) {
        this.name = name.getBytes(StandardCharsets.UTF_8);
        this.isFolder = isFolder;
        this.modifiedSeconds = Math.floorDiv(modifiedNs, 1_000_000_000L);
        this.offset = offset;
        this.hasBytes = hasBytes;
        this.isLarge = isLarge;
    }

    /** @param offset where it begins in the archive */
    static ZipRecord ofFolder(String name, long modifiedNs, long offset) {
        return new ZipRecord(name, true, modifiedNs, offset, false, false);
    }

    /** An object without bytes. */
    static ZipRecord ofEmpty(String name, long modifiedNs, long offset) {
        return new ZipRecord(name, false, modifiedNs, offset, false, false);
    }

    /**
     * An object with bytes.
     *
     * @param isLarge whether its size has more than 32 bits, or will have when it is compressed.
     *     Readers that go front to back expect the descriptor accordingly, so it must be right
     */
    static ZipRecord ofObject(String name, long modifiedNs, long offset, boolean isLarge) {
        return new ZipRecord(name, false, modifiedNs, offset, true, isLarge);
    }

    /** Writes what stands before the bytes. */
    void local(Piece out) {
        boolean large = isLarge;
        out.little(LOCAL, 4).little(large ? VERSION_ZIP64 : VERSION_DEFLATE, 2);
        common(out);
        // Not known yet; with ZIP64, "look into the extra field", which says zero.
        out.little(0, 4).little(large ? MAX_32 : 0, 4).little(large ? MAX_32 : 0, 4);
        int extraBytes = timeBytes() + (large ? 20 : 0);
        out.little(name.length, 2).little(extraBytes, 2).put(name);
        if (large) {
            out.little(EXTRA_ZIP64, 2).little(16, 2).zeros(16);
        }
        time(out);
    }

    private void common(Piece out) {
        out.little(FLAG_UTF_8 | (hasBytes ? FLAG_DESCRIPTOR : 0), 2)
                .little(hasBytes ? METHOD_DEFLATED : METHOD_STORED, 2)
                .little(dosTime(modifiedSeconds), 4);
    }

    // APPNOTE s4.4.6. It has no time zone; UTC is what the server's clients can know of.
    static long dosTime(long seconds) {
        LocalDateTime time = LocalDateTime.ofInstant(Instant.ofEpochSecond(seconds),
                ZoneOffset.UTC);
        time = time.isBefore(FIRST_DOS_TIME) ? FIRST_DOS_TIME
                : time.isAfter(LAST_DOS_TIME) ? LAST_DOS_TIME : time;
        return (long) (time.getYear() - 1980) << 25 | time.getMonthValue() << 21
                | time.getDayOfMonth() << 16 | time.getHour() << 11 | time.getMinute() << 5
                | time.getSecond() >> 1;
    }

    /** The extended timestamp has 32 bits, with a sign. */
    private int timeBytes() {
        return modifiedSeconds == (int) modifiedSeconds ? 4 + TIME_BYTES : 0;
    }

    private void time(Piece out) {
        if (timeBytes() > 0) {
            out.little(EXTRA_TIME, 2).little(TIME_BYTES, 2).little(1, 1)
                    .little(modifiedSeconds, 4);
        }
    }

    /** Writes what stands behind the bytes. */
    void descriptor(Piece out, long crc, long compressedBytes, long sizeBytes) {
        assert isLarge == Math.max(compressedBytes, sizeBytes) > MAX_32;
        this.crc = crc;
        this.compressedBytes = compressedBytes;
        this.sizeBytes = sizeBytes;
        int width = isLarge ? 8 : 4;
        out.little(DESCRIPTOR, 4).little(crc, 4).little(compressedBytes, width)
                .little(sizeBytes, width);
    }

    /** What stands in the directory. */
    byte[] central() {
        Piece wide = new Piece(24, 0);
        long size = narrow(wide, sizeBytes);
        long compressed = narrow(wide, compressedBytes);
        long start = narrow(wide, offset);
        boolean zip64 = wide.count() > 0;
        int extraBytes = timeBytes() + (zip64 ? 4 + wide.count() : 0);
        Piece out = new Piece(46 + name.length + extraBytes, 0);
        out.little(CENTRAL, 4).little(MADE_BY, 2)
                .little(zip64 || isLarge ? VERSION_ZIP64 : VERSION_DEFLATE, 2);
        common(out);
        out.little(crc, 4).little(compressed, 4).little(size, 4)
                .little(name.length, 2).little(extraBytes, 2)
                .zeros(6) // comment, disk, and what the bytes are
                .little(isFolder ? FOLDER_MODE : FILE_MODE, 4).little(start, 4).put(name);
        if (zip64) {
            out.little(EXTRA_ZIP64, 2).little(wide.count(), 2).put(wide.toBytes());
        }
        time(out);
        return out.toBytes();
    }

    /** A number as 32 bits, or, if it has more, in the other place (APPNOTE s4.5.3). */
    private static long narrow(Piece wide, long value) {
        if (value < MAX_32) {
            return value;
        }
        wide.little(value, 8);
        return MAX_32;
    }
}
