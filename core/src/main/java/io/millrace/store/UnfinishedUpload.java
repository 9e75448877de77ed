package io.millrace.store;

import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.space.Part;
import io.millrace.tree.FileAccess;
import io.millrace.tree.Key;
import io.millrace.tree.KeyPath;
import io.millrace.tree.UploadRecord;
import io.millrace.tree.Version;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;

/**
 * One upload that outlives its requests and the process: the bytes that have come so far, and a
 * note of the caller's.
 *
 * <p>What the file has is the truth: {@link #sizeBytes} asks the system, and after the process was
 * killed says the same. After a power failure it says at least what it said before the last {@link
 * #force}.
 *
 * <p>It is used by one request at a time. Which one is the caller's to decide: what meets another
 * use throws {@link IllegalStateException} and changes nothing.
 *
 * <p>Threads: any. Errors: as {@link UnfinishedUploads} says; 404 once it is gone.
 *
 * @since 0.1
 */
public final class UnfinishedUpload {

    private final StoreState state;
    private final String name;
    private final Path file;
    private final Part part;
    private final UploadUse use;
    private final KeptRecord record;

    /** An upload whose files are to be made, or taken up. */
    UnfinishedUpload(StoreState state, String name, UploadRecord record) {
        this.state = state;
        this.name = name;
        this.file = state.folder().uploads().bytes(name);
        this.part = new Part(state.folder(), state.quota(), state.preallocation(),
                record.lengthBytes());
        this.use = new UploadUse(state);
        this.record = new KeptRecord(state, name, use, record);
    }

    /** Makes the files. */
    void make() throws IOException {
        record.make();
        part.adopt(file, 0);
    }

    /**
     * Takes up the files that an earlier process has left.
     *
     * @param object the version that its key names now, if it was ending; null if nothing
     * @return false if nothing is left to take up
     */
    boolean takeUp(Version object) throws IOException {
        BasicFileAttributes attributes = FileAccess.attributes(file);
        boolean hasBytes = attributes != null && attributes.isRegularFile();
        UploadRecord known = record.get();
        if (known.stage() == UploadRecord.Stage.ENDING) {
            known = hasBytes ? known.unfinished() : known.completed(object);
            record.takeUp(known);
        }
        if (!known.isComplete() && hasBytes) {
            part.adopt(file, attributes.size());
        }
        return known.isComplete() || hasBytes;
    }

    /** What it is found by: 32 hexadecimal digits that nobody guesses. */
    public String name() {
        return name;
    }

    /** The path of the object that it is to be, percent-encoded. */
    public String path() {
        return record.get().path();
    }

    /** The length that was given for it; {@link RequestHead#UNKNOWN_LENGTH} if none was. */
    public long lengthBytes() {
        return record.get().lengthBytes();
    }

    /** Whether it has become the object. Once true this is always true. */
    public boolean isComplete() {
        return record.get().isComplete();
    }

    /**
     * The entity tag that the object had when it was stored, quotes included. Null if it isn't
     * stored yet; and if it was in the moment when the process was killed, and has been replaced
     * since.
     */
    public String etag() {
        return record.get().etag();
    }

