package io.millrace.tree;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * What a store remembers of an upload that outlives the process, beside its bytes.
 *
 * <p>Threads: any, immutable but for the array, which nobody changes.
 *
 * @param stage how far it has got
 * @param path the path of the object that it is to be, as it was sent
 * @param lengthBytes length that it is to have; negative if that is not known
 * @param version of its file while that becomes the object, and then of the object; null before
 * @param note what the application keeps with it
 */
public record UploadRecord(Stage stage, String path, long lengthBytes, Version version,
        byte[] note) {

    /** How far an upload has got. Their places are what is kept: don't change them. */
    public enum Stage {
        /** Its bytes are in its own file. */
        UNFINISHED,
        /** They become the object now: if its own file is gone, they have. */
        ENDING,
        /** They are the object. */
        COMPLETE
    }

    /** Most bytes of a note. */
    public static final int MAX_NOTE_BYTES = 64 << 10;

    /** The time of a version whose time is not known. */
    private static final long NO_TIME = Long.MIN_VALUE;

    /** Most bytes of a record: a path has no more than a request's head. */
    static final int MAX_BYTES = 4 * MAX_NOTE_BYTES;

    private static final int MAGIC = 0x4d525531; // MRU1
    private static final int CRC_BYTES = 4;

    /** A new upload. */
    public static UploadRecord of(String path, long lengthBytes, byte[] note) {
        return new UploadRecord(Stage.UNFINISHED, path, lengthBytes, null, note);
    }

    /** The same with another note. */
    public UploadRecord with(byte[] other) {
        return new UploadRecord(stage, path, lengthBytes, version, other);
    }

    /** The same where the bytes are in a file of their own. */
    public UploadRecord unfinished() {
        return new UploadRecord(Stage.UNFINISHED, path, lengthBytes, null, note);
    }

    /** The same where a file becomes the object. */
    public UploadRecord ending(Version ofFile) {
        return new UploadRecord(Stage.ENDING, path, lengthBytes, ofFile, note);
    }

    /** The same where the object is this version. */
    public UploadRecord complete(Version ofObject) {
        return new UploadRecord(Stage.COMPLETE, path, lengthBytes, ofObject, note);
    }

    /**
     * One that was ending when its process was killed, and whose file is gone.
     *
     * @param found what the key names now; null if nothing
     */
    public UploadRecord completed(Version found) {
        boolean isIt = found != null && found.sizeBytes() == version.sizeBytes()
                && found.file() == version.file() && found.file() != 0;
        return complete(isIt ? found : version.at(NO_TIME));
    }

    /** Whether the bytes are the object. */
    public boolean isComplete() {
        return stage == Stage.COMPLETE;
    }

    /** The object's entity tag; null if it isn't known. */
    public String etag() {
        return isComplete() && version.modifiedNs() != NO_TIME ? version.etag() : null;
    }

    /** The bytes of this record. */
    byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(MAGIC);
            out.writeByte(stage.ordinal());
            out.writeLong(lengthBytes);
            write(out, path.getBytes(StandardCharsets.UTF_8));
            out.writeBoolean(version != null);
            if (version != null) {
                out.writeLong(version.sizeBytes());
                out.writeLong(version.modifiedNs());
                out.writeInt(version.file());
                out.writeBoolean(version.strong());
            }
            write(out, note);
            out.writeInt(crc(bytes.toByteArray(), bytes.size()));
        } catch (IOException e) {
            throw new AssertionError("memory takes all bytes", e);
        }
        return bytes.toByteArray();
    }

    /** A record of these bytes; null if they are none, or not all that were written. */
    static UploadRecord decode(byte[] bytes) {
        int end = bytes.length - CRC_BYTES;
        if (end < 0 || ByteBuffer.wrap(bytes).getInt(end) != crc(bytes, end)) {
            return null;
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, 0, end))) {
            int stage = in.readInt() == MAGIC ? in.readByte() : -1;
            if (stage < 0 || stage >= Stage.values().length) {
                return null; // a later release's
            }
            long lengthBytes = in.readLong();
            String path = new String(read(in), StandardCharsets.UTF_8);
            Version version = in.readBoolean() ? new Version(in.readLong(), in.readLong(),
                    in.readInt(), in.readBoolean()) : null;
            return new UploadRecord(Stage.values()[stage], path, lengthBytes, version, read(in));
        } catch (IOException e) {
            return null; // shorter than it says
        }
    }

    private static void write(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static byte[] read(DataInputStream in) throws IOException {
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
