package io.millrace.s3;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Flow;

/**
 * The bytes that a request brings: none, some that are in memory and can be sent again, or a stream
 * that is read at most once.
 *
 * <p>Threads: any; a stream is subscribed to on a thread of the client's.
 */
public final class S3Payload {

    private static final S3Payload NONE = new S3Payload(0, List.of(), null);

    private final long length;
    private final List<ByteBuffer> pieces;
    /** Null if the bytes are in memory. */
    private final Flow.Publisher<ByteBuffer> publisher;

    private S3Payload(long length, List<ByteBuffer> pieces, Flow.Publisher<ByteBuffer> publisher) {
        this.length = length;
        this.pieces = pieces;
        this.publisher = publisher;
    }

    /** No bytes. */
    public static S3Payload none() {
        return NONE;
    }

    /** Bytes that don't change until the request has ended. */
    public static S3Payload of(byte[] bytes) {
        return of(List.of(ByteBuffer.wrap(bytes)));
    }

    /** What remains of buffers, whose bytes don't change until the request has ended. */
    public static S3Payload of(List<ByteBuffer> buffers) {
        List<ByteBuffer> pieces = buffers.stream().filter(ByteBuffer::hasRemaining)
                .map(ByteBuffer::asReadOnlyBuffer).toList();
        long length = 0;
        for (ByteBuffer piece : pieces) {
            length += piece.remaining();
        }
        return new S3Payload(length, pieces, null);
    }

    /**
     * Bytes as they come. The buffers that the publisher gives are the client's from then on. Its
     * subscription is cancelled if the request ends without all of them.
     *
     * @param length how many bytes the publisher sends in all
     * @param publisher subscribed to at most once, and not before the engine is ready
     */
    public static S3Payload streamed(long length, Flow.Publisher<ByteBuffer> publisher) {
        if (length < 0) {
            throw new IllegalArgumentException("length must not be negative: " + length);
        }
        return new S3Payload(length, List.of(), Objects.requireNonNull(publisher));
    }

    /** How many bytes. */
    public long length() {
        return length;
    }

    /** Whether it can be sent again. */
    public boolean isReplayable() {
        return publisher == null;
    }

    /** In memory: its pieces, none of them empty. Not to be moved. */
    List<ByteBuffer> pieces() {
        return pieces;
    }

    /** Streamed: where it comes from; else null. */
    Flow.Publisher<ByteBuffer> publisher() {
        return publisher;
    }
}
