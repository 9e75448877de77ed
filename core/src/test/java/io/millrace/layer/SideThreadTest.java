package io.millrace.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.server.Logged;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SideThreadTest {

    private static CompletableFuture<Thread> run(SideThread side) {
        CompletableFuture<Thread> ran = new CompletableFuture<>();
        side.run(() -> ran.complete(Thread.currentThread()));
        return ran;
    }

    @Test
    void workIsDoneByOneDaemonThread() throws Exception {
        SideThread side = new SideThread("side");
        Thread first = run(side).get();
        assertNotSame(Thread.currentThread(), first);
        assertEquals("side", first.getName());
        assertTrue(first.isDaemon(), "or it would keep a JVM from ending");
        assertSame(first, run(side).get());
        side.close();
        first.join();
    }

    @Test
    void workThatNoThreadTakesIsDoneByTheCaller() throws Exception {
        SideThread side = new SideThread("side");
        side.close();
        try (Logged logged = new Logged(SideThread.class)) {
            assertSame(Thread.currentThread(), run(side).getNow(null));
            List<String> lines = logged.lines();
            assertEquals(1, lines.size());
            assertTrue(lines.get(0).startsWith(
                    "no thread for TLS handshakes: the worker does them | "), lines.get(0));
        }
    }
}
