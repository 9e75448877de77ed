package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.millrace.http.Body;
import io.millrace.http.Response;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

class CompletionsTest {

    private final AtomicInteger wakeups = new AtomicInteger();
    private final Completions completions = new Completions(wakeups::incrementAndGet);

    @Test
    void outcomesArePolledInTheOrderInWhichTheyCame() {
        List<CompletableFuture<Response>> stages = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            stages.add(new CompletableFuture<>());
            completions.await(stages.get(i), null);
        }
        Response first = Response.text("first");
        Response second = Response.text("second");
        Response third = Response.text("third");
        assertNull(completions.poll());
        stages.get(2).complete(first);
        stages.get(0).complete(second);
        assertSame(first, completions.poll().outcome());
        stages.get(3).complete(third);
        assertSame(second, completions.poll().outcome());
        assertSame(third, completions.poll().outcome());
        assertNull(completions.poll());
        assertEquals(3, wakeups.get());
    }

    @Test
    void signalCountsOnce() {
        Runnable signal = completions.signal(null, Completions.Kind.SINK);
        signal.run();
        signal.run();
        assertEquals(Completions.Kind.SINK, completions.poll().kind());
        assertNull(completions.poll());
    }

    @Test
    void stageWithoutAResultIsAFailure() {
        CompletableFuture<Response> stage = new CompletableFuture<>();
        completions.await(stage, null);
        stage.complete(null);
        Completions.Completion completion = completions.poll();
        assertEquals(NullPointerException.class, completion.failure().getClass());
    }

    @Test
    void failureThatOnlyWrapsAnotherIsThatOneAndOneThatWrapsNothingIsItself() {
        IllegalStateException cause = new IllegalStateException("meant");
        CompletionException bare = new CompletionException((Throwable) null);
        completions.await(CompletableFuture.failedFuture(new CompletionException(cause)), null);
        completions.await(CompletableFuture.failedFuture(bare), null);
        assertSame(cause, completions.poll().failure());
        assertSame(bare, completions.poll().failure());
    }

    // One that was added twice would lead to itself, and be polled for ever.
    @Test
    void stageThatCompletesTwiceCountsOnce() {
        List<BiConsumer<? super Response, ? super Throwable>> waiting = new ArrayList<>();
        completions.await(new CompletableFuture<Response>() {
            @Override
            public CompletableFuture<Response> whenComplete(
                    BiConsumer<? super Response, ? super Throwable> action) {
                waiting.add(action);
                return this;
            }
        }, null);
        Response first = Response.text("first");
        waiting.get(0).accept(first, null);
        waiting.get(0).accept(null, new IllegalStateException("meant"));
        assertSame(first, completions.poll().outcome());
        assertNull(completions.poll());
        assertEquals(1, wakeups.get());
    }

    @Test
    void outcomeThatComesAfterTheEndIsDiscarded() {
        CompletableFuture<Response> stage = new CompletableFuture<>();
        completions.await(stage, null);
        completions.close();
        stage.complete(Response.text("late"));
        assertNull(completions.poll());
    }

    @Test
    void countIsThatOfAllThatWasAddedAndNotPolled() {
        assertEquals(0, completions.count());
        for (int i = 0; i < 3; i++) {
            completions.signal(null, Completions.Kind.SINK).run();
        }
        assertEquals(3, completions.count());
        completions.poll();
        completions.signal(null, Completions.Kind.SINK).run();
        assertEquals(3, completions.count(), "two of before and one of now");
    }

    @Test
    void outcomesThatAreNotPolledAreClosedAtTheEndOrWhenTheyCome() {
        AtomicInteger closes = new AtomicInteger();
        Body body = new Body() {
            @Override
            public long length() {
                return 0;
            }

            @Override
            public int read(long position, ByteBuffer target) {
                return -1;
            }

            @Override
            public void close() {
                closes.incrementAndGet();
            }
        };
        List<CompletableFuture<Response>> stages = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            stages.add(new CompletableFuture<>());
            completions.await(stages.get(i), null);
        }
        Response response = Response.text("").with(body);
        stages.get(0).complete(response);
        stages.get(1).complete(response);
        completions.poll();
        stages.get(2).complete(response);
        assertEquals(0, closes.get());
        completions.close();
        assertEquals(2, closes.get());
        int before = wakeups.get();
        stages.get(3).complete(response);
        assertEquals(3, closes.get());
        assertEquals(before, wakeups.get(), "nobody is there to be woken");
    }
}
