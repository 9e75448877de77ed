package io.millrace.bucket.write;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** A request to the engine, and the one that takes its place. */
class EngineChangeTest {

    private final CompletableFuture<String> first = new CompletableFuture<>();
    private final CompletableFuture<String> second = new CompletableFuture<>();
    private int asked;

    private Supplier<CompletableFuture<String>> instead(Throwable failure) {
        asked++;
        return failure.getMessage().equals("again") ? () -> second : null;
    }

    private final EngineChange<String> change = EngineChange.of(() -> first, this::instead);

    private static Throwable cause(CompletableFuture<?> future) {
        return assertThrows(ExecutionException.class, future::get).getCause();
    }

    @Test
    void answerIsThatOfTheFirst() throws Exception {
        first.complete("a");
        assertEquals("a", change.get());
        assertEquals(0, asked);
    }

    @Test
    void answerIsThatOfTheOneInItsPlace() throws Exception {
        first.completeExceptionally(new CompletionException(new IOException("again")));
        assertFalse(change.isDone());
        second.complete("b");
        assertEquals("b", change.get());
    }

    @Test
    void failureWithoutOneInItsPlaceIsToldUnwrapped() {
        IOException failure = new IOException("no");
        first.completeExceptionally(new CompletionException(failure));
        assertSame(failure, cause(change));
    }

    @Test
    void nothingTakesThePlaceOfTheSecond() {
        first.completeExceptionally(new IOException("again"));
        second.completeExceptionally(new IOException("again"));
        assertEquals("again", cause(change).getMessage());
        assertEquals(1, asked);
    }

    @Test
    void cancelEndsTheOneThatIsUnderWayAndBeginsNoOther() {
        assertTrue(change.cancel(true));
        assertTrue(first.isCancelled());
        assertEquals(0, asked);
    }

    @Test
    void cancelEndsTheOneInItsPlace() {
        first.completeExceptionally(new IOException("again"));
        change.cancel(true);
        assertTrue(second.isCancelled());
    }

    @Test
    void cancelWhileTheOneInItsPlaceBeginsEndsIt() {
        CompletableFuture<String> failing = new CompletableFuture<>();
        List<EngineChange<String>> changes = new ArrayList<>();
        changes.add(EngineChange.of(() -> failing, failure -> () -> {
            changes.get(0).cancel(true);
            return second;
        }));
        failing.completeExceptionally(new IOException("again"));
        assertTrue(second.isCancelled());
    }

    @Test
    void cancelBehindTheEndEndsNothing() {
        first.completeExceptionally(new IOException("again"));
        change.complete("c");
        assertFalse(change.cancel(true));
        assertFalse(second.isCancelled());
    }

    @Test
    void requestThatCanNotBeMadeIsAFailure() {
        IllegalArgumentException fault = new IllegalArgumentException("a field");
        EngineChange<String> none = EngineChange.of(() -> {
            throw fault;
        }, failure -> null);
        assertSame(fault, cause(none));
    }

    @Test
    void changeWhoseSecondRequestFindsNoMemoryFails() {
        OutOfMemoryError planted = new OutOfMemoryError("planted");
        EngineChange<String> none = EngineChange.of(
                () -> CompletableFuture.failedFuture(new IOException("lost")), failure -> {
                    throw planted;
                });
        assertTrue(none.isDone());
        assertSame(planted, cause(none));
    }
}
