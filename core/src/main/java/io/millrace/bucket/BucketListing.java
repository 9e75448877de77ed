package io.millrace.bucket;

import io.millrace.listing.ListedEntry;
import io.millrace.listing.ListingQuery;
import io.millrace.s3.S3ListPage;
import io.millrace.s3.S3ListQuery;
import io.millrace.s3.S3Listed;
import io.millrace.tree.Key;
import io.millrace.tree.KeyLimits;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Function;

/**
 * One listing under way: writes a page of the engine's at a time, when its client has read the one
 * before. Names that no key can have are left out.
 *
 * <p>Threads: one at a time asks and writes; the worker subscribes and cancels.
 */
final class BucketListing implements Flow.Publisher<ByteBuffer>, Flow.Subscription {

    /** Behind all keys of a folder: the last character that there is. */
    private static final String LAST = "\udbff\udfff";

    /** Asks the engine for a page. */
    private final Function<S3ListQuery, CompletableFuture<S3ListPage>> pages;
    private final KeyLimits limits;
    /** Empty for the store's own folder; else it ends in a slash. */
    private final String prefix;
    private final ListingQuery query;
    private final EngineAsk engine = new EngineAsk();

    // One at a time, in the order of the engine's pages.
    /** Where the engine goes on; null for its first page. */
    private String continuation;
    private boolean begun;
    /** Whether the engine has shown anything of this folder. */
    private boolean isThere;
    /** The last name that was written, a folder's with its slash; null before the first. */
    private String written;
    private long left;

    private Flow.Subscriber<? super ByteBuffer> subscriber;

    // Below: guarded by this.
    private boolean ended;
    /** Null when it has been run. */
    private Runnable release;
    private boolean sent;
    /** The first piece, until it is asked for. */
    private ByteBuffer first;
    private long demand;
    private boolean running;
    private boolean cancelled;
    private boolean done;

    /**
     * A listing that has not been begun.
     *
     * @param release gives back what it holds; run once, when it has ended
     */
    BucketListing(Function<S3ListQuery, CompletableFuture<S3ListPage>> pages, KeyLimits limits,
            String prefix, ListingQuery query, Runnable release) {
        this.pages = pages;
        this.release = release;
        this.limits = limits;
        this.prefix = prefix;
        this.query = query;
        this.left = query.limit();
    }

    // The first piece.

    /**
     * The first piece; null if there is no such folder.
     *
     * @param minBytes its least length, unless the listing ends
     */
    CompletableFuture<byte[]> first(int minBytes) {
        return fill(new ByteArrayOutputStream(), minBytes).thenCompose(piece ->
                isThere || prefix.isEmpty() ? CompletableFuture.completedFuture(piece)
                        : isFolder().thenApply(there -> there ? piece : null));
    }

    private CompletableFuture<byte[]> fill(ByteArrayOutputStream piece, int minBytes) {
        return engine.ask(() -> pages.apply(next())).thenCompose(page -> {
            piece.writeBytes(written(page));
            return isEnded() || piece.size() > minBytes
                    ? CompletableFuture.completedFuture(piece.toByteArray())
                    : fill(piece, minBytes);
        });
    }

    /** Whether there is something before those names that are asked for. */
    private CompletableFuture<Boolean> isFolder() {
        return query.after() == null ? CompletableFuture.completedFuture(false)
                : engine.ask(() -> pages.apply(S3ListQuery.of(prefix).atMost(1)))
                        .thenApply(page -> !page.objects().isEmpty());
    }

    // The engine's pages.

    private S3ListQuery next() {
        // One more than are wanted tells whether there are more, and the marker takes a place.
        S3ListQuery next = S3ListQuery.of(prefix).by("/")
                .atMost((int) Math.min(S3ListQuery.MOST_KEYS, Math.min(left, 1_000) + 2));
        if (query.after() != null) {
            next = next.after(prefix + query.after() + (query.isAfterFolder() ? '/' + LAST : ""));
        }
        return continuation == null ? next : next.from(continuation);
    }

