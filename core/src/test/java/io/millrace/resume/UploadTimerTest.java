package io.millrace.resume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Pause;
import io.millrace.http.Headers;
import io.millrace.http.Request;
import io.millrace.server.Logged;
import io.millrace.store.FolderStore;
import io.millrace.upload.UnfinishedUploads;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The threads of uploads: that which removes expired ones meanwhile, and those that copy. */
@Timeout(60)
class UploadTimerTest extends BoundedUploads {

    /** The timer goes round once a minute, and not less often than an upload may expire. */
    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final long MOST_NS = TimeUnit.SECONDS.toNanos(30);

    private static void await(Callable<Boolean> state) throws Exception {
        long endNs = System.nanoTime() + MOST_NS;
        while (!state.call()) {
            assertTrue(System.nanoTime() - endNs < 0, "it has not come");
            Pause.briefly();
        }
    }

    @Test
    void uploadThatExpiresIsRemovedWhileTheServerRuns() throws Exception {
        start(builder -> builder.expiry(SHORT));
        server.laterMs.set(-Duration.ofHours(1).toMillis()); // however slow the test is
        tus.begin(5);
        assertTrue(server.files() > 0);
        server.laterMs.set(Duration.ofHours(1).toMillis());
        await(() -> server.files() == 0);
    }

    static Stream<Throwable> failures() {
        return Stream.of(new OutOfMemoryError("of the test"),
                new NoClassDefFoundError("of the test"),
                new IllegalArgumentException("of the test"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void turnThatFailsIsLoggedAndTheNextOneRemovesWhatHasExpired(Throwable failure)
            throws Exception {
        AtomicReference<Throwable> next = new AtomicReference<>();
        AtomicLong laterMs = new AtomicLong();
        try (Logged logged = new Logged(ResumableUploads.class);
                FolderStore store = FolderStore.open(folder);
                ResumableUploads uploads = ResumableUploads.builder(
                        failing(store.unfinished(), next)).expiry(SHORT)
                        .clock(() -> System.currentTimeMillis() + laterMs.get()).build()) {
            UploadNote note = new UploadNote(UploadNote.Dialect.TUS, 0, UploadNote.Kind.WHOLE, 5,
                    System.currentTimeMillis(), UploadNote.ALL, "", "", Headers.empty());
            store.unfinished().create(new PutHead(Request.of("POST", "/"), "/b.txt",
                    Headers.empty(), 5), 5, note.bytes());
            next.set(failure);
            laterMs.set(Duration.ofHours(1).toMillis());
            await(() -> next.get() == null && store.unfinished().all().isEmpty());
            assertEquals(List.of("expired uploads can't be removed | " + failure),
                    logged.lines());
            assertEquals(List.of(), uploads.unfinished());
        }
    }

    /** All uploads of a store, which fail to be found when there is a failure. */
    private static UnfinishedUploads failing(UnfinishedUploads real,
            AtomicReference<Throwable> next) {
        return (UnfinishedUploads) Proxy.newProxyInstance(
                UploadTimerTest.class.getClassLoader(), new Class<?>[] {UnfinishedUploads.class},
                (proxy, method, arguments) -> {
                    Throwable failure = method.getName().equals("all") ? next.getAndSet(null)
                            : null;
                    if (failure != null) {
                        throw failure;
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("millrace-upload-"))
                .collect(Collectors.toSet());
    }

    @Test
    void closeEndsTheThreads() throws Exception {
        Set<Thread> before = threads();
        start(builder -> builder);
        String part;
        try (UploadClient client = server.connect()) {
            client.send(Tus.tus("POST /", "Upload-Concat: partial", "Upload-Length: 5",
                    "Content-Type: application/offset+octet-stream", "Content-Length: 5")
                    + "hello").answer();
            part = "/a.txt?upload=" + client.name();
        }
        server.ask(Tus.tus("POST /", "Upload-Concat: final;" + part,
                Tus.metadata("filename", "a.txt"), "Content-Length: 0"));
        Set<Thread> begun = new HashSet<>(threads());
        begun.removeAll(before);
        assertEquals(2, begun.size(), begun::toString);
        assertTrue(begun.stream().allMatch(Thread::isDaemon), "they keep no program from its end");
        server.close();
        for (Thread thread : begun) {
            thread.join(10_000); // a pool has ended just before its threads have
            assertFalse(thread.isAlive(), thread::getName);
        }
    }
}
