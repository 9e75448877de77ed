package io.millrace.bucket.write;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A change that is sent again, or isn't. */
class EngineChangeTest {

    private final IOException failure = new IOException("lost");

    private static Throwable failureOf(CompletableFuture<?> change) {
        assertTrue(change.isCompletedExceptionally());
        return change.handle((answer, why) -> why).join();
    }

    @Test
    void requestThatTakesThePlaceOfAFailedOneAnswers() {
        assertEquals("again", EngineChange.of(() -> CompletableFuture.failedFuture(failure),
                why -> () -> CompletableFuture.completedFuture(
                        why == failure ? "again" : "another")).join());
    }

    @Test
    void changeWithoutASecondRequestFailsAsItsFirst() {
        assertSame(failure, failureOf(EngineChange.of(
                () -> CompletableFuture.failedFuture(failure), why -> null)));
    }

    @Test
    void changeWhoseSecondRequestFindsNoMemoryFails() {
        OutOfMemoryError planted = new OutOfMemoryError("planted");
        assertSame(planted, failureOf(EngineChange.of(
                () -> CompletableFuture.failedFuture(failure), why -> {
                    throw planted;
                })));
    }
}
