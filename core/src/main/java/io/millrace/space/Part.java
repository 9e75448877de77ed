package io.millrace.space;

import io.millrace.file.NewFile;
import io.millrace.tree.FileAccess;
import io.millrace.tree.Folder;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * The bytes of one upload until they are the object's: a staging file, or one that was there
 * before, with the room that it takes on the device and of the quota.
 *
 * <p>Threads: one at a time. Whoever opens it has to discard it in any case.
 */
public final class Part {
    private final Folder folder;
    private final Quota quota;
    private final Preallocation preallocation;
    /** Bytes that the body has to have; negative if it may have any. */
    private final long bodyBytes;

    /** The file of the bytes that have come; null until it is to be made, and once it has moved. */
    private Path path;
    /** The file, open for writing; null until it is opened, and once it is closed. */
    private WritableByteChannel channel;
    /** What the file was when it was closed; null if that isn't known. */
    private BasicFileAttributes closed;
    /** The room of the file on the device; null if none is reserved. */
    private SpaceReservation reservation;
    /** Room of the quota that the bytes have taken. */
    private long takenBytes;
    /** Whether the file was there before, and is no staging file of a request. */
    private boolean isAdopted;

    /**
     * A part without a file.
     *
     * @param preallocation what reserves room for a large body
     * @param bodyBytes bytes that the body has to have; negative if it may have any
     */
    public Part(Folder folder, Quota quota, Preallocation preallocation, long bodyBytes) {
        this.folder = folder;
        this.quota = quota;
        this.preallocation = preallocation;
        this.bodyBytes = bodyBytes;
    }

    /**
     * Makes the file.
     *
     * @return the file, open for writing, which the part closes
     */
    public WritableByteChannel open() throws IOException {
        path = folder.newPart();
        quota.begun();
        channel = folder.create(path, bodyBytes);
        if (bodyBytes >= SpaceReservation.LEAST_BODY_BYTES) {
            reservation = new SpaceReservation(preallocation, path, bodyBytes);
        }
        return channel;
    }

    /**
     * Takes a file that is there, and counts its bytes.
     *
     * @param file in the folder's own file system
     * @param bytes its length
     */
    public void adopt(Path file, long bytes) {
        path = file;
        isAdopted = true;
        quota.count(bytes);
        takenBytes = bytes;
    }

    /**
     * Opens such a file for more bytes, once it is closed.
     *
     * @param position where they begin; what is beyond is removed, and its room given back
     */
    public FileChannel reopen(long position) throws IOException {
        FileChannel file = FileAccess.reopen(path);
        boolean done = false;
        try {
            if (file.size() > position) {
                file.truncate(position);
            }
            if (reservation == null && bodyBytes >= SpaceReservation.LEAST_BODY_BYTES) {
                reservation = new SpaceReservation(preallocation, path, bodyBytes);
            }
            settle(position);
            channel = file;
            done = true;
            return file;
        } finally {
            if (!done) {
                file.close();
            }
        }
    }

    /** So many bytes are there, and no more come now: gives back the room of others. */
    public void settle(long bytes) {
        if (reservation != null) {
            reservation.release(bytes);
        }
        quota.giveBack(takenBytes - bytes);
        takenBytes = bytes;
    }

    /**
     * Appends a channel's bytes to the file, opened by {@link #reopen}. If this fails, none stays.
     *
     * @param position the file's end
     */
    public void append(SeekableByteChannel from, long position) throws IOException {
        FileChannel to = (FileChannel) channel;
        long endBytes = position + from.size();
        boolean done = false;
        try {
            long soFar = position;
            while (soFar < endBytes) {
                long count = to.transferFrom(from, soFar, endBytes - soFar);
                if (count <= 0) {
                    throw new EOFException("another program has made it shorter");
                }
                soFar += count;
            }
            done = true;
        } finally {
            if (!done) {
                to.truncate(position);
            }
        }
    }

    /** Whether the file is open for writing. */
    public boolean isOpen() {
        return channel != null;
    }

    /** What the file is, once it is closed; null if it is gone. */
    public BasicFileAttributes attributes() throws IOException {
        return closed != null ? closed : folder.access().look(path);
    }

    /** The file's time may have been set since it was closed. */
    public void touched() {
        closed = null;
    }

    /** Where the file is; null if there is none, or it has become the object's. */
    public Path path() {
        return path;
    }

    /**
     * Takes room of the quota, before bytes are written.
     *
     * @param bytes how many the body has with them
     * @return false if there isn't as much; then none is taken
     */
    public boolean take(long bytes) {
        long more = Math.max(0, bytes - takenBytes);
        if (!quota.take(more)) {
            return false;
        }
        takenBytes += more;
        return true;
    }

    /** So many bytes have come: reserves more room on the device if it is time. */
    public void received(long bytes) {
        if (reservation != null && isAdopted) {
            reservation.received(bytes, takenBytes); // what is reserved counts for the quota
        } else if (reservation != null) {
            reservation.received(bytes);
        }
    }

    /** Forces the bytes to the device. */
    public void force() throws IOException {
        if (channel != null) {
            FileAccess.force(channel);
            return;
        }
        try (FileChannel file = FileAccess.reopen(path)) {
            FileAccess.force(file);
        }
    }

    /** Sees to it that the file may take another's place, as {@link SpaceReservation} says. */
    public void startWriting() throws IOException {
        if (reservation != null) {
            reservation.startWriting(channel);
        } else if (isAdopted && bodyBytes >= SpaceReservation.LEAST_BODY_BYTES) {
            // An earlier process may have reserved blocks. If it can't be begun, nothing is owed
            // for it: whoever wants more has the bytes forced.
            preallocation.startWriting(path);
        }
    }

    /** Closes the file; network file systems may tell only now that there is no space. */
    public void close() throws IOException {
        if (channel != null) {
            WritableByteChannel closing = channel;
            channel = null;
            try (closing) {
                if (closing instanceof NewFile made) {
                    closed = made.state();
                }
            }
        }
    }

    /**
     * The file has become the object's, and so has its room.
     *
     * @param name the object's
     * @param bytes length of the object
     * @param replacedBytes length of the object that it replaces; 0 if it is new
     */
    public void moved(String name, long bytes, long replacedBytes) {
        path = null;
        ended();
        quota.stored(name, bytes, replacedBytes, takenBytes);
        takenBytes = 0;
    }

    /** Removes what has come and gives back its room, unless it has become the object. */
    public void discard() {
        try {
            close();
        } catch (IOException e) {
            folder.faults().log("an abandoned file can't be closed", e);
        }
        if (path != null) {
            folder.remove(path);
            path = null;
            ended();
        }
        quota.giveBack(takenBytes);
        takenBytes = 0;
    }

    private void ended() {
        if (!isAdopted) {
            quota.ended();
        }
    }
}
