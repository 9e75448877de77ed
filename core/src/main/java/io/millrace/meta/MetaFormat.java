package io.millrace.meta;

import io.millrace.content.DigestAlgorithm;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * The bytes of what is kept: a format number, the version of the object that it is about, tagged
 * entries, and a checksum. Entries of unknown tags are skipped, so that a later release may add
 * some. What is kept in most cases fits the 64 bytes that ext4 has for it within an inode.
 *
 * <pre>
 * 1 byte    1, the format
 * 8 bytes   when the object was changed, in nanoseconds since 1970
 * 8 bytes   its length in bytes
 * entries:  1 byte tag, 2 bytes length, the value
 * 4 bytes   CRC-32 of all before
 * </pre>
 *
 * <p>Threads: any.
 */
final class MetaFormat { // decision 165

    /** What is longer was not written by a store. */
    static final int MAX_BYTES = 4000;

    private static final byte FORMAT = 1;
    private static final int FIRST_FIELD = 1;
    private static final int SHA_256 = 32;
    private static final int SHA_512 = 33;

    private static final int HEAD_BYTES = 17;
    private static final int CHECKSUM_BYTES = 4;

    /** A copy may keep the time in steps of this, or of a smaller power of ten. */
    private static final long LONGEST_STEP_NS = 1_000_000_000;

    private MetaFormat() {
    }

    /** What is kept of a version. */
    static byte[] encode(ObjectMeta meta, long sizeBytes, long modifiedNs) {
        ByteBuffer out = ByteBuffer.allocate(MAX_BYTES);
        out.put(FORMAT).putLong(modifiedNs).putLong(sizeBytes);
        for (int place = 0; place < ObjectFields.places(); place++) {
            String value = meta.fields().value(place);
            if (value != null) {
                put(out, FIRST_FIELD + place, value.getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        meta.digests().forEach((algorithm, digest) -> put(out, tag(algorithm), digest));
        out.putInt(checksum(out.array(), out.position()));
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }

    private static void put(ByteBuffer out, int tag, byte[] value) {
        out.put((byte) tag).putShort((short) value.length).put(value);
    }

    private static int tag(DigestAlgorithm algorithm) {
        return switch (algorithm) {
            case SHA_256 -> SHA_256;
            case SHA_512 -> SHA_512;
            case MD5 -> throw new IllegalArgumentException("MD5 is not kept");
        };
    }

    private static int checksum(byte[] bytes, int count) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, count);
        return (int) crc.getValue();
    }

    /** What was kept of a version; nothing if it is about another one, or is none of ours. */
    static ObjectMeta decode(byte[] bytes, long sizeBytes, long modifiedNs) {
        int end = bytes.length - CHECKSUM_BYTES;
        if (end < HEAD_BYTES || bytes[0] != FORMAT) {
            return ObjectMeta.NONE;
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (in.getInt(end) != checksum(bytes, end)
                || !isTime(in.getLong(1), modifiedNs) || in.getLong(9) != sizeBytes) {
            return ObjectMeta.NONE;
        }
        try {
            return entries(in.position(HEAD_BYTES).limit(end));
        } catch (BufferUnderflowException e) {
            return ObjectMeta.NONE; // an entry that ends behind the others
        }
    }

    /**
     * Whether a file is still what it was when this time was kept. A copy or a backup may have cut
     * the time off at a step; that is earlier, and a program that writes gives a later one.
     */
    private static boolean isTime(long keptNs, long modifiedNs) {
        for (long stepNs = 1; stepNs <= LONGEST_STEP_NS; stepNs *= 10) {
            if (keptNs - Math.floorMod(keptNs, stepNs) == modifiedNs) {
                return true;
            }
        }
        return false;
    }

    private static ObjectMeta entries(ByteBuffer in) {
        String[] values = new String[ObjectFields.places()];
        Map<DigestAlgorithm, byte[]> digests = new EnumMap<>(DigestAlgorithm.class);
        while (in.hasRemaining()) {
            int tag = in.get();
            byte[] value = new byte[Short.toUnsignedInt(in.getShort())];
            in.get(value);
            if (tag >= FIRST_FIELD && tag < FIRST_FIELD + values.length) {
                values[tag - FIRST_FIELD] = new String(value, StandardCharsets.ISO_8859_1);
            } else if (tag == SHA_256 || tag == SHA_512) {
                DigestAlgorithm algorithm =
                        tag == SHA_256 ? DigestAlgorithm.SHA_256 : DigestAlgorithm.SHA_512;
                if (value.length == algorithm.lengthBytes()) {
                    digests.put(algorithm, value);
                }
            }
        }
        return new ObjectMeta(ObjectFields.ofValues(values), digests);
    }
}
