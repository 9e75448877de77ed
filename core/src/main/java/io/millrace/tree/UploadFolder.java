package io.millrace.tree;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The files of uploads that outlive the process, in a folder of their own in the store's folder:
 * for each its bytes, and a record of what they are.
 *
 * <p>The bytes' file is there before the record, and goes after it. So a record without one tells
 * that its bytes have become an object, if it says that they were about to; and bytes without a
 * record are of no upload.
 *
 * <p>Threads: any; the calls for one upload in order.
 */
public final class UploadFolder { // decision 245

    /** What their folder is called. */
    public static final String FOLDER_NAME = Key.RESERVED + ".uploads";

    /** No object's name begins like this: what is removed here is no object. */
    private static final String PREFIX = Key.RESERVED + "-";
    private static final String RECORD = ".record";
    private static final String NEW_RECORD = ".new";

    private final Path path;
    private final FileAccess access;
    private final FaultLog faults;
    private final Leftovers leftovers;
    private final FolderForce storeForce;
    private final FolderForce force;
    /** Whether the folder's own name has been forced. Guarded by this. */
    private boolean isNameForced;

    UploadFolder(Path folder, FileAccess access, FaultLog faults, Leftovers leftovers,
            FolderForce storeForce) {
        this.path = folder.resolve(FOLDER_NAME);
        this.access = access;
        this.faults = faults;
        this.leftovers = leftovers;
        this.storeForce = storeForce;
        this.force = new FolderForce(path, List.of(), faults);
    }

    /** Whether the file system can do what it takes: write anywhere, and replace in one step. */
    public boolean isPossible() {
        return access.forcesFiles() && access.movesAtomically();
    }

    /**
     * The records that are there, by the names of their uploads. Removes what belongs to none.
     *
     * @throws IOException with one line for people, if the folder can't be read or is no folder
     */
    public Map<String, UploadRecord> records() throws IOException {
        BasicFileAttributes there = FileAccess.attributes(path);
        if (there == null) {
            return Map.of();
        }
        checkPlace(there);
        Set<String> names = new HashSet<>();
        Map<String, UploadRecord> records = new LinkedHashMap<>();
        try {
            names(names);
            for (String name : names) {
                if (name.endsWith(RECORD)) {
                    read(name.substring(0, name.length() - RECORD.length()), records);
                }
            }
            for (String name : names) {
                boolean isOfRecord = records.containsKey(name) || name.endsWith(RECORD)
                        && records.containsKey(
                                name.substring(0, name.length() - RECORD.length()));
                if (!isOfRecord) {
                    Files.deleteIfExists(path.resolve(PREFIX + name));
                }
            }
            return records;
        } catch (IOException e) {
            throw new IOException("unfinished uploads in the folder " + path
                    + " can't be read: " + FileErrors.reason(e), e);
        }
    }

    private void names(Set<String> names) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (name.startsWith(PREFIX)
                        && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    names.add(name.substring(PREFIX.length()));
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private void read(String name, Map<String, UploadRecord> records) throws IOException {
        Path file = record(name);
        UploadRecord record = Files.size(file) > UploadRecord.MAX_BYTES ? null
                : UploadRecord.decode(Files.readAllBytes(file));
        if (record != null) {
            records.put(name, record);
        } else {
            // After a power failure, as nothing was forced; or another program has written there.
            faults.log("an unfinished upload is lost, and removed", new IOException(
                    "its record is damaged: " + file));
        }
    }

    private void checkPlace(BasicFileAttributes there) throws IOException {
        if (!there.isDirectory()) {
            throw new IOException(path + " is a file or a link where the store needs a folder"
                    + " of its own: remove it, and the store makes one");
        }
        if (!Objects.equals(device(path), device(path.getParent()))) {
            throw new IOException(path + " is another file system, from which no file can be moved"
                    + " to an object's place: unmount it");
        }
    }

    private static Object device(Path folder) throws IOException {
        try {
            return Files.getAttribute(folder, "unix:dev", LinkOption.NOFOLLOW_LINKS);
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            return null; // not Unix; then a move tells
        }
    }

    /** Makes the folder, if it is missing. */
    private void make() throws IOException {
        BasicFileAttributes there = FileAccess.attributes(path);
        if (there == null) {
            makeAnew();
        } else {
            checkPlace(there);
        }
    }

    private synchronized void makeAnew() throws IOException {
        isNameForced = false;
        try {
            Files.createDirectory(path);
        } catch (FileAlreadyExistsException e) {
            make(); // another request was faster
        }
    }

    /**
     * Makes the files of a new upload, which has no bytes yet. If this fails, {@link #remove} has
     * to follow.
     *
     * @param forces whether the record's bytes are forced to the device
     */
    public void create(String name, UploadRecord record, boolean forces) throws IOException {
        make();
        access.create(bytes(name)).close();
        write(name, record, forces);
    }

    /**
     * Replaces a record in one step.
     *
     * @param forces whether its bytes are forced to the device before
     */
    public void write(String name, UploadRecord record, boolean forces) throws IOException {
        Path staged = path.resolve(PREFIX + name + NEW_RECORD);
        boolean moved = false;
        try {
            Files.deleteIfExists(staged);
            try (WritableByteChannel channel = access.create(staged)) {
                ByteBuffer rest = ByteBuffer.wrap(record.encode());
                while (rest.hasRemaining()) {
                    channel.write(rest);
                }
                if (forces) {
                    FileAccess.force(channel);
                }
            }
            access.move(staged, record(name));
            moved = true;
        } finally {
            if (!moved) {
                leftovers.remove(staged);
            }
        }
    }

    /** Forces the names of files that have been made or replaced to the device. */
    public void forceNames() throws IOException {
        force.changesSoFar();
        forceName();
    }

    /** Whoever comes meanwhile waits, too: its upload is lost if this name is. */
    private synchronized void forceName() throws IOException {
        if (!isNameForced) {
            storeForce.changesSoFar();
            isNameForced = true;
        }
    }

    /** Removes a record, before its bytes' file, if that is still there. Throws nothing. */
    public void removeRecord(String name) {
        leftovers.remove(record(name));
    }

    /** Removes both files. Throws nothing. */
    public void remove(String name) {
        removeRecord(name);
        leftovers.remove(bytes(name));
    }

    /** The file of an upload's bytes. */
    public Path bytes(String name) {
        return path.resolve(PREFIX + name);
    }

    private Path record(String name) {
        return path.resolve(PREFIX + name + RECORD);
    }

    /** When an upload was changed last, in milliseconds since 1970; 0 if it is gone. */
    public long changedMs(String name) throws IOException {
        return Math.max(changedMs(bytes(name)), changedMs(record(name)));
    }

    private static long changedMs(Path file) throws IOException {
        BasicFileAttributes attributes = FileAccess.attributes(file);
        return attributes == null ? 0 : attributes.lastModifiedTime().toMillis();
    }
}
