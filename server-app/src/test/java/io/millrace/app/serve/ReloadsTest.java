package io.millrace.app.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.cli.CommandException;
import io.millrace.app.log.Lines;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReloadsTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final PrintStream systemErr = System.err;
    private final List<String> done = new ArrayList<>();
    private final Reloads reloads =
            new Reloads(new Lines(new PrintStream(out), Runnable::run));

    @BeforeEach
    void start() {
        System.setErr(new PrintStream(err));
    }

    @AfterEach
    void stop() {
        System.setErr(systemErr);
    }

    @Test
    void allAreReadInTheOrderInWhichTheyWereAdded() {
        reloads.add("the certificates", () -> done.add("certificates"));
        reloads.add("the tokens", () -> done.add("tokens"));
        reloads.reloadAll();
        reloads.reloadAll();
        assertEquals(List.of("certificates", "tokens", "certificates", "tokens"), done);
        assertEquals("SIGHUP: reloaded the certificates, the tokens\n".repeat(2), out.toString());
        assertEquals("", err.toString());
    }

    @Test
    void wrongOneIsSaidInOneLineAndTheOthersAreRead() {
        reloads.add("the certificates", () -> {
            throw CommandException.failure("a.crt has no certificate: give a PEM file");
        });
        reloads.add("the access log", () -> {
            throw new IOException("log/a: No space left on device");
        });
        reloads.add("the tokens", () -> done.add("tokens"));
        reloads.reloadAll();
        assertEquals(List.of("tokens"), done);
        assertEquals("SIGHUP: reloaded the tokens\n", out.toString());
        assertEquals("""
                millrace: reload of the certificates failed, nothing changes: a.crt has no \
                certificate: give a PEM file
                millrace: reload of the access log failed, nothing changes: java.io.IOException: \
                log/a: No space left on device
                """, err.toString());
    }

    @Test
    void mistakeOfTheProgramIsSaidWithItsTrace() {
        reloads.add("the tokens", () -> {
            throw new IllegalStateException("for this test");
        });
        reloads.reloadAll();
        assertTrue(err.toString().startsWith("millrace: reload of the tokens failed, nothing "
                + "changes: java.lang.IllegalStateException: for this test\n"), err.toString());
        assertTrue(err.toString().contains("\tat "), err.toString());
        assertEquals("", out.toString());
    }

    @Test
    void errorOfOneReloadIsNotTheEndOfTheNext() {
        reloads.add("the tokens", () -> {
            if (done.isEmpty()) {
                done.add("failed");
                throw new OutOfMemoryError("for this test");
            }
        });
        reloads.reloadAll();
        assertTrue(err.toString().contains("SIGHUP: reload failed"), err.toString());
        reloads.reloadAll();
        assertEquals("SIGHUP: reloaded the tokens\n", out.toString());
    }

    @Test
    void lookThatFailsKeepsNoOtherFromBeingTaken() {
        reloads.watch(() -> {
            throw new OutOfMemoryError("for this test");
        });
        reloads.watch(() -> done.add("looked"));
        reloads.look();
        reloads.look();
        assertEquals(List.of("looked", "looked"), done);
        assertTrue(err.toString().startsWith("millrace: a look at a file failed; retrying in 0.5 s"
                + "\njava.lang.OutOfMemoryError: for this test\n"), err.toString());
    }

    @Test
    void withNothingToReloadItSaysSo() {
        reloads.reloadAll();
        assertEquals("SIGHUP: there is nothing to reload\n", out.toString());
    }

    @Test
    void requestsAreObeyedAndLooksAreTakenByOneThread() throws Exception {
        CountDownLatch reloaded = new CountDownLatch(1);
        CountDownLatch looked = new CountDownLatch(3);
        reloads.add("the tokens", reloaded::countDown);
        reloads.watch(looked::countDown);
        Thread main = startRunning();
        reloads.request();
        reloads.request();
        reloaded.await();
        looked.await();
        main.interrupt();
        main.join();
        assertEquals(List.of("ended"), done);
    }

    @Test
    void threadThatHasNothingToLookAtIsWokenByARequest() throws Exception {
        CountDownLatch reloaded = new CountDownLatch(1);
        reloads.add("the access log", reloaded::countDown);
        Thread main = startRunning();
        while (main.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        reloads.request();
        reloaded.await();
        main.interrupt();
        main.join();
    }

    // Such as a signal that comes during the start, or while all is read again.
    @Test
    void requestThatComesBeforeItIsWaitedForIsNotLost() throws Exception {
        CountDownLatch reloaded = new CountDownLatch(1);
        reloads.add("the access log", reloaded::countDown);
        reloads.request();
        Thread main = startRunning();
        reloaded.await();
        main.interrupt();
        main.join();
    }

    private Thread startRunning() {
        Thread main = new Thread(() -> {
            try {
                reloads.run();
            } catch (InterruptedException end) {
                done.add("ended");
            }
        });
        main.start();
        return main;
    }
}
