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
import io.millrace.upload.UnfinishedUpload;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;

/**
 * One upload that outlives its requests, in a file of its own. What the file has is the truth:
 * {@link #sizeBytes} asks the system.
 *
 * <p>Threads: any.
 */
final class FileUpload implements UnfinishedUpload {

    private final StoreState state;
    private final String name;
    private final Path file;
    private final Part part;
    private final UploadUse use;
    private final KeptRecord record;
    /** What the use at hand writes to, and where its bytes begin. Written by who opens it. */
    private FileChannel opened;
    private long openedAt;

    /** An upload whose files are to be made, or taken up. */
    FileUpload(StoreState state, String name, UploadRecord record) {
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

    @Override
    public String name() {
        return name;
    }

    @Override
    public String path() {
        return record.get().path();
    }

    @Override
    public long lengthBytes() {
        return record.get().lengthBytes();
    }

    @Override
    public boolean isComplete() {
        return record.get().isComplete();
    }

    @Override
    public String etag() {
        return record.get().etag();
    }

    @Override
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

    @Override
    public Instant lastChange() throws HttpException {
        use.checkThere();
        try {
            return Instant.ofEpochMilli(state.folder().uploads().changedMs(name));
        } catch (IOException e) {
            throw failed(e);
        }
    }

    @Override
    public byte[] note() {
        return record.get().note().clone();
    }

    @Override
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

    @Override
    public FileChannel open(long position, long mostBytes, boolean isChecked)
            throws HttpException {
        FileChannel channel = open(position);
        try {
            channel.position(position); // for what writes to it in sequence
            return channel;
        } catch (IOException e) {
            close();
            throw failed(e);
        }
    }

    /** Opens its file for more bytes. Until {@link #close}, no other process gets the folder. */
    FileChannel open(long position) throws HttpException {
        use.open();
        boolean isOpen = false;
        try {
            checkUnfinished();
            long sizeBytes = size(FileAccess.attributes(file));
            if (position < 0 || position > sizeBytes) {
                throw new IllegalArgumentException("position must be in [0, " + sizeBytes + "]: "
                        + position);
            }
            FileChannel channel = part.reopen(position);
            this.opened = channel;
            openedAt = position;
            isOpen = true;
            return channel;
        } catch (IOException e) {
            throw failed(e);
        } finally {
            if (!isOpen) {
                use.leave();
            }
        }
    }

    private void checkUnfinished() {
        if (isComplete()) {
            throw new IllegalStateException("the upload is complete");
        }
    }

    @Override
    public void drop() throws HttpException {
        if (!use.isOpen()) {
            throw notOpen();
        }
        try {
            opened.truncate(openedAt);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private static IllegalStateException notOpen() {
        return new IllegalStateException("the upload is not open");
    }

    @Override
    public void close(boolean completes) {
        close();
    }

    /** Closes what {@link #open} has opened: in any case, and once. Later calls do nothing. */
    void close() { // decision 251
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

    @Override
    public void reserve(long bytes) throws HttpException {
        if (!use.isOpen()) {
            throw notOpen();
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

    @Override
    public void received(long bytes) {
        part.received(bytes);
    }

    @Override
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

    @Override
    public void copyFrom(UnfinishedUpload upload) throws HttpException {
        FileUpload other = (FileUpload) upload;
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

    private void copy(long sizeBytes, FileUpload other) throws HttpException, IOException {
        part.reopen(sizeBytes);
        try (SeekableByteChannel from = state.folder().access().open(other.file)) {
            take(sizeBytes + from.size());
            part.append(from, sizeBytes);
        }
    }

    @Override
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

    @Override
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
