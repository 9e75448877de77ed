package io.millrace.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Request;
import io.millrace.http.Response;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a health check is passed, and how often it is made. */
@Timeout(60)
class HealthHandlerTest {

    private static final String STALLED =
            "503 the checks take longer than 5 s: the device may hang\n";

    private final AtomicLong nowNs = new AtomicLong();
    private final AtomicInteger checks = new AtomicInteger();

    private static Response ask(HealthHandler handler) {
        return (Response) handler.handle(Request.of("GET", "/health"));
    }

    /** The response, now or later, as its status and body. */
    private static String text(Response response) throws Exception {
        Response known = response.stage() == null ? response
                : response.stage().toCompletableFuture().get();
        ByteBuffer body = ByteBuffer.allocate(1000);
        known.body().read(0, body);
        assertEquals("no-store", known.headers().first("Cache-Control"));
        return known.status().code() + " "
                + StandardCharsets.UTF_8.decode(body.flip()).toString();
    }

    @Test
    void withoutChecksAllIsWell() throws Exception {
        HealthHandler live = HealthHandler.builder().build();
        assertEquals("200 ok\n", text(ask(live)));
        assertEquals(200, ((Response) live.handle(Request.of("HEAD", "/"))).status().code());
        Response refusal = (Response) live.handle(Request.of("PUT", "/"));
        assertEquals(405, refusal.status().code());
        assertEquals("GET, HEAD", refusal.headers().first("Allow"));
    }

    @Test
    void flagIsAskedForByEachRequestAndComesBeforeTheChecks() throws Exception {
        AtomicBoolean draining = new AtomicBoolean(true);
        HealthHandler ready = HealthHandler.builder().unless(draining::get, "draining")
                .check(checks::incrementAndGet).build();
        assertEquals("503 draining\n", text(ask(ready)));
        assertEquals(0, checks.get());
        draining.set(false);
        assertEquals("200 ok\n", text(ask(ready)));
        draining.set(true);
        assertEquals("503 draining\n", text(ask(ready)));
        assertEquals(1, checks.get());
    }

    @Test
    void firstCheckThatFailsIsTheReason() throws Exception {
        HealthHandler ready = HealthHandler.builder().check(checks::incrementAndGet)
                .check(() -> {
                    throw new IOException("no space\nleft");
                })
                .check(checks::incrementAndGet).build();
        assertEquals("503 no space left\n", text(ask(ready)));
        assertEquals(1, checks.get());
    }

    @Test
    void handlerStaysAsItWasBuilt() throws Exception {
        HealthHandler.Builder builder = HealthHandler.builder().check(checks::incrementAndGet);
        HealthHandler first = builder.build();
        HealthHandler second = builder.unless(() -> true, "draining").check(() -> {
            throw new IOException("broken");
        }).build();
        assertEquals("200 ok\n", text(ask(first)));
        assertEquals("503 draining\n", text(ask(second)));
        assertEquals(1, checks.get());
    }

    @Test
    void firstFlagThatIsUpIsTheReason() throws Exception {
        HealthHandler.Builder builder = HealthHandler.builder();
        for (int i = 0; i < 20; i++) {
            int number = i;
            builder.unless(() -> number >= 7, "reason " + i);
        }
        assertEquals("503 reason 7\n", text(ask(builder.build())));
    }

    @Test
    void failureThatCannotBeToldIsNotTheLastResponse() throws Exception {
        AtomicBoolean isFull = new AtomicBoolean(true);
        HealthHandler ready = HealthHandler.builder().clock(nowNs::get).check(() -> {
            if (isFull.get()) {
                throw new IOException() {
                    @Override
                    public String getMessage() {
                        throw new OutOfMemoryError("planted");
                    }
                };
            }
        }).build();
        assertEquals("503 a check failed, and no memory is left to say why\n", text(ask(ready)));
        isFull.set(false);
        nowNs.addAndGet(Duration.ofSeconds(1).toNanos());
        assertEquals("200 ok\n", text(ask(ready)));
    }

    @Test
    void failureWithoutAMessageIsNamed() throws Exception {
        HealthHandler ready = HealthHandler.builder().check(() -> {
            throw new IllegalStateException();
        }).build();
        assertEquals("503 java.lang.IllegalStateException\n", text(ask(ready)));
        HealthHandler full = HealthHandler.builder().check(() -> {
            throw new OutOfMemoryError("planted");
        }).build();
        assertEquals("503 planted\n", text(ask(full)));
    }

    @Test
    void resultOfTheChecksIsGoodForASecond() throws Exception {
        HealthHandler ready = HealthHandler.builder().clock(nowNs::get)
                .check(checks::incrementAndGet).build();
        assertEquals("200 ok\n", text(ask(ready)));
        nowNs.addAndGet(Duration.ofSeconds(1).toNanos() - 1);
        Response again = ask(ready);
        assertNull(again.stage());
        assertEquals("200 ok\n", text(again));
        assertEquals(1, checks.get());
        nowNs.addAndGet(1);
        assertEquals("200 ok\n", text(ask(ready)));
        assertEquals(2, checks.get());
    }

    @Test
    void checksAreMadeByAThreadOfTheirOwn() throws Exception {
        AtomicReference<Thread> thread = new AtomicReference<>();
        HealthHandler ready = HealthHandler.builder()
                .check(() -> thread.set(Thread.currentThread())).build();
        text(ask(ready));
        assertNotSame(Thread.currentThread(), thread.get());
        assertEquals("millrace-health", thread.get().getName());
        assertTrue(thread.get().isDaemon());
    }

    @Test
    void requestsThatComeDuringTheChecksWaitForThem() throws Exception {
        CountDownLatch device = new CountDownLatch(1);
        HealthHandler ready = HealthHandler.builder().clock(nowNs::get).check(() -> {
            checks.incrementAndGet();
            device.await();
        }).build();
        Response first = ask(ready);
        Response second = ask(ready);
        device.countDown();
        assertEquals("200 ok\n", text(first));
        assertEquals("200 ok\n", text(second));
        assertEquals(1, checks.get());
    }

    @Test
    void checksThatTakeLongerThanFiveSecondsFailAndNoOthersAreMade() throws Exception {
        CountDownLatch device = new CountDownLatch(1);
        HealthHandler ready = HealthHandler.builder().clock(nowNs::get).check(() -> {
            checks.incrementAndGet();
            device.await();
        }).build();
        Response first = ask(ready);
        nowNs.addAndGet(Duration.ofSeconds(5).toNanos() - 1);
        assertEquals(STALLED, text(ask(ready))); // a nanosecond later
        nowNs.addAndGet(1);
        Response late = ask(ready);
        assertNull(late.stage());
        assertEquals(STALLED, text(late));
        assertFalse(first.stage().toCompletableFuture().isDone());
        device.countDown();
        assertEquals("200 ok\n", text(first));
        assertEquals("200 ok\n", text(ask(ready)));
        assertEquals(1, checks.get());
    }
}