    /** How many bytes have come; once it is complete, those of the object. */
    public long sizeBytes() throws HttpException {
        try {
            // In this order: the record tells of the end before the file goes.
            BasicFileAttributes attributes = FileAccess.attributes(file);
            Version version = record.get().version();
            return version != null ? version.sizeBytes() : size(attributes);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private long size(BasicFileAttributes attributes) throws HttpException, IOException {
        use.checkThere();
        if (attributes == null || !attributes.isRegularFile()) {
            throw removed();
        }
        return attributes.size();
    }

    private IOException removed() {
        return new NoSuchFileException(file.toString(), null, "removed by another program");
    }

    /** Bytes that it keeps in its own file, as far as that can be found out. */
    long keptBytes() {
        try {
            BasicFileAttributes attributes = isComplete() ? null : FileAccess.attributes(file);
            return attributes == null ? 0 : attributes.size();
        } catch (IOException e) {
            return 0; // who uses it next finds out, and is told
        }
    }

    /** Whether its bytes are there; forgets it if another program has removed them. */
    boolean isThere() throws HttpException {
        try {
            boolean isThere = FileAccess.attributes(file) != null
                    || record.get().version() != null;
            if (!isThere && use.isFree()) {
                state.folder().faults().log("the unfinished upload of " + path() + " is lost",
                        removed());
                discard();
            }
            return isThere;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** When bytes came for the last time, or the note was changed, by the clock of files. */
    public Instant lastChange() throws HttpException {
        use.checkThere();
        try {
            return Instant.ofEpochMilli(state.folder().uploads().changedMs(name));
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** The caller's note. */
    public byte[] note() {
        return record.get().note().clone();
    }

    /**
     * Replaces the note in one step, and forces it to the device as the durability says. Beside any
     * other use.
     *
     * @param note at most 64 KiB
     */
    public void note(byte[] note) throws HttpException {
        byte[] next = KeptUploads.checked(note);
        use.beginBeside();
        try {
            record.change(known -> known.with(next));
        } catch (IOException e) {
            throw failed(e);
        } finally {
            use.endBeside();
        }
    }

    /**
     * Opens its file for more bytes. Until {@link #close}, no other process is handed the folder.
     *
     * @param position where they begin: at most {@link #sizeBytes}. What is beyond is removed
     * @return the file, closed by {@link #close}
     * @throws IllegalStateException if it is complete, or in use
     */
    public FileChannel open(long position) throws HttpException {
        use.open();
        boolean opened = false;
        try {
            checkUnfinished();
            long sizeBytes = size(FileAccess.attributes(file));
            if (position < 0 || position > sizeBytes) {
                throw new IllegalArgumentException("position must be in [0, " + sizeBytes + "]: "
                        + position);
            }
            FileChannel channel = part.reopen(position);
            opened = true;
            return channel;
        } catch (IOException e) {
            throw failed(e);
        } finally {
            if (!opened) {
                use.leave();
            }
        }
    }

    private void checkUnfinished() {
        if (isComplete()) {
            throw new IllegalStateException("the upload is complete");
        }
    }

    /** Closes what {@link #open} has opened: in any case, and once. Later calls do nothing. */
    public void close() { // decision 251
        if (use.isOpen()) {
            closePart();
            use.leave();
        }
    }

    private void closePart() {
        try {
            part.close();
            BasicFileAttributes attributes = FileAccess.attributes(file);
            if (attributes != null) {
                part.settle(attributes.size());
            }
        } catch (IOException e) {
            state.folder().faults().log("an unfinished upload can't be closed", e);
        }
    }

    /**
     * Takes room for bytes that are about to be written, as PUT does. {@link #close} gives back
     * what was not used.
     *
     * @param bytes how many the upload has with them, from its beginning
     * @throws HttpException 413 or 507; then no room is taken
     * @throws IllegalStateException if it is not open
     */
    public void reserve(long bytes) throws HttpException {
        if (!use.isOpen()) {
            throw new IllegalStateException("the upload is not open");
        }
        take(bytes);
    }

    private void take(long bytes) throws HttpException {
        if (bytes > state.options().maxObjectBytes()) {
            throw new HttpException(Responses.TOO_LARGE);
        }
        if (!state.quota().isKnown()) {
            throw new HttpException(Responses.UNCOUNTED);
        }
        if (!part.take(bytes)) {
            throw new HttpException(state.eviction().noRoom(bytes));
        }
    }

    /**
     * Has more room reserved on the device, if it is time for that. It doesn't count for the quota,
     * and never fails. Between {@link #open} and {@link #close}.
     *
     * @param bytes how many have come, from the upload's beginning
     */
    public void received(long bytes) {
        part.received(bytes);
    }

    /**
     * Forces the bytes that are there to the device, unless the durability is {@link
     * Durability#NONE}. {@link #sizeBytes} may be told to a client after this.
     *
     * @throws IllegalStateException if it is being copied, completed or discarded
     */
    public void force() throws HttpException {
        use.checkReadable();
        try {
            if (state.options().durability() != Durability.NONE && !isComplete()) {
                part.force();
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /**
     * Appends the bytes of another upload, which stays as it is. Takes room for them first. If this
     * fails, none of them stays; if the process is killed meanwhile, some do.
     *
     * @throws IllegalStateException if one of the two is complete, or in use
     */
    public void copyFrom(UnfinishedUpload other) throws HttpException {
        use.begin();
        boolean othersToo = false;
        try {
            other.use.begin();
            othersToo = true;
            checkUnfinished();
            other.checkUnfinished();
            copy(sizeBytes(), other);
        } catch (IOException e) {
            throw failed(e);
        } finally {
            closePart();
            use.leave();
            if (othersToo) {
                other.use.leave();
            }
        }
    }

    private void copy(long sizeBytes, UnfinishedUpload other) throws HttpException, IOException {
        part.reopen(sizeBytes);
        try (SeekableByteChannel from = state.folder().access().open(other.file)) {
            take(sizeBytes + from.size());
            part.append(from, sizeBytes);
        }
    }

    /**
     * Ends it like the PUT that it is: compares the digests, takes conditions into account as the
     * object is now, keeps the fields, forces all of it as the durability says, and lets the bytes
     * take the object's place in one step. Digests are computed by reading all bytes.
     *
     * @param put as {@link UnfinishedUploads#create} got one, of the same path
     * @return the response of the PUT, now or later. If that is a refusal, the bytes are still
     *     there, and it may be tried again
     * @throws IllegalStateException if it is complete, or in use
     */
    public Response complete(RequestHead put) throws HttpException {
        Key key = key(put.path());
        if (key == null || !key.name().equals(key(path()).name())) {
            throw new IllegalArgumentException("path must be " + path() + ": " + put.path());
        }
        use.begin();
        boolean goesOn = false;
        try {
            checkUnfinished();
            UploadCompletion completion = new UploadCompletion(state, key, put, file, part, record,
                    sizeBytes());
            if (!completion.takesLong()) {
                return completion.store();
            }
            Response later = state.executor().later(put.notes(), () -> {
                try {
                    return completion.store();
                } finally {
                    use.leave();
                }
            }, use::leave);
            goesOn = later != null;
            return goesOn ? later : Responses.BUSY;
        } finally {
            if (!goesOn) {
                use.leave();
            }
        }
    }

    private Key key(String path) throws HttpException {
        return KeyPath.of(path, state.options().keyLimits()).key();
    }

    /**
     * Removes it, with its bytes and what they took of the quota. A complete one is forgotten; the
     * object stays. Nothing happens if it is gone.
     *
     * @throws IllegalStateException if it is in use
     */
    public void discard() throws HttpException {
        if (use.isGone()) {
            return;
        }
        use.begin();
        state.uploads().gone(name);
        record.remove();
        part.discard();
        use.endBeside();
    }

    private HttpException failed(IOException e) {
        return new HttpException(state.folder().faults().answer("upload of " + path(), e));
    }
}
