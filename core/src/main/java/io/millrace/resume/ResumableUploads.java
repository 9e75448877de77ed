package io.millrace.resume;

import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.upload.UnfinishedUpload;
import io.millrace.upload.UnfinishedUploads;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * Uploads that survive anything: a client sends an object in as many requests as it takes, and goes
 * on where the last one ended, even if the server was killed in between. Two protocols are
 * supported: tus 1.0.0, and the Internet-Draft "Resumable Uploads for HTTP"
 * (draft-ietf-httpbis-resumable-upload, interop versions 3 to 8).
 *
 * <p>An upload is a PUT that takes long. Nothing of it is visible before its last byte; then its
 * digests are compared, its conditions have to hold, and its object is there in one step. Its URL
 * is that of the object with {@code ?upload=NAME}; it needs the right to write that object. What a
 * client is told to be there survives what the store's durability says.
 * If two requests work on one upload, the newer one wins.
 *
 * <pre>{@code
 * FolderStore store = FolderStore.open(Path.of("data"));
 * ResumableUploads uploads = ResumableUploads.of(store.unfinished());
 * HttpServer.start(ServerOptions.defaults(), uploads.around(store));
 * }</pre>
 *
 * <p>Threads: any. Errors: what the store refuses or the file system fails is a response, as for a
 * PUT.
 *
 * @since 0.1
 */
public final class ResumableUploads implements Closeable {

    /**
     * An unfinished upload, for the operator.
     *
     * @param path the path of its object, percent-encoded
     * @param sizeBytes bytes that are there
     * @param lengthBytes bytes of the whole; {@link RequestHead#UNKNOWN_LENGTH} if not known yet
     * @param created when it was begun
     * @param lastChange when bytes came for the last time, or it was begun
     * @param isActive whether a request works on it now
     * @since 0.1
     */
    public record Unfinished(String path, long sizeBytes, long lengthBytes, Instant created,
            Instant lastChange, boolean isActive) {
    }

    private final Uploads uploads;
    private final Expiry expiry;

    private ResumableUploads(Builder builder) {
        uploads = new Uploads(builder.store, new Uploads.Bounds(builder.expiry.toMillis(),
                builder.maxCount, builder.maxBytes, builder.memoryBytes), builder.clockMs);
        expiry = new Expiry(uploads);
        expiry.sweep();
        expiry.start();
    }

    /** Uploads to a store, with the default settings. */
    public static ResumableUploads of(UnfinishedUploads store) {
        return builder(store).build();
    }

    /**
     * Settings for uploads to a store.
     *
     * @param store the uploads of the store, such as {@code FolderStore.unfinished()}
     */
    public static Builder builder(UnfinishedUploads store) {
        return new Builder(Objects.requireNonNull(store));
    }

    /**
     * A handler that handles the requests of uploads, and passes all others on as they are. If the
     * store keeps no uploads, such as one that is read-only, it is the next handler.
     *
     * @param next the store, or a handler around it
     */
    public Handler around(Handler next) {
        Objects.requireNonNull(next);
        UnfinishedUploads all = uploads.all();
        if (!all.areKept() && all.unkept() == null) {
            return next;
        }
        return request -> all.unkept() == null ? handle(request, next) : refuse(request, next);
    }

    /**
     * Tells clients why no uploads are kept, if they begin one of several requests. What comes in
     * one request is a PUT.
     */
    private Exchange refuse(RequestHead request, Handler next) throws Exception {
        Response unkept = uploads.all().unkept();
        boolean isPost = request.method().equals("POST");
        if (unkept != null && isPost && isOfTus(request)) {
            return TusDialect.dress(unkept);
        }
        boolean begins = (isPost || request.method().equals("PUT"))
                && Boolean.FALSE.equals(DraftRequest.of(request).complete());
        return unkept != null && begins ? unkept : next.handle(request);
    }

