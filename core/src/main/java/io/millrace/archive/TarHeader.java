package io.millrace.archive;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The header of one folder or object in a tar archive: a block of the format {@code ustar} and,
 * before it, an extended one with what that has no room for.
 *
 * <p>Threads: any.
 */
final class TarHeader {

    static final int BLOCK_BYTES = 512;

    private static final int NAME_BYTES = 100;
    private static final int CHECKSUM_AT = 148;
    private static final int CHECKSUM_BYTES = 8;
    /** Eleven octal digits. */
    private static final long MAX_NUMBER = (1L << 33) - 1;
    private static final long NS_PER_SECOND = 1_000_000_000L;

    private TarHeader() {
    }

    /** Writes a header; a folder has no bytes. */
    static void write(Piece out, String name, boolean isFolder, long modifiedNs, long sizeBytes) {
        byte[] encoded = name.getBytes(StandardCharsets.UTF_8);
        long seconds = Math.floorDiv(modifiedNs, NS_PER_SECOND);
        byte[] extended = extended(encoded, name, modifiedNs, seconds, sizeBytes);
        if (extended.length > 0) {
            block(out, "PaxHeader".getBytes(StandardCharsets.US_ASCII), 'x', 0644, 0,
                    extended.length);
            out.put(extended);
            pad(out, extended.length);
        }
        block(out, Arrays.copyOf(encoded, Math.min(encoded.length, NAME_BYTES)),
                isFolder ? '5' : '0', isFolder ? 0755 : 0644,
                seconds < 0 || seconds > MAX_NUMBER ? 0 : seconds,
                sizeBytes > MAX_NUMBER ? 0 : sizeBytes);
    }

    /** Fills the last block of so many bytes. */
    static void pad(Piece out, long bytes) {
        out.zeros((int) (-bytes & BLOCK_BYTES - 1));
    }

    private static byte[] extended(byte[] encoded, String name, long modifiedNs, long seconds,
            long sizeBytes) {
        Piece out = new Piece(64, 0);
        // Names are in UTF-8 in the extended header, and in nobody knows what elsewhere.
        if (encoded.length > NAME_BYTES || encoded.length > name.length()) {
            record(out, "path", encoded);
        }
        if (sizeBytes > MAX_NUMBER) {
            record(out, "size", String.valueOf(sizeBytes).getBytes(StandardCharsets.US_ASCII));
        }
        if (seconds < 0 || seconds > MAX_NUMBER) {
            record(out, "mtime", String.valueOf(seconds).getBytes(StandardCharsets.US_ASCII));
        }
        return out.toBytes();
    }

    /** Writes "length keyword=value\n", where the length counts itself. */
    private static void record(Piece out, String keyword, byte[] value) {
        int rest = keyword.length() + value.length + 3;
        int length = rest + String.valueOf(rest).length();
        length = rest + String.valueOf(length).length();
        out.put((length + " " + keyword + "=").getBytes(StandardCharsets.US_ASCII)).put(value)
                .little('\n', 1);
    }

    private static void block(Piece out, byte[] name, char type, int mode, long seconds,
            long sizeBytes) {
        int start = out.count();
        out.put(name).zeros(NAME_BYTES - name.length);
        number(out, mode, 8);
        number(out, 0, 8); // whoever unpacks it is the owner
        number(out, 0, 8);
        number(out, sizeBytes, 12);
        number(out, seconds, 12);
        out.put("        ".getBytes(StandardCharsets.US_ASCII)); // the checksum's own, as spaces
        out.little(type, 1).zeros(NAME_BYTES);
        out.put("ustar\00000".getBytes(StandardCharsets.US_ASCII));
        out.zeros(BLOCK_BYTES - (out.count() - start));
        int sum = 0;
        for (int i = start; i < start + BLOCK_BYTES; i++) {
            sum += out.array()[i] & 0xff;
        }
        byte[] digits = String.format("%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, out.array(), start + CHECKSUM_AT, CHECKSUM_BYTES);
    }

    private static void number(Piece out, long value, int width) {
        String digits = Long.toOctalString(value);
        out.put(("0".repeat(width - 1 - digits.length()) + digits)
                .getBytes(StandardCharsets.US_ASCII)).little(0, 1);
    }
}
