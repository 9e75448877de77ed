package io.millrace.app.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.access.AccessRules;
import io.millrace.app.cli.Arguments;
import io.millrace.http.Handler;
import io.millrace.http.Response;
import io.millrace.metrics.MetricsSource;
import io.millrace.resume.ResumableUploads;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The steps of a start and of a stop, over a store that says who comes next. */
@Timeout(60)
class HandoverTest {

    private static final Handler HANDLER = request -> Response.text("served");

    /** Says what a test wants, and tells what it was asked. */
    private static final class StoreStub implements ServedStore {

        final List<String> asked = new ArrayList<>();
        Successor successor = Successor.NONE;
        IOException failure;
        /** Whether it takes all the time that it has to say so. */
        boolean isSlow;
        /** Run when it is asked whether another process may have the address. */
        Runnable onAsked = () -> { };
        boolean takesOver;
        /** Run when it is told that the server accepts no more. */
        Runnable onHandOver = () -> { };

        @Override
        public Handler handler() {
            return HANDLER;
        }

        @Override
        public ResumableUploads uploads() {
            return null;
        }

        @Override
        public void addTo(StringBuilder banner) {
            asked.add("banner");
        }

        @Override
        public MetricsSource metrics() {
            return out -> { };
        }

        @Override
        public void check() {
            asked.add("check");
        }

        @Override
        public AccessRules access() {
            return null;
        }

        @Override
        public void access(AccessRules rules) {
            asked.add("access");
        }

        @Override
        public boolean isTakingOver() {
            onAsked.run();
            return takesOver;
        }

        @Override
        public void listens() throws IOException {
            asked.add("listens");
            if (failure != null) {
                throw failure;
            }
        }

        @Override
        public Successor awaitSuccessor(Duration longest) throws IOException {
            asked.add("successor within " + longest);
            if (failure != null) {
                throw failure;
            }
            long beganNs = System.nanoTime();
            while (isSlow && System.nanoTime() - beganNs < longest.toNanos()) {
                Thread.onSpinWait();
            }
            return successor;
        }

        @Override
        public void handOver() {
            asked.add("hand over");
            onHandOver.run();
        }

        @Override
        public void close() {
            asked.add("close");
        }
    }

    private final StoreStub store = new StoreStub();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final PrintStream systemErr = System.err;

