package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Pause;
import io.millrace.http.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The acceptor and workers, each as far as a test lets it run. */
class AcceptorTest {

    private static final ServerOptions OPTIONS =
            ServerOptions.builder().port(0).inboxCapacity(2).build();

    /** What a dealer that compares loads sees; something happens when it looks, once. */
    private static final class Watched extends AbstractList<Worker> {

        private final List<Worker> workers = new ArrayList<>();
        private final AtomicReference<Runnable> onLook = new AtomicReference<>(() -> { });

        @Override
        public boolean add(Worker worker) {
            return workers.add(worker);
        }

        @Override
        public void clear() {
            workers.clear();
        }

        @Override
        public Worker get(int index) {
            onLook.getAndSet(() -> { }).run();
            return workers.get(index);
        }

        @Override
        public int size() {
            return workers.size();
        }
    }

    private final Watched workers = new Watched();
    private final List<SocketChannel> clients = new ArrayList<>();
    private Acceptor acceptor;
    private Thread acceptorThread;

    private TestSelector addWorker(ServerOptions options) throws Exception {
        TestSelector selector = new TestSelector();
        workers.add(new Worker(options, request -> Response.text(""), 0, selector));
        return selector;
    }

    private void listen(ServerOptions options) throws Exception {
        acceptor = new Acceptor(options, workers);
        acceptorThread = new Thread(acceptor);
    }

    private SocketChannel connect() throws Exception {
        SocketChannel client = SocketChannel.open(acceptor.addresses().get(0));
        clients.add(client);
        return client;
    }

    @AfterEach
    void end() throws Exception {
        acceptor.stop();
        acceptorThread.join();
        for (SocketChannel client : clients) {
            client.close();
        }
    }

    @Test
    void allThatWaitAtTheStopAreAccepted() throws Exception {
        ServerOptions options = ServerOptions.builder().port(0).backlog(8).build();
        addWorker(options);
        listen(options);
        for (int i = 0; i < 8; i++) {
            connect();
        }
        acceptor.stop();
        acceptorThread.start();
        acceptorThread.join();
        assertEquals(8, acceptor.accepted());
        Worker worker = workers.get(0);
        assertEquals(8, worker.waiting());
        worker.stop(System.nanoTime());
        worker.run();
        assertEquals(0, worker.connections());
    }

    @Test
    void connectionGoesToTheNextWorkerIfTheInboxOfTheFirstIsFull() throws Exception {
        addWorker(OPTIONS);
        addWorker(OPTIONS);
        listen(OPTIONS);
        for (int i = 0; i < 2; i++) {
            SocketChannel other = SocketChannel.open();
            other.configureBlocking(false);
            assertTrue(workers.get(0).offer(PlainEndpoint.accepted(other)));
        }
        acceptorThread.start();
        connect();
        connect();
        connect(); // for which there is no room
        while (acceptor.pauses() == 0 && acceptor.turnedAway() == 0) {
            Pause.briefly();
        }
        assertEquals(2, workers.get(1).connections());
        assertEquals(0, acceptor.turnedAway());
        acceptor.stop();
        acceptorThread.join();
        for (Worker worker : workers) {
            worker.stop(System.nanoTime());
            worker.run();
        }
    }

    @Test
    void fullInboxGoesToTheNextWorkerAndPastTheLastStaysInTheBacklog() throws Exception {
        addWorker(OPTIONS);
        addWorker(OPTIONS);
        listen(OPTIONS);
        try (Logged logged = new Logged(Acceptor.class)) {
            acceptorThread.start();
            for (int i = 0; i < 4; i++) {
                connect();
            }
            connect();
            while (acceptor.pauses() < 2) {
                Pause.briefly();
            }
            assertEquals(List.of("accept paused: the inboxes of all workers are full"),
                    logged.lines(), "once for many pauses");
        }
        assertEquals(4, acceptor.accepted());
        assertEquals(0, acceptor.turnedAway());
        acceptor.stop();
        acceptorThread.join();
        for (Worker worker : workers) {
            assertEquals(2, worker.connections());
            assertEquals(2, worker.waiting());
            worker.stop(System.nanoTime());
            worker.run();
            assertEquals(0, worker.connections());
            assertEquals(0, worker.waiting());
            assertEquals(2, WorkerStats.of(worker.counters()).connections());
        }
    }

    /** A client that was accepted and can't be dealt is told so by the end of its connection. */
    private void assertTurnedAway(SocketChannel client) throws Exception {
        client.socket().setSoTimeout(60_000);
        assertEquals(-1, client.socket().getInputStream().read());
        assertEquals(1, acceptor.turnedAway());
    }

    private void runWorker() {
        workers.get(0).stop(System.nanoTime());
        workers.get(0).run();
    }

    @Test
    void connectionThatNoInboxTakesIsTurnedAway() throws Exception {
        ServerOptions options = ServerOptions.builder().port(0).inboxCapacity(2)
                .dispatch(Dispatch.LEAST_LOADED).build();
        addWorker(options);
        listen(options);
        workers.onLook.set(() -> { // after the look at the inbox, which had room
            while (workers.get(0).hasRoom()) {
                workers.get(0).offer(new Endpoint.Accepted(open(), options.endpoints().get(0),
                        null));
            }
        });
        acceptorThread.start();
        assertTurnedAway(connect());
        assertEquals(1, acceptor.accepted());
        acceptor.stop();
        acceptorThread.join();
        runWorker();
    }

