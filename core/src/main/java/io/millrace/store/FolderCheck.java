package io.millrace.store;

import io.millrace.tree.FileErrors;
import io.millrace.tree.Folder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Finds out whether a store's folder can be used now, and how much room its file system has. Each
 * call waits for the device, so none is made by a worker.
 *
 * <p>Threads: any.
 */
final class FolderCheck {

    private final Folder folder;
    private final boolean readOnly;
    /** Tells the folder from another one in its place; null if there is no such key. */
    private final Object fileKey;
    /** Once true this is always true. */
    private volatile boolean closed;

    FolderCheck(Folder folder, boolean readOnly) {
        this.folder = folder;
        this.readOnly = readOnly;
        this.fileKey = firstKey(folder.path());
    }

    private static Object firstKey(Path path) {
        try {
            return fileKey(path);
        } catch (IOException e) {
            return null; // the first check says what is wrong
        }
    }

    private static Object fileKey(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }

    /** As {@link FolderStore#checkFolder}. */
    void check() throws IOException {
        if (closed) {
            throw new IOException("the store is closed");
        }
        try {
            // A file system that was unmounted leaves an empty folder, which can often be written.
            Object now = fileKey(folder.path());
            if (fileKey != null && !fileKey.equals(now)) {
                throw new IOException("another one is in its place");
            }
            if (!readOnly) {
                write();
            }
        } catch (NoSuchFileException e) {
            throw new IOException("the folder can't be used: it is gone", e);
        } catch (IOException e) {
            throw new IOException("the folder can't be used: " + FileErrors.reason(e), e);
        }
    }

    private void write() throws IOException {
        Path part = folder.newPart();
        try (WritableByteChannel channel = folder.create(part)) {
            channel.write(ByteBuffer.wrap(new byte[] {'\n'}));
        } finally {
            folder.remove(part);
        }
    }

    /** Adds what room the file system has, as far as that can be found out. */
    void addRoom(StoreStats.Builder stats) {
        try {
            java.nio.file.FileStore disk = Files.getFileStore(folder.path());
            stats.freeBytes(disk.getUsableSpace()).diskBytes(disk.getTotalSpace());
        } catch (IOException e) {
            return; // the check tells why
        }
    }

    /** The folder belongs to another store, or to none. */
    void close() {
        closed = true;
    }
}
