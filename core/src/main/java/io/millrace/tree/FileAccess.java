package io.millrace.tree;

import io.millrace.file.FileCalls;
import io.millrace.file.FileState;
import io.millrace.file.LateFileCalls;
import io.millrace.file.NewFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Opens and moves files by the best means that their file system has, found out by trying.
 *
 * <p>Threads: any.
 */
public final class FileAccess {

    private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ);
    private static final Set<OpenOption> READ_NO_LINK =
            Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    private static final Set<OpenOption> WRITE = Set.of(StandardOpenOption.WRITE);
    private static final Set<OpenOption> WRITE_NO_LINK =
            Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    // CREATE_NEW never follows a link, and every file system has to take it.
    private static final Set<OpenOption> CREATE =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    /** Times of changes come in steps of the system's clock, up to 10 ms on Linux. */
    private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(20);

    /** Longer files may go through what needs a {@link FileChannel}. */
    private static final int FEW_BYTES = 64 * 1024;

    private static final FileTime PAST = FileTime.from(1_000_000_000, TimeUnit.SECONDS);

    /** How files are opened for reading; null until the first file has been tried. */
    private volatile Reading reading;
    private final boolean writesFileChannels;
    private final boolean movesAtomically;
    private final boolean keepsTimes;
    private final boolean movesTimes;
    private final FileModes modes;
    private final LateFileCalls calls;

    private record Reading(Set<OpenOption> options, boolean fileChannels) {
    }

    private FileAccess(boolean writesFileChannels, boolean movesAtomically, boolean keepsTimes,
            boolean movesTimes, FileModes modes, LateFileCalls calls) {
        this.writesFileChannels = writesFileChannels;
        this.movesAtomically = movesAtomically;
        this.keepsTimes = keepsTimes;
        this.movesTimes = movesTimes;
        this.modes = modes;
        this.calls = calls;
    }

    /** Access for reading only. */
    public static FileAccess readOnly() {
        return new FileAccess(false, false, true, true, new FileModes(Set.of()),
                new LateFileCalls(null));
    }

    /**
     * Access as a folder of any common system has it, where nothing can be tried. What can't be
     * done then fails when it is tried: no object is replaced in several steps.
     */
    static FileAccess assumed(FileModes modes) {
        return new FileAccess(true, true, true, true, modes, new LateFileCalls(null));
    }

    /**
     * Access found out by writing, moving and deleting files. They stay empty: a store must be
     * able to start on a full disk, or nobody could delete anything.
     *
     * @param part a file that doesn't exist, where the parts are
     * @param otherPart another one
     * @param target a file where the objects are that is nobody's, and is removed if it exists
     * @param modes the permissions of new files
     * @throws IOException if one of the folders can't be written, or a part would become an object
     *     by being copied: readers would see it grow, and it would not be forced to the device
     */
    static FileAccess probe(Path part, Path otherPart, Path target, FileModes modes)
            throws IOException {
        Files.deleteIfExists(target);
        try {
            boolean fileChannels = writesFileChannel(part);
            if (!fileChannels) {
                Files.deleteIfExists(part);
                writeByteChannel(part);
            }
            writeByteChannel(target);
            modes.setFile(part);
            setPast(part);
            boolean keepsTimes = isPast(part);
            boolean atomic = movesAtomically(part, target);
            boolean movesTimes = atomic && isPast(target);
            // One that can't do it anywhere is a matter of options.
            if (!atomic && movesAtomically(part, otherPart)) {
                throw new IOException("no file can be moved there from " + part.getParent()
                        + " in one step, so both must be in one mounted file system, and in one"
                        + " project if that has quotas by project");
            }
            boolean allTold = fileChannels && atomic && keepsTimes && movesTimes;
            return new FileAccess(fileChannels, atomic, keepsTimes, movesTimes, modes,
                    new LateFileCalls(allTold ? target.getParent() : null));
        } finally {
            Files.deleteIfExists(part);
            Files.deleteIfExists(otherPart);
            Files.deleteIfExists(target);
        }
    }

    private static boolean writesFileChannel(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, CREATE)) {
            channel.write(ByteBuffer.allocate(0), 0);
            return channel.size() == 0;
        } catch (UnsupportedOperationException e) {
            return false; // the answer to the question, not a fault
        }
    }

    private static void writeByteChannel(Path file) throws IOException {
        try (WritableByteChannel channel = Files.newByteChannel(file, CREATE)) {
            channel.write(ByteBuffer.allocate(0));
        }
    }

    private static boolean movesAtomically(Path from, Path to) throws IOException {
        try {
            moveAtomically(from, to);
            return true;
        } catch (AtomicMoveNotSupportedException | UnsupportedOperationException e) {
            return false; // the answer to the question, not a fault
        }
    }

    private static void setPast(Path file) throws IOException {
        try {
            Files.setLastModifiedTime(file, PAST);
        } catch (UnsupportedOperationException e) {
            return; // the time that the file keeps says so too
        }
    }

    private static boolean isPast(Path file) throws IOException {
        return Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).equals(PAST);
    }

    /** The attributes of what is at a path, a link's own if it is one; null if there is nothing. */
    public static BasicFileAttributes attributes(Path file) throws IOException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class,
                    LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return null;
        } catch (FileSystemException e) {
            if (FileErrors.isOfNoFolder(e)) {
                return null; // what leads there is no folder, or no longer
            }
            throw e;
        }
    }

    /** Whether these are the attributes of one file, as far as the file system tells. */
    public static boolean isSameFile(BasicFileAttributes one, BasicFileAttributes other) {
        return FileState.isOneKey(one.fileKey(), other.fileKey());
    }

    /** Whether a file has more names than one, as far as the file system tells. */
    public static boolean hasManyNames(Path file) throws IOException {
        try {
            return Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS)
                    instanceof Integer names && names > 1;
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            return false; // no Unix
        }
    }

    /**
     * When anything about a file was changed, in nanoseconds since 1970: its bytes, its attributes
     * or, on Unix, its name. Unlike its time, no program can set it.
     */
    public static long changedNs(Path file) throws IOException {
        Object time;
        try {
            time = Files.getAttribute(file, "unix:ctime", LinkOption.NOFOLLOW_LINKS);
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            BasicFileAttributes attributes = attributes(file); // the best that there is
            time = attributes == null ? null : attributes.lastModifiedTime();
        } catch (NoSuchFileException e) {
            time = null;
        } catch (FileSystemException e) {
            if (!FileErrors.isOfNoFolder(e)) {
                throw e;
            }
            time = null;
        }
        return time instanceof FileTime changed ? changed.to(TimeUnit.NANOSECONDS) : Long.MIN_VALUE;
    }

    /** Whether a change would have another time now. */
    public static boolean isPast(long changedNs, long nowMs) {
        return TimeUnit.MILLISECONDS.toNanos(nowMs) - changedNs > TICK_NS;
    }

    /** Whether a file takes another's place in one step. */
    boolean movesAtomically() {
        return movesAtomically;
    }

    /** Whether files can be forced to the device, which takes a {@link FileChannel}. */
    public boolean forcesFiles() {
        return writesFileChannels;
    }

    /** Forces a file's bytes to the device. */
    public static void force(WritableByteChannel channel) throws IOException {
        if (channel instanceof NewFile made) {
            made.force();
        } else if (channel instanceof FileChannel file) {
            file.force(true);
        } else {
            throw new IOException("this file system can't force a file to the device");
        }
    }

    /** Whether a file's time can be set, and so be made different for each version. */
    public boolean keepsTimes() {
        return keepsTimes;
    }

    /** Whether a file that is moved keeps its time; zipfs gives it a new one. */
    public boolean movesTimes() {
        return movesTimes;
    }

    /** The permissions of new files and folders. */
    FileModes modes() {
        return modes;
    }

    /**
     * Opens a new file for writing.
     *
     * @param bytes how many it is to have; negative if that isn't known
     * @return for few bytes a {@link NewFile} where that is faster, else as {@link #create(Path)}
     */
    WritableByteChannel create(Path file, long bytes) throws IOException {
        if (bytes < 0 || bytes > FEW_BYTES || modes.areSet()) {
            return create(file);
        }
        FileCalls fast = calls.get();
        NewFile made = fast == null ? null : fast.create(file.toString());
        if (made != null) {
            return made;
        }
        calls.miss();
        return create(file);
    }

    /**
     * Opens a new file for writing.
     *
     * @return a {@link FileChannel} where there is one, else a channel to write in sequence
     */
    WritableByteChannel create(Path file) throws IOException {
        FileAttribute<?>[] attributes = modes.atFirst();
        WritableByteChannel channel = writesFileChannels
                ? FileChannel.open(file, CREATE, attributes)
                : Files.newByteChannel(file, CREATE, attributes);
        boolean done = false;
        try {
            modes.setFile(file);
            done = true;
            return channel;
        } finally {
            if (!done) {
                channel.close();
            }
        }
    }

    /** Opens a file that is there for writing anywhere, and no link if the file system can tell. */
    public static FileChannel reopen(Path file) throws IOException {
        return FileChannel.open(file, file.getFileSystem() == FileSystems.getDefault()
                ? WRITE_NO_LINK : WRITE);
    }

    /**
     * Opens a file for reading, and no link if the file system can tell.
     *
     * @return a {@link FileChannel} where there is one, else a channel to read in sequence
     */
    public SeekableByteChannel open(Path file) throws IOException {
        Reading how = reading;
        if (how == null) {
            how = probeReading(file);
            reading = how; // several threads may have tried; they found the same
        }
        return how.fileChannels()
                ? FileChannel.open(file, how.options()) : Files.newByteChannel(file, how.options());
    }

    private static Reading probeReading(Path file) throws IOException {
        Set<OpenOption> options = READ_NO_LINK;
        try {
            Files.newByteChannel(file, options).close();
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            options = READ; // a file system without links may not know the option
        }
        try (FileChannel channel = FileChannel.open(file, options)) {
            channel.read(ByteBuffer.allocate(1), 0);
            channel.transferTo(0, 1, new NullSink());
            return new Reading(options, channel.size() >= 0);
        } catch (UnsupportedOperationException e) {
            return new Reading(options, false); // the answer to the question, not a fault
        }
    }

    /** The system's own calls, where they are faster. */
    public LateFileCalls calls() {
        return calls;
    }

    /** As {@link #attributes}, in the fastest way. */
    public BasicFileAttributes look(Path file) throws IOException {
        FileCalls fast = calls.get();
        FileState state = fast == null ? null : fast.state(file.toString());
        if (state == null) {
            return attributes(file);
        }
        return state == FileState.NOTHING ? null : state;
    }

    /** Moves a file to where nothing is, in one step; false if that has not been done. */
    boolean moveNew(Path from, Path to) {
        FileCalls fast = calls.get();
        return fast != null && fast.moveNew(from.toString(), fast, to.toString());
    }

    /** Deletes a file, or an empty folder; false if there is none. */
    boolean delete(Path file) throws IOException {
        FileCalls fast = calls.get();
        return fast != null && fast.delete(file.toString()) || Files.deleteIfExists(file);
    }

    /** Moves a file over another, in one step where the file system can. */
    void move(Path from, Path to) throws IOException {
        FileCalls fast = calls.get();
        if (fast != null && fast.move(from.toString(), fast, to.toString())) {
            return;
        }
        if (movesAtomically) {
            moveAtomically(from, to);
        } else {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    // Where ATOMIC_MOVE means something, every other option is ignored; where it means nothing
    // (zipfs moves under a lock anyway), the second one is needed.
    private static void moveAtomically(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
