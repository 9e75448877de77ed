package io.millrace.bucket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.http.Request;
import io.millrace.listing.ListingQuery;
import io.millrace.route.WrappedRequest;
import io.millrace.s3.S3Double;
import io.millrace.s3.S3ListPage;
import io.millrace.s3.S3ListQuery;
import io.millrace.s3.S3Listed;
import io.millrace.tree.KeyLimits;
import io.millrace.tree.KeyPath;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** How a listing of a bucket ends where memory does. */
class BucketListingEndTest {

    private static OutOfMemoryError noMemory() {
        return new OutOfMemoryError("of the test");
    }

    /** Asks for some pieces at once. */
    private static class Reader implements Flow.Subscriber<ByteBuffer> {

        final CompletableFuture<Throwable> failure = new CompletableFuture<>();
        private final int pieces;

        Reader(int pieces) {
            this.pieces = pieces;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(pieces);
        }

        @Override
        public void onNext(ByteBuffer piece) {
            // It is read.
        }

        @Override
        public void onError(Throwable cause) {
            failure.complete(cause);
        }

        @Override
        public void onComplete() {
            failure.complete(new AssertionError("there are more pages"));
        }
    }

    private static CompletableFuture<S3ListPage> page(S3ListQuery query) {
        String key = query.continuation() == null ? "a" : query.continuation() + "a";
        return CompletableFuture.completedFuture(new S3ListPage(
                List.of(new S3Listed(key, 1, "\"e\"", Instant.EPOCH)), List.of(), key));
    }

    private static void assertToldOfNoMemory(Reader reader,
            Function<S3ListQuery, CompletableFuture<S3ListPage>> pages) throws Exception {
        new BucketListing(pages, KeyLimits.DEFAULTS, "",
                ListingQuery.of(Request.of("GET", "/"), null), () -> { }).subscribe(reader);
        assertEquals("of the test", reader.failure.get(5, TimeUnit.SECONDS).getMessage());
    }

    @Test
    void readerThatFailsAtAPieceIsTold() throws Exception {
        assertToldOfNoMemory(new Reader(1) {

            @Override
            public void onNext(ByteBuffer piece) {
                throw noMemory();
            }
        }, BucketListingEndTest::page);
    }

    @Test
    void readerIsToldOfAFirstPageThatCanNotBeAskedFor() throws Exception {
        assertToldOfNoMemory(new Reader(1), query -> {
            throw noMemory();
        });
    }

    @Test
    void readerIsToldOfANextPageThatCanNotBeAskedFor() throws Exception {
        assertToldOfNoMemory(new Reader(2), query -> {
            if (query.continuation() != null) {
                throw noMemory();
            }
            return page(query);
        });
    }

    @Test
    void requestThatFailsBeforeTheEngineIsAskedHoldsNoMemory() throws Exception {
        try (S3Double engine = S3Double.start(); BucketClient client = BucketClient.of(engine)) {
            BucketListings listings = new BucketListings(client.state);
            Request request = Request.of("GET", "/");
            KeyPath root = KeyPath.of("/", KeyLimits.DEFAULTS);
            assertThrows(OutOfMemoryError.class, () -> listings.answer(root,
                    new WrappedRequest(request) {

                        @Override
                        public void whenGone(Runnable action) {
                            throw noMemory();
                        }
                    }, null));
            assertEquals(0, listings.heldBytes());
        }
    }
}
