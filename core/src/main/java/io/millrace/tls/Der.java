package io.millrace.tls;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/**
 * Writes values in the distinguished encoding rules of ASN.1 (X.690), those that keys and
 * certificates need. Each method returns a whole value: tag, length and content.
 *
 * <p>Threads: any.
 */
final class Der {

    static final int BOOLEAN = 0x01;
    static final int INTEGER = 0x02;
    static final int BIT_STRING = 0x03;
    static final int OCTET_STRING = 0x04;
    static final int OBJECT_IDENTIFIER = 0x06;
    static final int UTF8_STRING = 0x0c;
    static final int SEQUENCE = 0x30;
    static final int SET = 0x31;

    private static final int NULL = 0x05;

    private Der() {
    }

    /** A value with any tag, made of the parts of its content. */
    static byte[] value(int tag, byte[]... content) {
        int length = 0;
        for (byte[] part : content) {
            length += part.length;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(length + 6);
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
        } else {
            byte[] digits = BigInteger.valueOf(length).toByteArray();
            int skipped = digits[0] == 0 ? 1 : 0; // lengths have no sign
            out.write(0x80 | digits.length - skipped);
            out.write(digits, skipped, digits.length - skipped);
        }
        for (byte[] part : content) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    static byte[] sequence(byte[]... elements) {
        return value(SEQUENCE, elements);
    }

    static byte[] set(byte[] element) {
        return value(SET, element);
    }

    /** A value that its place in a structure names, with what it is inside. */
    static byte[] explicit(int number, byte[] inner) {
        return value(0xa0 | number, inner);
    }

    static byte[] integer(long number) {
        return integer(BigInteger.valueOf(number));
    }

    static byte[] integer(BigInteger number) {
        return value(INTEGER, number.toByteArray());
    }

    static byte[] bool(boolean is) {
        return value(BOOLEAN, new byte[] {(byte) (is ? 0xff : 0)});
    }

    static byte[] nothing() {
        return value(NULL);
    }

    static byte[] octets(byte[] bytes) {
        return value(OCTET_STRING, bytes);
    }

    /** @param unused how many bits at the end don't count */
    static byte[] bits(int unused, byte... bytes) {
        return value(BIT_STRING, new byte[] {(byte) unused}, bytes);
    }

    static byte[] text(String text) {
        return value(UTF8_STRING, text.getBytes(StandardCharsets.UTF_8));
    }

    /** @param dotted such as {@code 2.5.29.17} */
    static byte[] oid(String dotted) {
        String[] arcs = dotted.split("\\.");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writeArc(out, 40 * Long.parseLong(arcs[0]) + Long.parseLong(arcs[1]));
        for (int i = 2; i < arcs.length; i++) {
            writeArc(out, Long.parseLong(arcs[i]));
        }
        return value(OBJECT_IDENTIFIER, out.toByteArray());
    }

    /** Seven bits a byte, the highest first; all but the last have the top bit. */
    private static void writeArc(ByteArrayOutputStream out, long arc) {
        int shift = 63 - Long.numberOfLeadingZeros(arc | 1);
        for (shift -= shift % 7; shift > 0; shift -= 7) {
            out.write((int) (arc >> shift) & 0x7f | 0x80);
        }
        out.write((int) arc & 0x7f);
    }
}