    private SocketChannel open() {
        try {
            SocketChannel channel = SocketChannel.open();
            clients.add(channel);
            return channel;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void connectionThatCannotBeDealtIsTurnedAwayAndTheNextIsDealt() throws Exception {
        ServerOptions options = ServerOptions.builder().port(0).dispatch(Dispatch.LEAST_LOADED)
                .build();
        addWorker(options);
        listen(options);
        workers.onLook.set(() -> {
            throw new IllegalStateException("meant");
        });
        try (Logged logged = new Logged(Acceptor.class)) {
            acceptorThread.start();
            assertTurnedAway(connect());
            connect();
            while (workers.workers.get(0).waiting() == 0) {
                Pause.briefly();
            }
            assertEquals(1, acceptor.turnedAway());
            assertEquals(1, acceptor.pauses());
            assertEquals(List.of("accept paused: the acceptor failed | "
                    + "java.lang.IllegalStateException: meant"), logged.lines());
        }
        acceptor.stop();
        acceptorThread.join();
        runWorker();
    }

    @Test
    void connectionWhosePeerLeavesBeforeItIsDealtIsTurnedAwayWithoutAPause() throws Exception {
        ServerOptions options = ServerOptions.builder().port(0).dispatch(Dispatch.LEAST_LOADED)
                .build();
        addWorker(options);
        listen(options);
        workers.onLook.set(() -> AcceptorTest.<RuntimeException>fail(new IOException("left")));
        acceptorThread.start();
        assertTurnedAway(connect());
        connect();
        while (workers.workers.get(0).waiting() == 0) {
            Pause.briefly();
        }
        assertEquals(0, acceptor.pauses());
        acceptor.stop();
        acceptorThread.join();
        runWorker();
    }

    /** Throws what need not be declared, as code in other languages does. */
    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void fail(Throwable failure) throws E {
        throw (E) failure;
    }

    // Over a Unix domain socket: whoever is connected there is in the kernel's queue for sure.
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void burstWakesAWaitingWorkerOnce(@TempDir Path folder) throws Exception {
        ServerOptions options = ServerOptions.builder()
                .addresses(UnixDomainSocketAddress.of(folder.resolve("a.sock"))).build();
        TestSelector selector = addWorker(options);
        listen(options);
        Thread workerThread = new Thread(workers.get(0));
        workerThread.start();
        selector.waitedFor.await();
        for (int i = 0; i < 10; i++) {
            connect();
        }
        acceptorThread.start();
        // All ten are one burst; the last one is adopted.
        while (WorkerStats.of(workers.get(0).counters()).connections() < 10) {
            assertFalse(acceptor.turnedAway() > 0);
            Pause.briefly();
        }
        assertEquals(1, selector.wakeups.get());
        acceptor.stop();
        acceptorThread.join();
        workers.get(0).stop(System.nanoTime());
        workerThread.join();
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void connectionsThatWaitAtTheStopAreDealt(@TempDir Path folder) throws Exception {
        assertEquals(2, dealtOfThreeAtTheStop(folder, ServerOptions.builder().inboxCapacity(2)));
        assertEquals(3, dealtOfThreeAtTheStop(folder, ServerOptions.builder().inboxCapacity(4)));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void noMoreThanMayBeOpenAreDealtAtTheStop(@TempDir Path folder) throws Exception {
        assertEquals(2, dealtOfThreeAtTheStop(folder, ServerOptions.builder().maxConnections(2)));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void socketIsNotToBeFoundWhileThoseThatWaitAtTheStopAreDealt(@TempDir Path folder)
            throws Exception {
        Path socket = folder.resolve("a.sock");
        ServerOptions options = ServerOptions.builder().dispatch(Dispatch.LEAST_LOADED)
                .addresses(UnixDomainSocketAddress.of(socket)).build();
        addWorker(options);
        listen(options);
        connect();
        List<Boolean> found = new ArrayList<>();
        workers.onLook.set(() -> found.add(Files.exists(socket)));
        acceptor.stop();
        acceptorThread.start();
        acceptorThread.join();
        assertEquals(List.of(false), found);
        runWorker();
    }

    private long dealtOfThreeAtTheStop(Path folder, ServerOptions.Builder builder)
            throws Exception {
        workers.clear();
        Path socket = folder.resolve("a.sock");
        ServerOptions options = builder.addresses(UnixDomainSocketAddress.of(socket)).build();
        addWorker(options);
        listen(options);
        for (int i = 0; i < 3; i++) {
            connect();
        }
        acceptor.stop(); // before the first turn, so that none is accepted in one
        acceptorThread.start();
        acceptorThread.join();
        assertFalse(Files.exists(socket));
        Worker worker = workers.get(0);
        assertEquals(acceptor.accepted(), worker.waiting());
        worker.stop(System.nanoTime());
        worker.run();
        return acceptor.accepted();
    }
}