    @BeforeEach
    void catchErr() {
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void giveErrBack() {
        System.setErr(systemErr);
    }

    private static ServerOptions at(int port) {
        return ServerOptions.builder().workers(1)
                .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)).build();
    }

    private static void assertListens(boolean listens, InetSocketAddress address)
            throws IOException {
        if (listens) {
            new Socket(address.getAddress(), address.getPort()).close();
        } else {
            assertThrows(ConnectException.class,
                    () -> new Socket(address.getAddress(), address.getPort()).close());
        }
    }

    @Test
    void addressOfTheProcessBeforeIsWaitedFor() throws Exception {
        ServerSocket before = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        store.takesOver = true;
        int[] asked = {0};
        store.onAsked = () -> {
            asked[0]++;
            if (asked[0] == 3) { // after two attempts
                close(before);
            }
        };
        try (HttpServer server = Handover.start(at(before.getLocalPort()), HANDLER, store)) {
            assertListens(true, server.address());
        }
        assertEquals(3, asked[0]);
        assertEquals(List.of("listens"), store.asked);
        String said = err.toString(StandardCharsets.UTF_8);
        assertEquals(1, said.lines().count(), said);
        assertTrue(said.strip().endsWith("; waiting, as the process before this one may have it:"
                + " there is no gap if both are started with --reuse-port"), said);
    }

    private static void close(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void addressOfAnotherProgramIsNotWaitedFor() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThrows(BindException.class,
                    () -> Handover.start(at(other.getLocalPort()), HANDLER, store));
        }
        assertEquals(List.of(), store.asked);
    }

    @Test
    void serverWhoseStoreCannotGoOnStops() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        store.failure = new IOException("planted");
        assertEquals(store.failure, assertThrows(IOException.class,
                () -> Handover.start(at(port), HANDLER, store)));
        assertListens(false, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    @Test
    void stopWithoutASuccessorAcceptsOnAndHandsNothingOver() throws Exception {
        try (HttpServer server = HttpServer.start(at(0), HANDLER)) {
            Duration left = Handover.begin(server, store, null, Duration.ofSeconds(30));
            assertTrue(left.compareTo(Duration.ofSeconds(20)) > 0, left.toString());
            assertEquals(0, left.toMillis() % 100, left.toString());
            assertFalse(server.isDraining());
            assertListens(true, server.address());
        }
        assertEquals(List.of("successor within PT5S"), store.asked);
    }

    @Test
    void whoComesNextIsNotWaitedForLongerThanTheStopMayTake() throws Exception {
        try (HttpServer server = HttpServer.start(at(0), HANDLER)) {
            assertEquals(Duration.ZERO, Handover.begin(server, store, null, Duration.ZERO));
            Handover.begin(server, store, null, Duration.ofMillis(300));
        }
        assertEquals(List.of("successor within PT0S", "successor within PT0.3S"), store.asked);
    }

    @Test
    void timeThatTheFirstStepsTakeIsNotLeftForTheOthers() throws Exception {
        store.isSlow = true;
        try (HttpServer server = HttpServer.start(at(0), HANDLER)) {
            assertEquals(Duration.ZERO,
                    Handover.begin(server, store, null, Duration.ofMillis(200)));
        }
        assertEquals(Duration.ZERO,
                Handover.left(Duration.ofSeconds(1), System.nanoTime() - 3_000_000_000L));
    }

    @Test
    void folderIsNotHeldForAClientThatKeepsItsConnection() throws Exception {
        store.successor = Successor.SAME_ADDRESS;
        try (HttpServer server = HttpServer.start(at(0), HANDLER);
                Socket idle = new Socket(server.address().getAddress(),
                        server.address().getPort())) {
            idle.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            assertEquals('H', idle.getInputStream().read());
            Handover.begin(server, store, null, Duration.ofHours(1));
        }
        assertEquals(List.of("successor within PT5S", "hand over"), store.asked);
    }

    @Test
    void storeThatCannotTellIsTakenForOneWithoutASuccessor() throws Exception {
        store.failure = new IOException("planted");
        try (HttpServer server = HttpServer.start(at(0), HANDLER)) {
            Handover.begin(server, store, null, Duration.ofSeconds(30));
            assertFalse(server.isDraining());
        }
        assertEquals("millrace: failed to look for a process that waits for the folder: planted",
                err.toString(StandardCharsets.UTF_8).strip());
        assertEquals(1, store.asked.size());
    }

    @Test
    void folderIsHandedOverOnceTheServerAcceptsNoMore() throws Exception {
        for (Successor successor : List.of(Successor.SAME_ADDRESS, Successor.OTHER_NODES)) {
            store.successor = successor;
            store.asked.clear();
            HttpServer server = HttpServer.start(at(0), HANDLER);
            Arguments arguments = ServeFlags.FLAGS.parse(List.of("--admin", "127.0.0.1:0"));
            try (server; AdminPart admin = AdminPart.start(arguments, at(0), server, store)) {
                StringBuilder banner = new StringBuilder();
                admin.addTo(banner);
                InetSocketAddress told = new InetSocketAddress(InetAddress.getLoopbackAddress(),
                        Integer.parseInt(banner.substring(banner.lastIndexOf(":") + 1)
                                .replaceAll("\\D", "")));
                assertListens(true, told);
                store.onHandOver = () -> assertTrue(server.isDraining());
                Handover.begin(server, store, admin, Duration.ofSeconds(30));
                assertListens(false, server.address());
                // Of the server that comes next its own admin tells; other nodes have others.
                assertListens(successor == Successor.OTHER_NODES, told);
            }
            assertEquals(List.of("listens", "successor within PT5S", "hand over"), store.asked);
        }
    }
}
