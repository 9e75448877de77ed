package io.millrace.store;

import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.space.Part;
import io.millrace.tree.FileAccess;
import io.millrace.tree.Key;
import io.millrace.tree.Version;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;

/**
 * The end of one upload that outlives its requests: its file, which has all bytes, takes the
 * object's place. Its record says before that it is about to, so that after a kill at any moment
 * the file's absence tells that it has.
 *
 * <p>Threads: one at a time, the worker or one of the store's.
 */
final class UploadCompletion { // decision 246

    private final StoreState state;
    private final Path file;
    private final Part part;
    private final KeptRecord record;
    private final long sizeBytes;
    private final UploadEnd end;

    UploadCompletion(StoreState state, Key key, RequestHead put, Path file, Part part,
            KeptRecord record, long sizeBytes) throws HttpException {
        this.state = state;
        this.file = file;
        this.part = part;
        this.record = record;
        this.sizeBytes = sizeBytes;
        this.end = new UploadEnd(state, state.options().durability(), key, put, null, sizeBytes);
    }

    /** Whether it waits for the device, or reads all bytes. */
    boolean takesLong() {
        return state.options().durability() != Durability.NONE || end.digests().areNeeded();
    }

    /** The response of the PUT. If it is a refusal, all is as it was. */
    Response store() throws HttpException {
        boolean isEnding = false;
        try {
            Response refused = end.refuse(sizeBytes, -1, true);
            if (refused == null && end.digests().areNeeded()) {
                try (SeekableByteChannel bytes = state.folder().access().open(file)) {
                    end.digests().compute(bytes);
                }
            }
            refused = refused != null ? refused : end.settle(part);
            if (refused != null) {
                return refused;
            }
            BasicFileAttributes attributes = FileAccess.attributes(file);
            if (attributes == null || !attributes.isRegularFile()) {
                throw new NoSuchFileException(file.toString()); // a link becomes no object
            }
            isEnding = true;
            record.change(known -> known.ending(Version.of(attributes, true)));
            return end.store(part);
        } catch (IOException e) {
            return end.failed(e);
        } finally {
            end.discard();
            if (end.stored() == null && end.hasMeta()) {
                looseMeta();
            }
            if (isEnding) {
                record.ended(end.stored());
            }
        }
    }

    /** What was written of the bytes is bound to their time, and not what the next end says. */
    private void looseMeta() {
        try {
            Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
        } catch (IOException e) {
            state.folder().faults().log("the time of an upload can't be set", e);
        }
    }
}
