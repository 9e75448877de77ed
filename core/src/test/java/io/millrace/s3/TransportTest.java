package io.millrace.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What all requests of a client share, and what is left of it when it is closed. */
class TransportTest {

    private static final long RENEWAL_NS = TimeUnit.SECONDS.toNanos(30);

    private static final class SilentClient extends AsyncHttpClient {

        @Override
        public <T> CompletableFuture<HttpResponse<T>> sendAsync(HttpRequest request,
                HttpResponse.BodyHandler<T> handler) {
            return new CompletableFuture<>();
        }
    }

    private final Transport transport = over(SilentClient::new);

    private static Transport over(Supplier<HttpClient> clients) {
        return new Transport(S3Place.of("http://engine.example/bucket/", null, false),
                () -> new S3Keys("ID", "secret", null),
                S3Settings.DEFAULTS.connectTimeout(Duration.ofSeconds(7)), InstantSource.system(),
                null, clients);
    }

    @AfterEach
    void close() {
        transport.close();
    }

    @Test
    void clientWhoseThreadHasDiedIsReplacedEvery30SecondsAtMost() {
        HttpClient first = transport.http();
        long nowNs = System.nanoTime();
        transport.renew(first, nowNs);
        HttpClient second = transport.http();
        assertNotSame(first, second);
        transport.renew(second, nowNs + RENEWAL_NS - 1);
        assertSame(second, transport.http());
        transport.renew(second, nowNs + RENEWAL_NS);
        assertNotSame(second, transport.http());
    }

    @Test
    void clientThatAnotherRequestHasReplacedAlreadyIsNotReplacedAgain() {
        HttpClient first = transport.http();
        long nowNs = System.nanoTime();
        transport.renew(first, nowNs);
        HttpClient second = transport.http();
        transport.renew(first, nowNs + RENEWAL_NS);
        assertSame(second, transport.http());
    }

    @Test
    void clientIsNotReplacedOnceAllIsClosed() {
        HttpClient first = transport.http();
        transport.close();
        transport.renew(first, System.nanoTime());
        assertSame(first, transport.http());
    }

    @Test
    void clientOfTheJdkHasTheTimeToConnectThatIsSet() {
        Transport usual = over(null);
        assertEquals(Duration.ofSeconds(7), usual.http().connectTimeout().orElseThrow());
        usual.close();
    }

    @Test
    void engineThatLeftOneWithoutAnAnswerIsAskedAgainAfterFiveMinutes() {
        assertTrue(transport.isExpecting());
        transport.stopExpecting();
        long nowNs = System.nanoTime();
        assertFalse(transport.isExpecting());
        long minuteNs = TimeUnit.MINUTES.toNanos(1);
        assertFalse(transport.isExpecting(nowNs + 4 * minuteNs));
        assertTrue(transport.isExpecting(nowNs + 5 * minuteNs + 1));
    }

    @Test
    void whatWaitsIsDoneOnceWhenAllIsClosedAndWhatComesAfterThatAtOnce() {
        AtomicInteger done = new AtomicInteger();
        transport.later(done::incrementAndGet, TimeUnit.HOURS.toMillis(1));
        assertEquals(0, done.get());
        assertTrue(transport.isWaiting());
        transport.close();
        assertEquals(1, done.get());
        transport.later(done::incrementAndGet, TimeUnit.HOURS.toMillis(1));
        assertEquals(2, done.get());
        assertFalse(transport.isWaiting());
    }
}
