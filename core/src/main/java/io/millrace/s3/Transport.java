package io.millrace.s3;

import io.millrace.work.DaemonPool;
import java.net.http.HttpClient;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * What all requests of a client share: connections, threads, the clock, keys, and the watch that
 * gives up engines that take too long.
 *
 * <p>Threads: any.
 */
final class Transport {

    private static final long TICK_MS = 50; // decision 300
    private static final long IDLE_SECONDS = 10;
    private static final long RENEWAL_NS = TimeUnit.SECONDS.toNanos(30);
    private static final int MIN_THREADS = 4;
    /** How long requests are sent without Expect once the engine has left one unanswered. */
    private static final long UNEXPECTING_NS = TimeUnit.MINUTES.toNanos(5);

    private final S3Settings settings;
    private final Supplier<S3Keys> keys;
    private final InstantSource clock;
    private final RequestSigner signer = new RequestSigner();
    private final S3Counters counters = new S3Counters();
    private final DaemonPool threads;
    private final ScheduledThreadPoolExecutor timer;
    private final Supplier<HttpClient> clients;
    /** Another one than at first if the JDK's thread for it has died. */
    private volatile HttpClient http;
    private long renewedNs = System.nanoTime() - RENEWAL_NS;
    private final Set<Attempt> watched = ConcurrentHashMap.newKeySet();
    /** To be done later, once. */
    private final Set<Runnable> waiting = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean isTicking = new AtomicBoolean();
    /** Another one than at first if AWS has named another region. */
    private volatile S3Place place;
    private volatile boolean isUnexpecting;
    private volatile long unexpectingSinceNs;
    /** Once true this is always true. */
    private volatile boolean isClosed;

    Transport(S3Place place, Supplier<S3Keys> keys, S3Settings settings, InstantSource clock,
            SSLContext tls) {
        this(place, keys, settings, clock, tls, null);
    }

    /** @param clients makes the HTTP clients; null for those of the JDK */
    Transport(S3Place place, Supplier<S3Keys> keys, S3Settings settings, InstantSource clock,
            SSLContext tls, Supplier<HttpClient> clients) {
        this.place = place;
        this.keys = keys;
        this.settings = settings;
        this.clock = clock;
        this.threads = new DaemonPool("millrace-s3-",
                Math.max(MIN_THREADS, Runtime.getRuntime().availableProcessors()),
                Integer.MAX_VALUE); // bounded by the requests that may be on their way
        this.timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "millrace-s3-timer");
            thread.setDaemon(true);
            return thread;
        });
        timer.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
        timer.setRemoveOnCancelPolicy(true);
        HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(settings.connectTimeout()).executor(threads);
        if (tls != null) {
            builder.sslContext(tls);
        }
        this.clients = clients == null ? builder::build : clients;
        this.http = this.clients.get();
    }

    S3Settings settings() {
        return settings;
    }

    RequestSigner signer() {
        return signer;
    }

    S3Counters counters() {
        return counters;
    }

    HttpClient http() {
        return http;
    }

    /**
     * Takes another client of the JDK's for what comes, every 30 seconds at most: an
     * OutOfMemoryError ends the thread of one for good. Newer JDKs say so; with JDK 17 its requests
     * get no response, as from an engine that is silent.
     */
    void renew(HttpClient dead) {
        renew(dead, System.nanoTime());
    }

    synchronized void renew(HttpClient dead, long nowNs) {
        if (http == dead && !isClosed && nowNs - renewedNs >= RENEWAL_NS) {
            renewedNs = nowNs;
            http = clients.get();
        }
    }

    Instant now() {
        return clock.instant();
    }

    S3Keys keys() {
        return keys.get();
    }

    S3Place place() {
        return place;
    }

    void moveTo(S3Place other) {
        place = other;
    }

    /** Whether the engine is worth being asked before a payload is sent. */
    boolean isExpecting() {
        return isExpecting(System.nanoTime());
    }

    boolean isExpecting(long nowNs) {
        return !isUnexpecting || nowNs - unexpectingSinceNs > UNEXPECTING_NS;
    }

    void stopExpecting() {
        unexpectingSinceNs = System.nanoTime();
        isUnexpecting = true;
    }

    boolean isWaiting() {
        return !waiting.isEmpty();
    }

    /** Whether an engine is waited for. */
    boolean isWatching() {
        return !watched.isEmpty();
    }

    boolean isClosed() {
        return isClosed;
    }

    /** Does something later, or when the client is closed. It must not block. */
    void later(Runnable task, long delayMs) {
        waiting.add(task);
        try {
            timer.schedule(() -> runOnce(task), delayMs, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) { // closed
            runOnce(task);
        } catch (Error e) { // no memory, or no thread: who asks gives up
            waiting.remove(task);
            throw e;
        }
        if (isClosed) {
            runOnce(task);
        }
    }

    private void runOnce(Runnable task) {
        if (waiting.remove(task)) {
            task.run();
        }
    }

    void watch(Attempt attempt) {
        watched.add(attempt);
        if (isClosed) {
            attempt.abort();
        }
        startTicking();
    }

    void forget(Attempt attempt) {
        watched.remove(attempt);
    }

    private void startTicking() {
        if (!isClosed && isTicking.compareAndSet(false, true)) {
            try {
                timer.schedule(this::tick, TICK_MS, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                // Closed meanwhile, and all requests with it.
            } catch (Error e) { // no memory: the next request starts it
                isTicking.set(false);
                throw e;
            }
        }
    }

    private void tick() {
        long nowNs = System.nanoTime();
        try {
            watched.forEach(attempt -> attempt.expire(nowNs));
        } finally { // an Error doesn't end the watch
            isTicking.set(false);
            if (!watched.isEmpty()) {
                startTicking();
            }
        }
    }

    /**
     * Ends all requests. The HTTP client of JDK 17 can't be closed: it ends its thread and its
     * connections when it is no longer referenced, and until then needs the others, which end when
     * they are idle.
     */
    void close() {
        isClosed = true;
        watched.forEach(Attempt::abort);
        timer.shutdownNow();
        waiting.forEach(this::runOnce);
    }
}
