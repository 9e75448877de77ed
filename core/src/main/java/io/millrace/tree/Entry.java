package io.millrace.tree;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;

/**
 * The place of a key: the folder that its object is in, found without following a link, and the
 * name that it has there.
 *
 * <p>Threads: one at a time. The caller closes it.
 */
public abstract class Entry implements Closeable { // decision 150

    /** What there is on the way to the folder. */
    public enum Way {
        /** All folders. */
        OPEN,
        /** A folder is missing. */
        MISSING,
        /** Something that is no folder: an object, or a link. */
        BLOCKED
    }

    private final Path path;
    private final FileAccess access;
    private final FaultLog faults;

    Entry(Path path, FileAccess access, FaultLog faults) {
        this.path = path;
        this.access = access;
        this.faults = faults;
    }

    /** What has been found on the way to the folder. */
    public abstract Way way();

    /** How many segments lead to the first folder that is missing, that one included. */
    abstract int missing();

    /** The attributes of what is there, a link's own if it is one; null if there is nothing. */
    public abstract BasicFileAttributes attributes() throws IOException;

    /**
     * Opens the file for reading, and no link.
     *
     * @throws java.nio.file.NoSuchFileException if there is none, or no longer in this folder
     */
    public abstract SeekableByteChannel open() throws IOException;

    abstract void move(Path part) throws IOException;

    /** As {@link #move} if nothing is here, by one call of the system; false if nothing moved. */
    abstract boolean moveNew(Path part) throws IOException;

    /** Moves what is here to another place. */
    abstract void rename(Entry target) throws IOException;

    /** Deletes a file; false if there was none. */
    abstract boolean deleteFile() throws IOException;

    /** Makes a folder of this name. The caller has the write lock, and has seen nothing there. */
    public abstract void makeFolder() throws IOException;

    /** Deletes a folder, if it is empty. The caller has the write lock. */
    public abstract void deleteFolder() throws IOException;

    /**
     * Opens what is needed to force this name to the device, and those of the folders above that
     * may not be there yet. If the way is not open, that is up to the last folder that there is.
     */
    public abstract Forcing force() throws IOException;

    /** The names in the folder that this place is in; the caller closes it. */
    abstract DirectoryStream<Path> siblings() throws IOException;

    /** The attributes of what has a name there, a link's own if it is one; null if nothing has. */
    abstract BasicFileAttributes sibling(Path name) throws IOException;

    /**
     * Looks at the folders on the way once more, where that is to be done.
     *
     * @throws java.nio.file.NoSuchFileException if they are not what they were
     */
    abstract void checkWay() throws IOException;

    /**
     * A path by which to read what has none within an open folder, such as extended attributes. It
     * leads into the folder that was found, on Linux whatever its path leads to by now.
     */
    public Path heldPath() throws IOException { // decision 158
        return path;
    }

    /** Where it is; another program may have led this path elsewhere by now. */
    public final Path path() {
        return path;
    }

    final FileAccess access() {
        return access;
    }

    final FaultLog faults() {
        return faults;
    }

    /** The version of the object; null if there is none. */
    public final Version version() throws IOException {
        return version(attributes());
    }

    /** The version of an object; null if these are no object's attributes. */
    public final Version version(BasicFileAttributes attributes) {
        return attributes == null || !attributes.isRegularFile()
                ? null : Version.of(attributes, access.keepsTimes());
    }

    /**
     * Lets a staging file take the object's place. A file system of the network may say that this
     * has failed when it has not, as the first of its messages was lost; so this is looked up.
     *
     * @param version the version of the staging file
     * @throws IOException if nothing has happened
     */
    public final void put(Path part, Version version) throws IOException {
        try {
            move(part);
        } catch (IOException e) {
            if (!hasHappened(part, version, e)) {
                throw e;
            }
        }
    }

    /**
     * Lets a staging file become the object where none is, in the one step that finds that out.
     *
     * @return false if nothing has happened: something is here, or the system can't tell so
     */
    public final boolean putNew(Path part) throws IOException {
        return way() == Way.OPEN && moveNew(part);
    }

    /**
     * Deletes the object's file, as {@link #put} puts one.
     *
     * @return false if there was none
     */
    public final boolean remove() throws IOException {
        try {
            return deleteFile();
        } catch (IOException e) {
            if (!hasHappened(null, null, e)) {
                throw e;
            }
            return true;
        }
    }

    /**
     * Moves an object or a folder from here to another place, in one step, as {@link #put} moves a
     * staging file. The caller has the write locks of both keys.
     *
     * @param moved the attributes of what is here
     * @throws IOException if nothing has happened
     */
    public final void moveTo(Entry target, BasicFileAttributes moved) throws IOException {
        try {
            rename(target);
        } catch (IOException e) {
            if (!hasMoved(target, moved, e)) {
                throw e;
            }
        }
    }

    /**
     * Sets the time of the object's file, of which no link is followed. The caller has the write
     * lock.
     *
     * @param forces whether to force it to the device
     * @throws IOException also if the file hasn't got this very time
     */
    public final void setTime(long modifiedNs, boolean forces) throws IOException {
        BasicFileAttributeView view = Files.getFileAttributeView(heldPath(),
                BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        view.setTimes(FileTime.from(modifiedNs, TimeUnit.NANOSECONDS), null, null);
        if (Version.modifiedNs(view.readAttributes()) != modifiedNs) {
            throw new IOException("the file system doesn't keep the time of " + path);
        }
        if (forces) {
            forceBytes();
        }
    }

    /** Forces the file's bytes, and its time, to the device. */
    public final void forceBytes() throws IOException {
        try (SeekableByteChannel channel = open()) {
            FileAccess.force(channel);
        }
    }

    private boolean hasMoved(Entry target, BasicFileAttributes moved, IOException failure) {
        try {
            checkWay();
            target.checkWay();
            BasicFileAttributes there = attributes() == null ? target.attributes() : null;
            boolean happened = there != null && FileAccess.isSameFile(moved, there);
            if (happened) {
                faults.log("move of " + path + " done, although the system reported an error",
                        failure);
            }
            return happened;
        } catch (IOException e) {
            failure.addSuppressed(e);
            return false;
        }
    }

    /** Whether a part is gone, and this version or none is here, although the system denies it. */
    private boolean hasHappened(Path part, Version version, IOException failure) {
        try {
            checkWay(); // or what is here by now is elsewhere
            boolean moved = part == null || FileAccess.attributes(part) == null;
            BasicFileAttributes here = moved ? attributes() : null;
            boolean happened = moved
                    && (version == null ? here == null : version.equals(version(here)));
            if (happened) {
                faults.log("change of " + path + " done, although the system reported an error",
                        failure);
            }
            return happened;
        } catch (IOException e) {
            failure.addSuppressed(e);
            return false;
        }
    }
}