    private Exchange handle(RequestHead request, Handler next) throws Exception {
        String method = request.method();
        boolean isTus = request.headers().contains(TusDialect.RESUMABLE);
        // A page of another origin can't send this field unasked, as Tus-Resumable isn't simple.
        String override = isTus ? request.headers().first("X-HTTP-Method-Override") : null;
        String meant = override == null ? method : override;
        if (meant.equals("OPTIONS")) {
            return discover(next.handle(request));
        }
        String name = UploadPath.uploadName(request.query());
        return switch (meant) {
            case "HEAD", "PATCH", "DELETE" -> name == null ? next.handle(request)
                    : toUpload(request, meant, name);
            case "GET" -> name == null ? next.handle(request) : get(request, name, next);
            case "POST" -> name != null ? Replies.NOT_HERE : post(request, isTus, next);
            case "PUT" -> {
                DraftRequest begun = DraftRequest.of(request);
                yield name == null && begun.isCreation() && !begun.isPlain(request)
                        ? createByDraft(request, begun) : next.handle(request);
            }
            default -> next.handle(request);
        };
    }

    private Exchange post(RequestHead request, boolean isTus, Handler next) throws Exception {
        DraftRequest begun = DraftRequest.of(request);
        if (!isTus && begun.isCreation()) {
            return createByDraft(request, begun);
        }
        return isOfTus(request) ? uploads.all().whenKept(request, tus()::create)
                : next.handle(request);
    }

    private static boolean isOfTus(RequestHead request) {
        return request.headers().contains(TusDialect.RESUMABLE)
                || request.headers().contains("Upload-Metadata")
                || request.headers().contains("Upload-Defer-Length")
                || request.headers().contains("Upload-Concat");
    }

    private Exchange createByDraft(RequestHead request, DraftRequest begun) throws Exception {
        return uploads.all().whenKept(request, kept -> draft().create(kept, begun));
    }

    /** An upload of the draft tells of itself; else the object has the upload's URL, too. */
    private Exchange get(RequestHead request, String name, Handler next)
            throws Exception { // decision 258
        return uploads.jobs().found(() -> isDraft(request, name)
                ? toUpload(request, "GET", name) : next.handle(request));
    }

    private boolean isDraft(RequestHead request, String name) throws IOException {
        try {
            UnfinishedUpload upload = name.isEmpty() ? null : uploads.all().find(name);
            return upload != null && UploadPath.isSame(upload.path(), request.path())
                    && UploadNote.parse(upload.note()).dialect() == UploadNote.Dialect.DRAFT;
        } catch (HttpException e) {
            return false; // another process has the folder: reading goes on
        }
    }

    private Exchange toUpload(RequestHead request, String method, String name)
            throws Exception {
        Response refusal = uploads.refuse(request, request.path());
        if (refusal != null) {
            return request.headers().contains(TusDialect.RESUMABLE)
                    ? TusDialect.dress(refusal) : refusal;
        }
        return uploads.all().whenKept(request, kept -> uploads.jobs().found(
                () -> toKept(kept, method, name)));
    }

    private Exchange toKept(RequestHead request, String method, String name)
            throws IOException {
        boolean isTus = request.headers().contains(TusDialect.RESUMABLE);
        try {
            Seen seen = Seen.of(uploads, name);
            UploadNote.Dialect dialect = seen.upload() == null ? null
                    : UploadNote.parse(seen.upload().note()).dialect();
            return dialect == UploadNote.Dialect.DRAFT || dialect == null && !isTus
                    ? draft().handle(request, method, name, seen)
                    : tus().handle(request, method, name, seen);
        } catch (HttpException e) {
            return isTus ? TusDialect.dress(e.response(), method) : e.response();
        }
    }

    private Exchange discover(Exchange options) {
        return options instanceof Response response && response.status().code() < 300
                ? UploadWork.map(response,
                        known -> draft().discover(tus().discover(known)), () -> { })
                : options;
    }

    /** Both dialects are made for each request of theirs: most starts need neither's classes. */
    private TusDialect tus() {
        return new TusDialect(uploads);
    }

    private DraftDialect draft() {
        return new DraftDialect(uploads);
    }

