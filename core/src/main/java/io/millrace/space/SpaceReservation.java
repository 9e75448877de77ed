package io.millrace.space;

import io.millrace.tree.FileAccess;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The room of a part on the device, reserved a little ahead of its bytes.
 *
 * <p>Threads: one at a time.
 */
public final class SpaceReservation {

    /** A body that long gets some. */
    public static final long LEAST_BODY_BYTES = 2 * ReservationPolicy.LEAST_BYTES;

    private final Preallocation preallocation;
    private final Path part;
    private final ReservationPolicy ahead;
    /** Once true this is always true: no more is asked for. */
    private boolean ended;
    /** The part may have blocks that were reserved, whose writing nobody has begun. */
    private boolean owesWriting;

    /**
     * A reservation of nothing yet.
     *
     * @param part the staging file of the body
     * @param bodyBytes length of the body
     */
    public SpaceReservation(Preallocation preallocation, Path part, long bodyBytes) {
        this.preallocation = preallocation;
        this.part = part;
        this.ahead = new ReservationPolicy(bodyBytes);
    }

    /** Reserves more if it is time. */
    public void received(long bytes) {
        received(bytes, Long.MAX_VALUE);
    }

    /** As {@link #received(long)}, and nothing beyond a position. */
    void received(long bytes, long mostBytes) {
        ReservationPolicy.Region region = ended ? null : ahead.next(bytes, mostBytes);
        if (region != null) {
            Preallocation.Outcome got = preallocation.reserve(part, region.from(), region.to());
            ended = got != Preallocation.Outcome.ALL;
            owesWriting |= got != Preallocation.Outcome.NOTHING;
        }
    }

    /** Gives back what is reserved beyond the part's bytes: no more come for a while. */
    void release(long bytes) { // decision 250
        if (ahead.release(bytes)) {
            preallocation.release(part, bytes);
        }
    }

    /**
     * Sees to it that the part, which has all of its bytes, may take another file's place. The
     * system does so by itself for bytes that have no blocks yet; where blocks were reserved, it
     * may take the other file away and begin to write half a minute later what replaces it.
     *
     * @param channel the part, if it is still open; else null
     */
    public void startWriting(WritableByteChannel channel) throws IOException {
        if (owesWriting) {
            if (!preallocation.startWriting(part)) {
                force(channel);
            }
            owesWriting = false;
        }
    }

    /** What can't be begun is waited for. */
    private void force(WritableByteChannel channel) throws IOException {
        if (channel != null) {
            FileAccess.force(channel);
            return;
        }
        try (FileChannel file = FileChannel.open(part, StandardOpenOption.WRITE)) {
            file.force(false);
        }
    }
}
