package io.millrace.archive;

import io.millrace.http.HttpException;
import io.millrace.listing.PieceStream;
import io.millrace.tree.Folder;
import io.millrace.tree.Key;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * One archive under way. Between two pieces it holds at most one object open, and no folder.
 *
 * <p>Threads: one at a time, which may wait for the device.
 */
final class Archive implements PieceStream.Source {

    /** What a turn brings, about; a turn takes a millisecond or some. */
    static final int PIECE_BYTES = 64 * 1024;
    /** Beyond a piece: what is written at once, and the header of the next object. */
    static final int SLACK_BYTES = 68 * 1024;
    /** What compresses well makes small pieces of much: a turn ends here, too. */
    private static final int READ_BYTES = 4 << 20;

    private final Folder folder;
    private final FolderTour tour;
    private final ArchiveWriter writer;
    private final Consumer<Key> used;
    private final BooleanSupplier isGivenUp;
    /** The object whose bytes come next; null if there is none. */
    private OpenedObject object;
    private boolean toured;
    private boolean ended;
    private long writtenBytes;

    /** @param used told of each object that is read */
    Archive(Folder folder, FolderTour tour, ArchiveWriter writer, Consumer<Key> used,
            BooleanSupplier isGivenUp) {
        this.folder = folder;
        this.tour = tour;
        this.writer = writer;
        this.used = used;
        this.isGivenUp = isGivenUp;
    }

    @Override
    public boolean isEnded() {
        return ended;
    }

    @Override
    public ByteBuffer next() throws HttpException, IOException {
        Piece out = new Piece(PIECE_BYTES + SLACK_BYTES, writtenBytes);
        long readBytes = 0;
        while (!ended && out.count() < PIECE_BYTES && readBytes < READ_BYTES) {
            if (isGivenUp.getAsBoolean()) {
                throw new InterruptedIOException("the archive is no longer wanted");
            }
            if (object != null) {
                long before = object.leftBytes();
                boolean whole = writer.content(out, object);
                readBytes += before - object.leftBytes();
                if (whole) {
                    closeObject();
                }
            } else if (toured) {
                ended = writer.end(out);
            } else {
                visit(out, tour.next());
            }
        }
        tour.pause();
        writtenBytes = out.position();
        return out.toBuffer();
    }

    private void visit(Piece out, FolderTour.Stop stop) throws HttpException, IOException {
        if (stop == null) {
            toured = true;
        } else if (stop.isFolder()) {
            writer.folder(out, stop.name(), stop.modifiedNs());
        } else {
            object = OpenedObject.open(folder, stop.key());
            if (object != null) { // decision 275: else it was deleted before its turn
                used.accept(stop.key());
                writer.begin(out, stop.name(), object);
            }
        }
    }

    private void closeObject() throws IOException {
        OpenedObject closed = object;
        object = null;
        closed.close();
    }

    /** Gives back what it holds. */
    void close() throws IOException {
        try (writer) {
            tour.close();
        } finally {
            if (object != null) {
                closeObject();
            }
        }
    }
}
