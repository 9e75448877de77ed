package io.millrace.bucket;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.http.Request;
import io.millrace.listing.ListingQuery;
import io.millrace.s3.S3Client;
import io.millrace.s3.S3Double;
import io.millrace.s3.S3Place;
import io.millrace.s3.S3Settings;
import io.millrace.tree.KeyLimits;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How a listing of a bucket ends whose reader fails. */
class BucketListingEndTest {

    /** Has no memory for a piece. */
    private static final class Reader implements Flow.Subscriber<ByteBuffer> {

        final CompletableFuture<Throwable> failure = new CompletableFuture<>();

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(1);
        }

        @Override
        public void onNext(ByteBuffer piece) {
            throw new OutOfMemoryError("of the test");
        }

        @Override
        public void onError(Throwable cause) {
            failure.complete(cause);
        }

        @Override
        public void onComplete() {
            failure.complete(new AssertionError("nothing has been read"));
        }
    }

    @Test
    void readerThatFailsAtAPieceIsTold() throws Exception {
        try (S3Double engine = S3Double.start();
                S3Client client = new S3Client(S3Place.of(engine.url(), null, false),
                        engine::keys, S3Settings.DEFAULTS)) {
            Reader reader = new Reader();
            new BucketListing(client, KeyLimits.DEFAULTS, "",
                    ListingQuery.of(Request.of("GET", "/"), null)).subscribe(reader);
            assertEquals("of the test", reader.failure.get(5, TimeUnit.SECONDS).getMessage());
        }
    }
}
