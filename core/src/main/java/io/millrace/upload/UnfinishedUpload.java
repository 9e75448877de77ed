package io.millrace.upload;

import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import java.nio.channels.WritableByteChannel;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One upload that outlives its requests and the process: the bytes that have come so far, and a
 * note of the caller's.
 *
 * <p>What the storage has is the truth: {@link #sizeBytes} says the same after the process was
 * killed. After a power failure it says at least what it said before the last {@link #force}.
 *
 * <p>It is used by one request at a time. Which one is the caller's to decide: what meets another
 * use in this process throws {@link IllegalStateException} and changes nothing. Where several
 * processes share a storage, the newest use wins: the older one fails with 409, and leaves no
 * trace of what it had not made to count.
 *
 * <p>Threads: any. Errors: as {@link UnfinishedUploads} says; 404 once it is gone.
 *
 * @since 0.1
 */
public interface UnfinishedUpload {

    /** What it is found by: 32 hexadecimal digits that nobody guesses. */
    String name();

    /** The path of the object that it is to be, percent-encoded. */
    String path();

    /** The length that was given for it; {@link RequestHead#UNKNOWN_LENGTH} if none was. */
    long lengthBytes();

    /** Whether it has become the object. Once true this is always true. */
    boolean isComplete();

    /**
     * The entity tag that the object had when it was stored, quotes included. Null if it isn't
     * stored yet; and if it was in the moment when the process was killed, and has been replaced
     * since.
     */
    @Nullable String etag();

    /** How many bytes have come; once it is complete, those of the object. */
    long sizeBytes() throws HttpException;

    /** When bytes came for the last time, or the note was changed, by the clock of the storage. */
    Instant lastChange() throws HttpException;

    /** The caller's note. */
    byte[] note();

    /**
     * Replaces the note in one step, and keeps it as safely as an object. Beside any other use in
     * this process. May block.
     *
     * @param note at most 64 KiB
     */
    void note(byte[] note) throws HttpException;

    /**
     * Begins a use that brings more bytes, until {@link #close}. May block.
     *
     * @param position where they begin: at most {@link #sizeBytes}. What is beyond is removed
     * @param mostBytes how many may come in this use; {@link Long#MAX_VALUE} if that isn't known
     * @param isChecked whether the bytes may turn out to be wrong: {@link
     *     UnfinishedUploads#holdsBack}
     * @return where the bytes go, in sequence: a {@link java.nio.channels.FileChannel} at this
     *     position, or a {@link io.millrace.http.PacedSink}. Closed by {@link #close}
     * @throws IllegalStateException if it is complete, or in use
     */
    WritableByteChannel open(long position, long mostBytes, boolean isChecked)
            throws HttpException;

    /**
     * Takes room for bytes that are about to be written, as PUT does. {@link #close} gives back
     * what was not used. Never blocks.
     *
     * @param bytes how many the upload has with them, from its beginning
     * @throws HttpException 413 or 507; then no room is taken
     * @throws IllegalStateException if it is not open
     */
    void reserve(long bytes) throws HttpException;

    /**
     * So many bytes have come, from the upload's beginning. Never fails, and never blocks. Between
     * {@link #open} and {@link #close}.
     */
    void received(long bytes);

    /**
     * Removes what has come since {@link #open}, which {@link #close} has yet to follow. May block.
     */
    void drop() throws HttpException;

    /**
     * Ends what {@link #open} has begun: in any case, and once. Later calls do nothing. The bytes
     * that have come stay. May block.
     *
     * @param completes whether {@link #complete} follows on this thread, so that the last bytes
     *     need not be kept by themselves. If it doesn't follow after all, this has to be called
     *     again without
     * @throws HttpException if the bytes can't be kept; the upload has ended its use all the same
     */
    void close(boolean completes) throws HttpException;

    /**
     * Forces the bytes that are there to the device, as far as the store's durability says. {@link
     * #sizeBytes} may be told to a client after this. May block.
     *
     * @throws IllegalStateException if it is being copied, completed or discarded
     */
    void force() throws HttpException;

    /**
     * Appends the bytes of another upload of this store, which stays as it is. Takes room for them
     * first. If this fails, none of them stays; if the process is killed meanwhile, some do. Only
     * where {@link UnfinishedUploads#canCopy}. Blocks.
     *
     * @throws IllegalStateException if one of the two is complete, or in use
     */
    void copyFrom(UnfinishedUpload other) throws HttpException;

    /**
     * Ends it like the PUT that it is: compares the digests, takes conditions into account as the
     * object is now, keeps the fields, makes all of it as safe as the durability says, and lets the
     * bytes take the object's place in one step. May block.
     *
     * @param put as {@link UnfinishedUploads#create} got one, of the same path
     * @return the response of the PUT, now or later. If that is a refusal, the bytes are still
     *     there, and it may be tried again
     * @throws IllegalStateException if it is complete, or in use
     */
    Response complete(RequestHead put) throws HttpException;

    /**
     * Removes it, with its bytes and what they took of the quota. A complete one is forgotten; the
     * object stays. Nothing happens if it is gone. May block.
     *
     * @throws IllegalStateException if it is in use
     */
    void discard() throws HttpException;
}
