package io.millrace.app.run;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A body that tells in every line whose it is: its key, its version, where the line stands and how
 * long the whole is. Parts of two bodies, a part that is missing or in the wrong place can't pass
 * for a whole one. Threads: any, immutable.
 *
 * @param lengthBytes at least a line
 */
record StampedBody(String key, long version, long lengthBytes) {

    static final int LINE_BYTES = 64;

    private static final int KEY_CHARS = 14;
    private static final int AT_VERSION = KEY_CHARS + 1;
    private static final int AT_POSITION = AT_VERSION + 17;
    private static final int AT_LENGTH = AT_POSITION + 16;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    StampedBody {
        if (key.length() > KEY_CHARS || version <= 0 || lengthBytes < LINE_BYTES) {
            throw new IllegalArgumentException(key + ", " + version + ", " + lengthBytes);
        }
    }

    /** The body whose first line this is; null if it is none. */
    static StampedBody of(byte[] line) {
        String text = new String(line, 0, LINE_BYTES, StandardCharsets.US_ASCII);
        try {
            StampedBody body = new StampedBody(text.substring(0, KEY_CHARS).strip(),
                    Long.parseLong(text, AT_VERSION, AT_VERSION + 16, 16),
                    Long.parseLong(text, AT_LENGTH, AT_LENGTH + 15, 16));
            byte[] right = new byte[LINE_BYTES];
            body.fill(0, right);
            return Arrays.equals(right, 0, LINE_BYTES, line, 0, LINE_BYTES) ? body : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /**
     * Writes the bytes from a position on, which is that of a line.
     *
     * @return how many there were, at most the target's length
     */
    int fill(long position, byte[] target) {
        int count = (int) Math.min(lengthBytes - position, target.length);
        byte[] line = new byte[LINE_BYTES];
        Arrays.fill(line, (byte) ' ');
        System.arraycopy(key.getBytes(StandardCharsets.US_ASCII), 0, line, 0, key.length());
        hex(version, line, AT_VERSION, 16);
        hex(lengthBytes, line, AT_LENGTH, 15);
        line[LINE_BYTES - 1] = '\n';
        for (int at = 0; at < count; at += LINE_BYTES) {
            hex(position + at, line, AT_POSITION, 15);
            System.arraycopy(line, 0, target, at, Math.min(LINE_BYTES, count - at));
        }
        return count;
    }

    private static void hex(long number, byte[] target, int at, int digits) {
        for (int i = 0; i < digits; i++) {
            target[at + i] = HEX[(int) (number >>> 4 * (digits - 1 - i)) & 0xf];
        }
    }
}
