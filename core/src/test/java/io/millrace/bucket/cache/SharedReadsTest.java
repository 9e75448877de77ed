package io.millrace.bucket.cache;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A read for the cache that can't be begun, for want of memory say. */
class SharedReadsTest {

    @Test
    void readThatCanNotBeBegunFailsAndIsJoinedByNobody() {
        BucketCache cache = new BucketCache(1 << 20, 1000, 1_000_000_000, () -> 0);
        SharedReads reads = new SharedReads(null, cache); // so that there is nobody to ask
        for (int i = 0; i < 2; i++) {
            Throwable failed = assertThrows(CompletionException.class,
                    () -> reads.read("a").orTimeout(10, TimeUnit.SECONDS).join()).getCause();
            assertInstanceOf(NullPointerException.class, failed);
        }
    }
}