    private byte[] written(S3ListPage page) {
        StringBuilder out = new StringBuilder();
        if (!begun) {
            query.format().begin(out, '/' + prefix);
            begun = true;
        }
        isThere |= !page.objects().isEmpty() || !page.prefixes().isEmpty();
        continuation = page.next();
        merge(out, page.objects(), page.prefixes());
        if (!isEnded() && continuation == null) {
            end(out, null);
        }
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void merge(StringBuilder out, List<S3Listed> objects, List<String> folders) {
        int object = 0;
        int folder = 0;
        while (!isEnded() && (object < objects.size() || folder < folders.size())) {
            boolean isFolder = object == objects.size() || folder < folders.size()
                    && compare(folders.get(folder), objects.get(object).key()) < 0;
            if (isFolder) {
                String name = folders.get(folder++);
                write(out, name, new ListedEntry(
                        name.substring(prefix.length(), name.length() - 1), true, 0, null, null));
            } else {
                S3Listed listed = objects.get(object++);
                write(out, listed.key(), new ListedEntry(listed.key().substring(prefix.length()),
                        false, listed.size(), listed.lastModified(), listed.etag()));
            }
        }
    }

    private void write(StringBuilder out, String key, ListedEntry entry) {
        String name = key.substring(prefix.length());
        if (name.equals(written) || !Key.isName(prefix + entry.name(), limits)) {
            return; // the marker, for one, whose name is empty
        }
        if (left == 0) {
            end(out, query.next(written)); // there is one more
            return;
        }
        query.format().entry(out, entry, written == null);
        written = name;
        left--;
    }

    private void end(StringBuilder out, String next) {
        query.format().end(out, next);
        synchronized (this) {
            ended = true;
        }
    }

    /** In the order of their bytes in UTF-8, which is that of their code points. */
    private static int compare(String a, String b) {
        int length = Math.min(a.length(), b.length());
        for (int i = 0; i < length; i++) {
            if (a.charAt(i) != b.charAt(i)) {
                return Integer.compare(rank(a.charAt(i)), rank(b.charAt(i)));
            }
        }
        return Integer.compare(a.length(), b.length());
    }

    /** Of UTF-16 the surrogates stand behind all else in UTF-8. */
    private static int rank(char c) {
        return Character.isSurrogate(c) ? c + 0x10000 : c;
    }

    synchronized boolean isEnded() {
        return ended;
    }

    // What is sent as it is made.

    /** There is a response, which begins with that piece and ends this. */
    synchronized void send(byte[] piece) {
        this.first = ByteBuffer.wrap(piece);
        this.sent = true;
    }

    /** Whether there is no response that ends this. */
    synchronized boolean isUnsent() {
        return !sent;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        this.subscriber = subscriber;
        subscriber.onSubscribe(this);
    }

    @Override
    public void request(long pieces) {
        ByteBuffer ready;
        boolean starts;
        synchronized (this) {
            ready = first;
            first = null;
            demand += pieces - (ready == null ? 0 : 1);
            starts = demand > 0 && !running && !done && !cancelled;
            running |= starts;
        }
        if (ready != null) {
            subscriber.onNext(ready);
        }
        if (starts) {
            ask();
        }
    }

    private void ask() {
        try {
            engine.ask(() -> pages.apply(next())).thenApply(this::written)
                    .whenComplete(this::bring);
        } catch (RuntimeException | Error e) { // or the body would never be heard of again
            bring(null, e);
        }
    }

    private void bring(byte[] piece, Throwable failure) {
        boolean ends = failure != null || isEnded();
        boolean isWanted;
        synchronized (this) {
            demand--;
            done = ends;
            isWanted = !cancelled;
        }
        Throwable cause = failure;
        try {
            if (isWanted && failure == null) {
                subscriber.onNext(ByteBuffer.wrap(piece));
                if (ends) {
                    subscriber.onComplete();
                }
            }
        } catch (Throwable e) { // whatever it is: or the body would never be heard of again
            cause = e;
        }
        if (isWanted && cause != null) {
            fail(cause);
        }
        rest();
    }

    private void fail(Throwable cause) {
        synchronized (this) {
            done = true;
        }
        subscriber.onError(cause);
    }

    /** Nothing is asked for until the next request. */
    private void rest() {
        boolean goesOn;
        synchronized (this) {
            goesOn = demand > 0 && !done && !cancelled; // asked for since the piece was sent
            running = goesOn;
        }
        if (goesOn) {
            ask();
        }
    }

    /** Ends it, at any time; more than once. */
    @Override
    public void cancel() {
        Runnable released;
        synchronized (this) {
            cancelled = true;
            first = null;
            released = release;
            release = null;
        }
        engine.cancel();
        if (released != null) {
            released.run();
        }
    }
}
