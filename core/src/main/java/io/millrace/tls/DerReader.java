package io.millrace.tls;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * Reads values in the distinguished encoding rules of ASN.1 one after another, as far as finding
 * out what a key is takes. The JDK reads keys and certificates themselves.
 *
 * <p>Threads: one at a time.
 */
final class DerReader {

    private final ByteBuffer in;

    DerReader(byte[] bytes) {
        this(ByteBuffer.wrap(bytes));
    }

    private DerReader(ByteBuffer in) {
        this.in = in;
    }

    /** Whether the next value has this tag; not if there is none. */
    boolean nextIs(int tag) {
        return in.hasRemaining() && (in.get(in.position()) & 0xff) == tag;
    }

    /**
     * The content of the next value, which must have this tag.
     *
     * @throws IllegalArgumentException if it has not, or ends behind the end
     */
    DerReader enter(int tag) {
        return new DerReader(content(tag));
    }

    /** Passes over the next value, which must have this tag. */
    DerReader skip(int tag) {
        content(tag);
        return this;
    }

    /** The next value as it stands, tag and length included. */
    byte[] whole(int tag) {
        ByteBuffer value = in.duplicate();
        content(tag);
        byte[] bytes = new byte[in.position() - value.position()];
        value.get(bytes);
        return bytes;
    }

    private ByteBuffer content(int tag) {
        try {
            int found = in.get() & 0xff;
            if (found != tag) {
                throw new IllegalArgumentException("tag " + tag + " expected, not " + found);
            }
            int length = length();
            if (length > in.remaining()) {
                throw new IllegalArgumentException("a value ends behind the end");
            }
            ByteBuffer content = in.slice(in.position(), length);
            in.position(in.position() + length);
            return content;
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("a value is missing", e);
        }
    }

    private int length() {
        int first = in.get() & 0xff;
        if (first < 0x80) {
            return first;
        }
        int digits = first & 0x7f;
        if (digits == 0 || digits > 3) {
            throw new IllegalArgumentException("a length of " + digits + " bytes");
        }
        int length = 0;
        for (int i = 0; i < digits; i++) {
            length = length << 8 | in.get() & 0xff;
        }
        return length;
    }
}
