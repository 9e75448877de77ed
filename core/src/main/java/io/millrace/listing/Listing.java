package io.millrace.listing;

import io.millrace.http.HttpException;
import io.millrace.tree.FileErrors;
import io.millrace.tree.Folder;
import io.millrace.tree.FolderView;
import io.millrace.tree.Key;
import io.millrace.tree.KeyLimits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;

/**
 * One listing under way: writes it piece by piece. Between two pieces it holds names and no open
 * folder, as a client may be slow. Each piece goes on behind the last name of the one before, so
 * that no name comes twice, and none that is there all the while is left out.
 *
 * <p>Threads: one at a time, which may wait for the device.
 */
final class Listing implements PieceStream.Source {

    /** Some hundred entries, which take a millisecond. */
    static final int PIECE_BYTES = 32 * 1024;
    /** More names at once hardly make it faster: a million of them are a few runs. */
    private static final int MAX_RUN_BYTES = 16 << 20;
    /** A client that has ended its side has this many names looked at for it, and no more. */
    static final int MOST_NAMES_UNSEEN = 1024;

    private final Folder folder;
    private final KeyLimits limits;
    /** Null for the store's own folder. */
    private final Key key;
    private final ListingQuery query;
    private final OrderedNames names;
    private final BooleanSupplier isGivenUp;
    /**
     * The client has left or has only ended its side, which can't be told apart. What is short is
     * written all the same, and so is what has begun: a client that has left resets it.
     */
    private final BooleanSupplier hasClientEnded;

    private boolean begun;
    private boolean ended;
    /** The last name that has been written; null before the first. */
    private String written;
    private long left;

    Listing(Folder folder, KeyLimits limits, Key key, ListingQuery query, ListingMemory names,
            BooleanSupplier isGivenUp, BooleanSupplier hasClientEnded) {
        this.folder = folder;
        this.limits = limits;
        this.key = key;
        this.query = query;
        this.names = new OrderedNames(names, MAX_RUN_BYTES, query.after());
        this.isGivenUp = isGivenUp;
        this.hasClientEnded = hasClientEnded;
        this.left = query.limit();
    }

    @Override
    public boolean isEnded() {
        return ended;
    }

    @Override
    public ByteBuffer next() throws HttpException, IOException {
        byte[] piece = next(PIECE_BYTES);
        return piece == null ? null : ByteBuffer.wrap(piece);
    }

    /**
     * Writes the next piece.
     *
     * @param minBytes its least length, unless the listing ends
     * @return null if there is no such folder to begin with; one that goes later has no names left
     * @throws InterruptedIOException if it is given up
     */
    byte[] next(int minBytes) throws HttpException, IOException {
        ByteArrayOutputStream piece = new ByteArrayOutputStream(minBytes);
        String writtenBefore = written;
        if (!fill(piece, minBytes)) {
            if (!begun) {
                return null;
            }
            piece.reset();
            written = writtenBefore;
            StringBuilder end = new StringBuilder();
            end(end, null);
            move(end, piece);
        }
        begun = true;
        return piece.toByteArray();
    }

    /** Bytes are what memory is counted in: a character may have three. */
    private static void move(StringBuilder text, ByteArrayOutputStream piece) {
        piece.writeBytes(text.toString().getBytes(StandardCharsets.UTF_8));
        text.setLength(0);
    }

    /** Writes entries; false if the folder is not there, and then none of them counts. */
    private boolean fill(ByteArrayOutputStream piece, int minBytes)
            throws HttpException, IOException {
        try (FolderView view = FolderView.of(folder, key, limits)) {
            if (view == null) {
                return false;
            }
            StringBuilder out = new StringBuilder();
            if (!begun) {
                query.format().begin(out, key == null ? "/" : '/' + key.name() + '/');
            }
            while (!ended && piece.size() < minBytes) {
                write(out, view);
                move(out, piece);
            }
            view.check();
            return true;
        } catch (IOException e) {
            if (FileErrors.isOfNoFolder(e)) {
                return false; // removed, or replaced by something else
            }
            throw e;
        }
    }

    private void write(StringBuilder out, FolderView view) throws IOException {
        String name = names.next(view, this::isStopped);
        FolderView.Found found = name == null ? null : view.find(name);
        if (name == null) {
            end(out, null);
        } else if (found != null && left == 0) {
            end(out, query.next(written)); // there is one more
        } else if (found != null) {
            query.format().entry(out, entry(name, found), written == null);
            written = name;
            left--;
        }
    }

    private static ListedEntry entry(String name, FolderView.Found found) {
        return new ListedEntry(name, found.isFolder(),
                found.isFolder() ? 0 : found.version().sizeBytes(),
                ListedEntry.time(found.version().modifiedNs()),
                found.isFolder() ? null : found.version().validators().etag());
    }

    private void end(StringBuilder out, String next) {
        query.format().end(out, next);
        ended = true;
        names.close();
    }

    /** Whether the next name is not to be looked at. */
    private boolean isStopped() {
        return isGivenUp.getAsBoolean()
                || names.looked() > MOST_NAMES_UNSEEN && !begun && hasClientEnded.getAsBoolean();
    }

    /** Gives back the memory of the names. */
    void close() {
        names.close();
    }
}
