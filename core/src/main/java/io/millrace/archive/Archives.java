package io.millrace.archive;

import io.millrace.content.ContentDisposition;
import io.millrace.content.Preconditions;
import io.millrace.content.Validators;
import io.millrace.http.Body;
import io.millrace.http.HttpDate;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.listing.ListingMemory;
import io.millrace.listing.PieceBody;
import io.millrace.listing.PieceStream;
import io.millrace.tree.Folder;
import io.millrace.tree.Key;
import io.millrace.tree.KeyLimits;
import io.millrace.work.DaemonPool;
import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Responds to GET and HEAD of folders with archives of all that is in them.
 *
 * <p>Files are read and compressed by threads of its own, piece by piece, as clients read. A slow
 * client holds no thread. So many archives may be under way at once; beyond it the response is 503.
 *
 * <p>Threads: any.
 */
public final class Archives implements Closeable {

    private static final int THREADS = 2;
    private static final long CLOSE_SECONDS = 10;
    /** An archive holds about half a megabyte, and names if its folders have many. */
    private static final long HEAP_BYTES_FOR_EACH = 4 << 20;
    private static final int MIN_AT_ONCE = 4;
    private static final int MAX_AT_ONCE = 64;
    /** Of the heap, a 16th is for names of large folders. */
    private static final int NAMES_SHARE = 16;

    private static final Response NOT_FOUND =
            Response.text("not found\n").with(Status.NOT_FOUND);
    private static final Response BUSY = Response.text(
            "too many archives are being downloaded; retry later\n")
            .with(Status.SERVICE_UNAVAILABLE).with("Retry-After", "10");
    private static final Response CLOSED =
            Response.text("the store is closed; retry later\n").with(Status.SERVICE_UNAVAILABLE);
    /** It is never the same twice, and large: no cache has use for it. */
    private static final String CACHE_CONTROL = "no-store";
    private static final Validators NO_VALIDATORS = new Validators(null, HttpDate.NONE);
    private static final Response ARCHIVE = Response.of(Status.OK)
            .with("Cache-Control", CACHE_CONTROL)
            .with("Accept-Ranges", "none")
            .with("X-Content-Type-Options", "nosniff");

    private final Folder folder;
    private final KeyLimits limits;
    private final Consumer<Key> used;
    private final Semaphore slots;
    private final ListingMemory names;
    private final DaemonPool executor;
    /** Once true this is always true. */
    private volatile boolean closed;

    /**
     * The archives of a folder and of those below.
     *
     * @param used told of each object that is read
     */
    public Archives(Folder folder, KeyLimits limits, Consumer<Key> used) {
        this(folder, limits, used, atOnce());
    }

    private static int atOnce() {
        return (int) Math.max(MIN_AT_ONCE, Math.min(MAX_AT_ONCE,
                Runtime.getRuntime().maxMemory() / HEAP_BYTES_FOR_EACH));
    }

    Archives(Folder folder, KeyLimits limits, Consumer<Key> used, int atOnce) {
        this.folder = folder;
        this.limits = limits;
        this.used = used;
        this.slots = new Semaphore(atOnce);
        this.names = new ListingMemory(Runtime.getRuntime().maxMemory() / NAMES_SHARE);
        this.executor = new DaemonPool("millrace-archive-", THREADS, Integer.MAX_VALUE);
    }

    /** Whether a request for a folder is for an archive of it. */
    public static boolean isWanted(RequestHead request) {
        return ArchiveQuery.isIn(request.query());
    }

    /**
     * The response to a GET or HEAD of an archive, which is made later.
     *
     * @param key the folder; null for the store's own
     * @throws HttpException 400 if a condition or the query is malformed
     */
    public Response answer(Key key, RequestHead request) throws HttpException {
        ArchiveFormat format = ArchiveQuery.format(request.query());
        Preconditions preconditions = Preconditions.of(request);
        String line = request.method() + ' ' + request.path();
        AtomicBoolean gone = new AtomicBoolean();
        CompletableFuture<Response> answer = new CompletableFuture<>();
        // First: what fails behind the task would leave its body to nobody, and its place taken.
        request.whenGone(() -> gone.set(true));
        Response later = Response.later(answer);
        if (!slots.tryAcquire()) {
            return BUSY;
        }
        Response refusal = null;
        try {
            executor.execute(() -> {
                try {
                    answer.complete(begin(key, format, preconditions, gone, line));
                } catch (Throwable e) {
                    answer.completeExceptionally(e); // the server's to log and to answer
                }
            });
        } catch (RejectedExecutionException e) {
            refusal = CLOSED;
        } catch (OutOfMemoryError e) {
            refusal = BUSY; // what Java says when the system has no more threads
        }
        if (refusal != null) {
            slots.release();
            return refusal;
        }
        return later;
    }

    // the executor's threads

    private Response begin(Key key, ArchiveFormat format, Preconditions preconditions,
            AtomicBoolean gone, String line) throws HttpException {
        Response response = null;
        try {
            String name = key == null ? "files" : key.fileName();
            FolderTour tour = FolderTour.of(folder, limits, key, name, names,
                    () -> closed || gone.get());
            if (tour == null) {
                return NOT_FOUND;
            }
            Response refusal = preconditions.refuseRead(NO_VALIDATORS);
            if (refusal != null) {
                return refusal.with("Cache-Control", CACHE_CONTROL);
            }
            Archive archive = new Archive(folder, tour, format.writer(), used,
                    () -> closed || gone.get());
            PieceStream stream = new PieceStream(null, archive, executor, () -> end(archive));
            response = ARCHIVE.with("Content-Type", format.mediaType())
                    .with("Content-Disposition",
                            ContentDisposition.attachment(name + format.ending()))
                    .with(new PieceBody(Body.of(stream), () -> {
                        gone.set(true);
                        stream.cancel();
                    }));
            return response;
        } catch (IOException e) {
            return folder.faults().answer(line, e);
        } finally {
            if (response == null) {
                slots.release();
            }
        }
    }

    private void end(Archive archive) {
        try {
            archive.close();
        } catch (IOException e) {
            folder.faults().log("a file of an archive can't be closed", e);
        } finally {
            slots.release();
        }
    }

    /** How many more archives may begin. */
    int free() {
        return slots.availablePermits();
    }

    /** Gives up the archives that are under way. */
    @Override
    public void close() throws IOException {
        closed = true;
        if (!executor.end(CLOSE_SECONDS)) {
            throw new IOException("the store was closed while archives were being made");
        }
    }
}
