package io.millrace.bucket.uploads;

import io.millrace.bucket.write.WriteMark;
import io.millrace.s3.S3Part;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * What a bucket remembers of an upload that outlives its requests: all that a node needs to know to
 * go on where another one has stopped.
 *
 * <p>Threads: any, immutable but for the note, which nobody changes.
 *
 * @param origin what it was begun with
 * @param stage how far it has got
 * @param isInUse whether a request brings bytes, or did when its node was killed
 * @param changedMs when bytes came for the last time, or the note was changed
 * @param note what the caller keeps with it
 * @param bytes where its bytes are
 * @param etag the object's, quotes included; null before it is complete
 */
record UploadProgress(Origin origin, Stage stage, boolean isInUse, long changedMs, byte[] note,
        Bytes bytes, String etag) { // decision 341

    /** How far an upload has got. Their places are what is kept: don't change them. */
    enum Stage {
        /** Its bytes come. */
        UNFINISHED,
        /** They are the object. */
        COMPLETE,
        /** It has been ended, and what is left of it is being removed. */
        ENDED
    }

    /**
     * What doesn't change.
     *
     * @param path the path of the object that it is to be, as it was sent
     * @param lengthBytes length that it is to have; negative if that is not known
     * @param partBytes length of each part but the last one
     * @param mark what the object will be known by
     * @param described what the engine keeps with the object
     */
    record Origin(String path, long lengthBytes, int partBytes, WriteMark mark,
            Map<String, String> described) {
    }

    /**
     * Where the bytes are.
     *
     * @param uploadId of the engine's multipart upload; null if there is none
     * @param nextPart the first part number that no request has claimed
     * @param parts in the order of their bytes; empty if this is a summary
     * @param tail name of the object with the bytes behind the parts; null if there is none
     * @param tailBytes how many it has
     * @param sizeBytes of all
     */
    record Bytes(String uploadId, int nextPart, List<S3Part> parts, String tail,
            int tailBytes, long sizeBytes) {

        static final Bytes NONE = new Bytes(null, 1, List.of(), null, 0, 0);
    }

    /** Part numbers that the API has. */
    static final int MAX_PARTS = 10_000;
    /** Most bytes of a note. */
    static final int MAX_NOTE_BYTES = 64 << 10;
    /** Most bytes of a record: parts with tags and checksums, a note, and a request's fields. */
    static final int MAX_BYTES = 4 << 20;

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int MAGIC = 0x4d524231; // MRB1
    private static final int CRC_BYTES = 4;

    /** The same with other bytes. */
    UploadProgress with(Bytes others, boolean inUse, long nowMs) {
        return new UploadProgress(origin, stage, inUse, nowMs, note, others, etag);
    }

    /** The same in use or not. */
    UploadProgress with(boolean inUse) {
        return new UploadProgress(origin, stage, inUse, changedMs, note, bytes, etag);
    }

    /** The same with another note. */
    UploadProgress with(byte[] other, long nowMs) {
        return new UploadProgress(origin, stage, isInUse, nowMs, other, bytes, etag);
    }

    /** A note that can be kept. */
    static byte[] checked(byte[] note) {
        if (note.length > MAX_NOTE_BYTES) {
            throw new IllegalArgumentException("a note must have at most " + MAX_NOTE_BYTES
                    + " bytes: " + note.length);
        }
        return note.clone();
    }

    /** The same where the object has been stored. */
    UploadProgress complete(String objectTag, long sizeBytes, long nowMs) {
        return new UploadProgress(origin, Stage.COMPLETE, false, nowMs, note, new Bytes(null,
                bytes.nextPart, List.of(), null, 0, sizeBytes), objectTag);
    }

    /** The same where it has been ended without an object. */
    UploadProgress ended() {
        return new UploadProgress(origin, Stage.ENDED, false, changedMs, new byte[0], bytes, etag);
    }

    /** The same without its parts, to be kept in memory. */
    UploadProgress summary() {
        return new UploadProgress(origin, stage, isInUse, changedMs, note, new Bytes(bytes.uploadId,
                bytes.nextPart, List.of(), bytes.tail, bytes.tailBytes, bytes.sizeBytes), etag);
    }

    /** Whether the bytes are the object. */
    boolean isComplete() {
        return stage == Stage.COMPLETE;
    }

    /** The bytes of a record, which no other call returns. */
    byte[] encode() {
        ByteArrayOutputStream bytesOut = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytesOut)) {
            out.writeInt(MAGIC);
            out.writeLong(RANDOM.nextLong()); // so that who has written it can tell
            out.writeByte(stage.ordinal());
            out.writeBoolean(isInUse);
            out.writeLong(changedMs);
            write(out, note);
            write(out, etag);
            writeOrigin(out);
            writeBytes(out);
            out.writeInt(crc(bytesOut.toByteArray(), bytesOut.size()));
        } catch (IOException e) {
            throw new AssertionError("memory takes all bytes", e);
        }
        return bytesOut.toByteArray();
    }

    private void writeOrigin(DataOutputStream out) throws IOException {
        write(out, origin.path);
        out.writeLong(origin.lengthBytes);
        out.writeInt(origin.partBytes);
        write(out, origin.mark.text());
        out.writeInt(origin.described.size());
        for (Map.Entry<String, String> field : origin.described.entrySet()) {
            write(out, field.getKey());
            write(out, field.getValue());
        }
    }

    private void writeBytes(DataOutputStream out) throws IOException {
        write(out, bytes.uploadId);
        out.writeInt(bytes.nextPart);
        write(out, bytes.tail);
        out.writeInt(bytes.tailBytes);
        out.writeLong(bytes.sizeBytes);
        out.writeInt(bytes.parts.size());
        for (S3Part part : bytes.parts) {
            out.writeInt(part.number());
            write(out, part.etag());
            out.writeLong(part.size());
            write(out, part.checksum());
        }
    }

    /** A record of these bytes; null if they are none, or not all that were written. */
    static UploadProgress decode(byte[] record) {
        int end = record.length - CRC_BYTES;
        if (end < 0 || ByteBuffer.wrap(record).getInt(end) != crc(record, end)) {
            return null;
        }
        try (DataInputStream in = new DataInputStream(
                new ByteArrayInputStream(record, 0, end))) {
            if (in.readInt() != MAGIC) {
                return null; // a later release's
            }
            in.readLong();
            int stage = in.readByte();
            if (stage < 0 || stage >= Stage.values().length) {
                return null;
            }
            boolean isInUse = in.readBoolean();
            long changedMs = in.readLong();
            byte[] note = readBytes(in);
            String etag = read(in);
            Origin origin = readOrigin(in);
            return new UploadProgress(origin, Stage.values()[stage], isInUse, changedMs, note,
                    readPlaces(in), etag);
        } catch (IOException e) {
            return null; // shorter than it says
        }
    }

    private static Origin readOrigin(DataInputStream in) throws IOException {
        String path = read(in);
        long lengthBytes = in.readLong();
        int partBytes = in.readInt();
        WriteMark mark = new WriteMark(read(in));
        Map<String, String> described = new LinkedHashMap<>();
        int fields = in.readInt();
        for (int i = 0; i < fields; i++) {
            described.put(read(in), read(in));
        }
        return new Origin(path, lengthBytes, partBytes, mark, described);
    }

    private static Bytes readPlaces(DataInputStream in) throws IOException {
        String uploadId = read(in);
        int nextPart = in.readInt();
        String tail = read(in);
        int tailBytes = in.readInt();
        long sizeBytes = in.readLong();
        int count = in.readInt();
        List<S3Part> parts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            parts.add(new S3Part(in.readInt(), read(in), in.readLong(), read(in)));
        }
        return new Bytes(uploadId, nextPart, List.copyOf(parts), tail, tailBytes, sizeBytes);
    }

    private static void write(DataOutputStream out, String text) throws IOException {
        out.writeBoolean(text != null);
        if (text != null) {
            write(out, text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void write(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String read(DataInputStream in) throws IOException {
        return in.readBoolean() ? new String(readBytes(in), StandardCharsets.UTF_8) : null;
    }

    private static byte[] readBytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException("shorter than it says");
        }
        return in.readNBytes(length);
    }

    private static int crc(byte[] bytes, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
