package io.millrace.resume;

import io.millrace.http.Headers;
import io.millrace.http.RequestHead;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * What is known of an upload besides its bytes, in the form that is kept beside them and survives
 * the process.
 *
 * <p>Threads: any, immutable.
 *
 * @param dialect the protocol that the upload was begun with
 * @param interop the interop version of the draft that its client announced; 0 for none
 * @param kind what becomes of the bytes
 * @param length bytes of the whole; {@link RequestHead#UNKNOWN_LENGTH} as long as it is not known
 * @param createdMs when the upload was begun, in milliseconds since 1970
 * @param verified bytes that count although a piece with a checksum may have been cut by a kill;
 *     {@link #ALL} if every byte counts
 * @param metadata the tus field {@code Upload-Metadata} as sent; empty if there was none
 * @param concat the tus field {@code Upload-Concat} as sent; empty if there was none
 * @param fields what a PUT of the object would have said
 */
record UploadNote(Dialect dialect, int interop, Kind kind, long length, long createdMs,
        long verified, String metadata, String concat, Headers fields) {

    /** Every byte that is there counts. */
    static final long ALL = -1;

    private static final String FORMAT = "millrace upload 1";
    private static final String END = "end";

    /** The protocols. */
    enum Dialect { TUS, DRAFT }

    /** What becomes of an upload: an object, a part of a later one, or the one made of parts. */
    enum Kind { WHOLE, PARTIAL, FINAL }

    /** The same with the length of the whole. */
    UploadNote withLength(long bytes) {
        return new UploadNote(dialect, interop, kind, bytes, createdMs, verified, metadata, concat,
                fields);
    }

    /** The same with other bytes that count. */
    UploadNote withVerified(long bytes) {
        return new UploadNote(dialect, interop, kind, length, createdMs, bytes, metadata, concat,
                fields);
    }

    /** Whether the length of the whole is known. */
    boolean hasLength() {
        return length != RequestHead.UNKNOWN_LENGTH;
    }

    /**
     * How many of so many bytes count. A kill in the midst of a body that was too long leaves more
     * than the length.
     */
    long offset(long sizeBytes) {
        long counted = verified == ALL ? sizeBytes : Math.min(verified, sizeBytes);
        return hasLength() ? Math.min(counted, length) : counted;
    }

    /** The form that is kept: lines, the first of which names the format, and the last the end. */
    byte[] bytes() {
        StringBuilder text = new StringBuilder(512);
        line(text, FORMAT);
        line(text, "dialect " + dialect);
        line(text, "interop " + interop);
        line(text, "kind " + kind);
        line(text, "length " + length);
        line(text, "created " + createdMs);
        line(text, "verified " + verified);
        line(text, "metadata " + metadata);
        line(text, "concat " + concat);
        for (int i = 0; i < fields.size(); i++) {
            line(text, "field " + fields.name(i) + ' ' + fields.value(i));
        }
        return line(text, END).toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static StringBuilder line(StringBuilder text, String line) {
        return text.append(line).append('\n');
    }

    /**
     * Reads what {@link #bytes} has made.
     *
     * @throws IOException if it is anything else
     */
    static UploadNote parse(byte[] bytes) throws IOException {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        String[] lines = text.split("\n", -1);
        try {
            return parse(lines);
        } catch (IllegalArgumentException e) { // a number, a constant or a field's name
            throw malformed();
        }
    }

    private static UploadNote parse(String[] lines) throws IOException {
        if (lines.length < 11 || !lines[0].equals(FORMAT) || !lines[lines.length - 2].equals(END)
                || !lines[lines.length - 1].isEmpty()) {
            throw malformed();
        }
        String[] named = new String[(lines.length - 11) * 2];
        for (int i = 9; i < lines.length - 2; i++) {
            String field = value(lines[i], "field");
            int space = field.indexOf(' ');
            if (space < 0) {
                throw malformed();
            }
            named[(i - 9) * 2] = field.substring(0, space);
            named[(i - 9) * 2 + 1] = field.substring(space + 1);
        }
        return new UploadNote(Dialect.valueOf(value(lines[1], "dialect")),
                Integer.parseInt(value(lines[2], "interop")),
                Kind.valueOf(value(lines[3], "kind")), number(lines[4], "length"),
                number(lines[5], "created"), number(lines[6], "verified"),
                value(lines[7], "metadata"), value(lines[8], "concat"), Headers.of(named));
    }

    private static long number(String line, String name) throws IOException {
        long number = Long.parseLong(value(line, name));
        if (number < -1) {
            throw malformed();
        }
        return number;
    }

    private static String value(String line, String name) throws IOException {
        if (!line.startsWith(name + ' ')) {
            throw malformed();
        }
        return line.substring(name.length() + 1);
    }

    private static IOException malformed() {
        return new IOException("the note of an upload is malformed");
    }
}