    /**
     * The uploads that are unfinished now. May block.
     *
     * @throws HttpException while the folder is another process's
     */
    public List<Unfinished> unfinished() throws HttpException {
        List<Unfinished> all = new ArrayList<>();
        for (UnfinishedUpload upload : uploads.all().all()) {
            if (!upload.isComplete()) {
                add(all, upload);
            }
        }
        return all;
    }

    private void add(List<Unfinished> all, UnfinishedUpload upload) {
        try {
            UploadNote note = UploadNote.parse(upload.note());
            Instant created = Instant.ofEpochMilli(note.createdMs());
            Instant changed = upload.lastChange(); // by the file system's clock, which is coarser
            all.add(new Unfinished(upload.path(), note.offset(upload.sizeBytes()), note.length(),
                    created, changed.isBefore(created) ? created : changed,
                    uploads.turns().isTaken(upload.name())));
        } catch (HttpException e) {
            return; // it has ended meanwhile
        } catch (IOException e) {
            uploads.all().failed("listing of the upload of " + upload.path(), e);
        }
    }

    /** Removes the uploads that have expired, as happens about once a minute. May block. */
    void expire() {
        expiry.sweep();
    }

    /**
     * Ends the threads of this object; uploads stay for the next process. Close the server first,
     * and the store last.
     */
    @Override
    public void close() {
        expiry.close();
        uploads.close();
    }

    /**
     * Settings for uploads. Threads: one.
     *
     * @since 0.1
     */
    public static final class Builder {

        private static final Duration SHORTEST = Duration.ofSeconds(1);
        private static final Duration LONGEST = Duration.ofDays(365);

        /** Of the heap, an eighth may be taken for what is known of uploads. */
        private static final int MEMORY_SHARE = 8;

        private final UnfinishedUploads store;
        private Duration expiry = Duration.ofHours(24);
        private int maxCount = 10_000;
        private long maxBytes = Long.MAX_VALUE;
        private long memoryBytes = Runtime.getRuntime().maxMemory() / MEMORY_SHARE;
        private LongSupplier clockMs = System::currentTimeMillis;

        private Builder(UnfinishedUploads store) {
            this.store = store;
        }

        /**
         * How long an upload is kept to which nothing is added; then it is removed with its bytes.
         * An upload that is complete is remembered as long.
         *
         * @param time from one second to 365 days; 24 hours by default
         */
        public Builder expiry(Duration time) {
            if (time.compareTo(SHORTEST) < 0 || time.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException(
                        "expiry must be in [" + SHORTEST + ", " + LONGEST + "]: " + time);
            }
            expiry = time;
            return this;
        }

        /**
         * How many uploads may be unfinished at a time; another one gets 503. So does one for which
         * an eighth of the heap doesn't suffice: about 1 KiB each, and what the client has said of
         * it.
         *
         * @param count at least 1; 10,000 by default
         */
        public Builder maxUploads(int count) {
            if (count < 1) {
                throw new IllegalArgumentException("maxUploads must be at least 1: " + count);
            }
            maxCount = count;
            return this;
        }

        /**
         * How many bytes the unfinished uploads may take together; more get 507, and one that is
         * larger gets 413. They count for the store's quota in any case.
         *
         * @param bytes at least 1; unlimited by default
         */
        public Builder maxBytes(long bytes) {
            if (bytes < 1) {
                throw new IllegalArgumentException("maxBytes must be at least 1: " + bytes);
            }
            maxBytes = bytes;
            return this;
        }

        /** How much memory may be taken for what is known of uploads, for tests. */
        Builder memoryBytes(long bytes) {
            memoryBytes = bytes;
            return this;
        }

        /** The clock, in milliseconds since 1970, for tests. */
        Builder clock(LongSupplier clock) {
            clockMs = clock;
            return this;
        }

        /** Uploads with these settings. May block: looks at all that are unfinished. */
        public ResumableUploads build() {
            return new ResumableUploads(this);
        }
    }
}
