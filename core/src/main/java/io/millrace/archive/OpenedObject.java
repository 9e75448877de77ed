package io.millrace.archive;

import io.millrace.http.HttpException;
import io.millrace.tree.Entry;
import io.millrace.tree.FileErrors;
import io.millrace.tree.Folder;
import io.millrace.tree.Key;
import io.millrace.tree.Version;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.NoSuchFileException;

/**
 * One version of an object, open. Bytes that are appended to it later are not read.
 *
 * <p>Threads: one at a time, which may wait for the device.
 */
final class OpenedObject implements Closeable {

    /** So often another program may replace an object while it is opened; then its time is old. */
    private static final int MAX_ATTEMPTS = 8;

    private final Key key;
    private final Version version;
    private final SeekableByteChannel channel;
    private long leftBytes;

    private OpenedObject(Key key, Version version, SeekableByteChannel channel) {
        this.key = key;
        this.version = version;
        this.channel = channel;
        this.leftBytes = version.sizeBytes();
    }

    /** Opens an object; null if it is gone. */
    static OpenedObject open(Folder folder, Key key) throws HttpException, IOException {
        try (Entry entry = folder.entry(key)) {
            OpenedObject object = null;
            for (int attempt = 1; object == null; attempt++) {
                Version version = entry.version();
                if (version == null) {
                    return null;
                }
                object = open(entry, key, version, attempt == MAX_ATTEMPTS);
            }
            return object;
        } catch (IOException e) {
            if (e instanceof NoSuchFileException || FileErrors.isOfNoObject(e)) {
                return null;
            }
            throw e;
        }
    }

    /** Opens a version; null if it may have been another one, and none of those will do. */
    private static OpenedObject open(Entry entry, Key key, Version version, boolean anyWillDo)
            throws IOException {
        SeekableByteChannel channel = entry.open();
        boolean opened = false;
        try {
            Version now = version.ofSize(channel.size());
            opened = anyWillDo || now.equals(version) && version.equals(entry.version());
            return opened ? new OpenedObject(key, now, channel) : null;
        } finally {
            if (!opened) {
                channel.close();
            }
        }
    }

    long sizeBytes() {
        return version.sizeBytes();
    }

    long modifiedNs() {
        return version.modifiedNs();
    }

    String fileName() {
        return key.fileName();
    }

    /** How much is still to be read. */
    long leftBytes() {
        return leftBytes;
    }

    /**
     * Reads the next bytes, as many as asked for or as are left.
     *
     * @return how many
     * @throws EOFException if the file has become shorter: the archive can't be completed
     */
    int read(byte[] target, int offset, int most) throws IOException {
        int count = (int) Math.min(most, leftBytes);
        ByteBuffer buffer = ByteBuffer.wrap(target, offset, count);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException("the object /" + key.name() + " is shorter than it was: "
                        + version.sizeBytes() + " bytes");
            }
        }
        leftBytes -= count;
        return count;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
