package io.millrace.store;

import io.millrace.content.ContentRange;
import io.millrace.http.Headers;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.space.Part;
import io.millrace.space.RefusedException;
import io.millrace.tree.Entry;
import io.millrace.tree.FileErrors;
import io.millrace.tree.Version;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.NoSuchFileException;
import java.util.Objects;

/**
 * The object around the body of a PUT that has a {@code Content-Range} (RFC 9110 section 14.5). The
 * body is written to its position in a staging file, and when it is whole, the rest is copied there
 * from the object. So the object changes in one step, as with any PUT.
 *
 * <p>Threads: one at a time, the worker and then one of the store's.
 */
final class PartialPut { // decision 181

    private static final String OTHER_LENGTH =
            "the body has another length than its Content-Range: send the bytes that it names";

    private final ContentRange range;
    /** The staging file, which its part closes; null until it is open. */
    private FileChannel file;
    /** The version that the rest is copied from; null if there was no object. */
    private Version base;

    private PartialPut(ContentRange range) {
        this.range = range;
    }

    /**
     * What a PUT says of its body's position.
     *
     * @return null if the body is the whole object
     * @throws HttpException 400 if the field is malformed or the body has another length
     */
    static PartialPut of(RequestHead request) throws HttpException {
        Headers headers = request.headers();
        if (!headers.contains("Content-Range")) {
            return null;
        }
        ContentRange range =
                ContentRange.parse(String.join(", ", headers.all("Content-Range")));
        if (range == null) {
            throw new HttpException(Status.BAD_REQUEST, "malformed Content-Range: use bytes "
                    + "FIRST-LAST/LENGTH, or * as the length, or send the whole object");
        }
        boolean isKnown = request.bodyLength() != RequestHead.UNKNOWN_LENGTH;
        if (isKnown && request.bodyLength() != range.range().length()) {
            throw new HttpException(Status.BAD_REQUEST, OTHER_LENGTH);
        }
        if (isKnown && range.isWhole()) {
            return null;
        }
        if (headers.contains("Repr-Digest")) {
            throw new HttpException(Status.BAD_REQUEST, "the body is a part of the object: "
                    + "use Content-Digest in place of Repr-Digest");
        }
        return new PartialPut(range);
    }

    /** The position behind the body, which the object reaches at least. */
    long endBytes() {
        return range.range().last() + 1;
    }

    /** Why the body has no place in a version, null if there is none; null if it has one. */
    Response refuse(Version current) {
        long sizeBytes = current == null ? 0 : current.sizeBytes();
        if (range.range().first() <= sizeBytes) {
            return null;
        }
        return Responses.text(Status.RANGE_NOT_SATISFIABLE, "the object has " + sizeBytes
                + " bytes: use a Content-Range that begins there or before")
                .with("Content-Range", "bytes */" + sizeBytes);
    }

    /**
     * Takes the staging file.
     *
     * @return the same, to be written in sequence from the body's position on; null if the file
     *     system can't
     */
    WritableByteChannel over(WritableByteChannel opened) throws IOException {
        if (!(opened instanceof FileChannel whole)) {
            return null;
        }
        file = whole.position(range.range().first());
        return file;
    }

    /** The position behind so many bytes of the body. */
    long position(long bodyBytes) throws RefusedException {
        if (bodyBytes > range.range().length()) {
            throw new RefusedException(refusedLength());
        }
        return range.range().first() + bodyBytes;
    }

    private static Response refusedLength() {
        return Responses.text(Status.BAD_REQUEST, OTHER_LENGTH);
    }

    /**
     * Copies what the object has before the body and behind it.
     *
     * @param entry where the object is
     * @param part the staging file, with the body
     * @param state the most that the object may have, and what makes room for it
     * @return the refusal; null if the file has all bytes
     */
    Response fill(Entry entry, Part part, StoreState state) throws IOException {
        if (file.position() != endBytes()) {
            return refusedLength();
        }
        base = entry.version();
        Response refusal = refuse(base);
        if (refusal != null) {
            return refusal;
        }
        long sizeBytes = sizeBytes();
        if (sizeBytes > state.options().maxObjectBytes()) {
            return Responses.TOO_LARGE;
        }
        if (!part.take(sizeBytes)) {
            return state.eviction().noRoom(sizeBytes);
        }
        return base == null || copy(entry, sizeBytes) ? null
                : state.options().contract().failure(Responses.CHANGED);
    }

    /** What the object will have: a length that the client has named cuts off what is beyond. */
    private long sizeBytes() {
        long before = base == null ? 0 : base.sizeBytes();
        long kept = range.completeBytes() == ContentRange.UNKNOWN
                ? before : Math.min(before, range.completeBytes());
        return Math.max(endBytes(), kept);
    }

    /** False if the object is another one by now. */
    private boolean copy(Entry entry, long sizeBytes) throws IOException {
        try (SeekableByteChannel object = entry.open()) {
            return base.equals(entry.version())
                    && copy(object, 0, range.range().first())
                    && copy(object, endBytes(), sizeBytes);
        } catch (IOException e) {
            if (e instanceof NoSuchFileException || FileErrors.isOfNoObject(e)) {
                return false;
            }
            throw e;
        }
    }

    private boolean copy(SeekableByteChannel object, long fromBytes, long toBytes)
            throws IOException {
        file.position(fromBytes);
        object.position(fromBytes);
        long position = fromBytes;
        while (position < toBytes) {
            long count = object instanceof FileChannel source
                    ? source.transferTo(position, toBytes - position, file)
                    : file.transferFrom(object, position, toBytes - position);
            if (count <= 0) {
                return false; // another program has made it shorter
            }
            position += count;
        }
        return true;
    }

    /** The version that the rest was copied from; null if there was none. */
    Version base() {
        return base;
    }

    /** Whether the rest was copied from a version, null if there is none. */
    boolean isOf(Version current) {
        return Objects.equals(base, current);
    }
}
