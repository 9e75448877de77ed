package io.millrace.http;

import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Immutable {@link Headers}: names and values in turn. Threads: any. */
final class FieldList implements Headers {

    static final FieldList EMPTY = new FieldList(new String[0]);

    /** Bytes of a field line besides its name and value: colon, space, CR and LF. */
    static final int FRAMING_BYTES = 4;

    private final String[] namesAndValues;
    /**
     * The lines as a message has them; null until they are first sent, as most lists are only steps
     * to a longer one. Racing threads make the same bytes, and publish them whole.
     */
    private byte[] encoded;

    private FieldList(String[] namesAndValues) {
        this.namesAndValues = namesAndValues;
    }

    /** These fields and one more. */
    FieldList plus(String name, String value) {
        check(name, value);
        String[] longer = Arrays.copyOf(namesAndValues, namesAndValues.length + 2);
        longer[longer.length - 2] = name;
        longer[longer.length - 1] = value;
        return new FieldList(longer);
    }

    @Override
    public int size() {
        return namesAndValues.length / 2;
    }

    @Override
    public String name(int index) {
        return namesAndValues[2 * index];
    }

    @Override
    public String value(int index) {
        return namesAndValues[2 * index + 1];
    }

    @Override
    public int encodedBytes() {
        return encoded().length;
    }

    @Override
    public void encode(ByteBuffer out) {
        out.put(encoded());
    }

    private byte[] encoded() {
        byte[] bytes = encoded;
        if (bytes == null) {
            ByteBuffer lines = ByteBuffer.allocate(Headers.super.encodedBytes());
            encode(this, lines); // checked when they were set
            bytes = lines.array();
            VarHandle.releaseFence(); // no thread sees the array before what is in it
            encoded = bytes;
        }
        return bytes;
    }

    static void encode(Headers headers, ByteBuffer out) {
        for (int i = 0; i < headers.size(); i++) {
            encode(headers.name(i), out);
            out.put((byte) ':').put((byte) ' ');
            encode(headers.value(i), out);
            out.put((byte) '\r').put((byte) '\n');
        }
    }

    // RFC 9110 s5.5: a byte each; what has none has been refused.
    private static void encode(String text, ByteBuffer out) {
        for (int i = 0; i < text.length(); i++) {
            out.put((byte) text.charAt(i));
        }
    }

    @Override
    public String toString() {
        return Arrays.toString(namesAndValues);
    }

    /** Throws if a field could be read as anything but this name and this value. */
    static void check(String name, String value) {
        checkName(name);
        checkValue(name, value);
    }

    // RFC 9110 s5.1: field-name = token.
    private static void checkName(String name) {
        boolean token = !name.isEmpty();
        for (int i = 0; i < name.length() && token; i++) {
            char c = name.charAt(i);
            token = c > ' ' && c < 0x7f && "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0;
        }
        if (!token) {
            throw new IllegalArgumentException("not a field name: \"" + name + "\"");
        }
    }

    // RFC 9110 s5.5: visible characters, space and tab; a CR or LF here would end the line early.
    private static void checkValue(String name, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' && c != '\t' || c == 0x7f || c > 0xff) {
                throw new IllegalArgumentException("field " + name
                        + " may not have character 0x" + Integer.toHexString(c) + " in its value");
            }
        }
    }
}
