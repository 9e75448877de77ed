package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Pause;
import io.millrace.http.Exchange;
import io.millrace.http.Request;
import io.millrace.server.Logged;
import io.millrace.tree.FolderOpening;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Changes that wait for a folder come to an end, whatever becomes of that. */
@Timeout(120)
class TakeoverWaitTest {

    private static final long PATIENCE_S = 60;

    @TempDir
    Path folder;

    private final StoreOptions options = StoreOptions.defaults();
    /** How often the time can't be told that a change has waited for. */
    private final AtomicInteger fullHeaps = new AtomicInteger();
    private StoreProcess other;
    private FolderStore store;

    @BeforeEach
    void openOther() throws IOException {
        other = new StoreProcess("open", folder);
        assertEquals("open", other.line());
    }

    @AfterEach
    void end() throws IOException {
        other.close();
        store.close();
    }

    /**
     * This process takes over, up to the moment in which the other one may write still.
     *
     * @param longest how long each change may wait
     */
    private void takeOverToListen(Duration longest) throws Exception {
        CompletableFuture<Void> told = new CompletableFuture<>();
        new Thread(() -> {
            // The other one says false as long as this one has not begun to wait.
            while (!other.ask("successor").equals("true")) {
                Pause.briefly();
            }
            told.complete(null);
        }).start();
        while (store == null) {
            try {
                store = Takeover.store(
                        FolderOpening.unlocked(folder, options.folderSettings()), options,
                        longest.toNanos(), () -> {
                            if (fullHeaps.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                                throw new OutOfMemoryError("planted");
                            }
                            return System.nanoTime();
                        });
            } catch (IOException e) {
                assertTrue(e.getMessage().startsWith("another store uses"), e.getMessage());
            }
        }
        store.listens();
        told.get(PATIENCE_S, TimeUnit.SECONDS);
    }

    private static Exchange known(Exchange exchange) throws Exception {
        return (Exchange) exchange.stage().toCompletableFuture()
                .get(PATIENCE_S, TimeUnit.SECONDS);
    }

    @Test
    void changeIsRefusedWhenTheOtherProcessKeepsTheFolderForTooLong() throws Exception {
        takeOverToListen(Duration.ofMillis(300));
        Exchange put = store.handle(Request.of("PUT", "/a").withBody(1));
        assertEquals(503, known(put).complete().status().code());
        assertTrue(store.isTakingOver());
        assertEquals("200", other.ask("put /a one"));
    }

    @Test
    void folderThatCanNotBeOpenedIsTriedAgain() throws Exception {
        takeOverToListen(Duration.ofMinutes(1));
        Exchange put = store.handle(Request.of("PUT", "/a").withBody(3));
        Path parts = folder.resolve(".millrace.parts");
        Files.delete(parts);
        Files.createFile(parts);
        try (Logged logged = new Logged(FolderStore.class)) {
            assertEquals("handed over", other.ask("handOver"));
            while (logged.lines().stream().noneMatch(
                    line -> line.contains("failed to take over the folder, will retry"))) {
                Pause.briefly();
            }
            assertFalse(put.stage().toCompletableFuture().isDone());
            Files.delete(parts);
            Exchange goesOn = known(put);
            Client.write(goesOn.sink(), "new".getBytes(StandardCharsets.UTF_8));
            assertEquals(201, goesOn.complete().status().code());
        }
        assertEquals("new", new Client(store).get("/a").text());
    }

    @Test
    void changeGoesOnThoughTheHeapWasFullWhileItWaited() throws Exception {
        takeOverToListen(Duration.ofMinutes(1));
        Exchange put = store.handle(Request.of("PUT", "/a").withBody(3));
        try (Logged logged = new Logged(FolderStore.class)) {
            fullHeaps.set(1);
            while (logged.lines().stream().noneMatch(
                    line -> line.contains("failed to take over the folder, will retry"))) {
                Pause.briefly();
            }
        }
        assertEquals("handed over", other.ask("handOver"));
        Exchange goesOn = known(put);
        Client.write(goesOn.sink(), "new".getBytes(StandardCharsets.UTF_8));
        assertEquals(201, goesOn.complete().status().code());
    }
}
