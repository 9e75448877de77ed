package io.millrace.app.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.ListenAddress;
import io.millrace.app.log.Lines;
import io.millrace.http.Handler;
import io.millrace.http.Response;
import io.millrace.metrics.MetricsSource;
import io.millrace.server.ServerOptions;
import io.millrace.server.ServerStats;
import io.millrace.server.WorkerStats;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RunningStoreTest {

    private static final Handler HANDLER = request -> Response.text("served");

    private final PrintStream out = new PrintStream(new ByteArrayOutputStream());
    private final ServeParts parts = new ServeParts(Lines.aside(out));
    /** Run when the store is closed, after which another process may have its folder. */
    private Runnable onClose = () -> { };
    /** Who comes next. */
    private Successor successor = Successor.NONE;

    private ServedStore store() {
        return (ServedStore) Proxy.newProxyInstance(ServedStore.class.getClassLoader(),
                new Class<?>[] {ServedStore.class}, (proxy, method, args) -> {
                    if (method.getName().equals("close")) {
                        onClose.run();
                    }
                    return switch (method.getName()) {
                        case "awaitSuccessor" -> successor;
                        case "isTakingOver" -> false;
                        case "metrics" -> (MetricsSource) figures -> { };
                        default -> null;
                    };
                });
    }

    /** A server whose requests have no time to finish, with those beside it. */
    private RunningStore start(String... besides) throws Exception {
        return start(Duration.ZERO, besides);
    }

    private RunningStore start(Duration drainTimeout, String... besides) throws Exception {
        RunningStore serving = RunningStore.start(List.of(ListenAddress.of("127.0.0.1", 0)),
                ServerOptions.builder().port(0).workers(1).drainTimeout(drainTimeout).build(),
                store(), HANDLER);
        Arguments arguments = ServeFlags.FLAGS.parse(List.of(besides));
        serving.redirect(arguments, parts);
        serving.admin(arguments, parts);
        return serving;
    }

    private static Socket connect(RunningStore serving, String what) throws IOException {
        Matcher line = Pattern.compile(what + " +http://127.0.0.1:([0-9]+)")
                .matcher(serving.banner());
        assertTrue(line.find(), serving.banner());
        return new Socket("127.0.0.1", Integer.parseInt(line.group(1)));
    }

    // Whoever waits for the folder listens at the same addresses next, and would not start.
    @Test
    void addressesBesideItAreFreeBeforeTheFolderIs() throws Exception {
        for (boolean aborts : new boolean[] {false, true}) {
            RunningStore serving =
                    start("--https-redirect", "127.0.0.1:0", "--admin", "127.0.0.1:0");
            int[] refused = {0};
            onClose = () -> {
                for (String what : new String[] {"redirects", "admin"}) {
                    assertThrows(ConnectException.class, () -> connect(serving, what).close());
                    refused[0]++;
                }
            };
            if (aborts) {
                serving.abort();
            } else {
                serving.stop(out);
            }
            assertEquals(2, refused[0]);
            parts.close();
        }
    }

    @Test
    void requestToTheRedirectHasNoMoreTimeToFinishThanTheOthers() throws Exception {
        RunningStore serving =
                start("--https-redirect", "127.0.0.1:0", "--drain", "10m");
        try (Socket client = connect(serving, "redirects")) {
            client.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET"
                    .getBytes(StandardCharsets.US_ASCII));
            assertEquals('H', client.getInputStream().read());
            serving.stop(out);
            parts.close();
        }
    }

    // The process would be ended before its requests had their time.
    @Test
    void timeOfTheRequestsIsThatOfTheOptions() throws Exception {
        RunningStore serving = start(Duration.ofMinutes(10));
        assertEquals(Duration.ofMinutes(10), serving.drainTimeout());
        serving.abort();
    }

    // Else a scrape may be told of the old process for as long as its last request takes.
    @Test
    void whileRequestsFinishTheNextProcessAloneTellsOfItself() throws Exception {
        successor = Successor.SAME_ADDRESS;
        RunningStore serving = start(Duration.ofMinutes(10), "--admin", "127.0.0.1:0");
        FutureTask<Void> stop = new FutureTask<>(() -> {
            serving.stop(out);
            return null;
        });
        try (Socket client = connect(serving, "listening on")) {
            client.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET"
                    .getBytes(StandardCharsets.US_ASCII));
            assertEquals('H', client.getInputStream().read());
            new Thread(stop).start();
            long beganNs = System.nanoTime();
            while (accepts(serving, "admin")) {
                assertTrue(System.nanoTime() - beganNs < 20_000_000_000L, "it tells on");
                Thread.onSpinWait();
            }
            assertFalse(stop.isDone());
        }
        stop.get();
        parts.close();
    }

    private static boolean accepts(RunningStore serving, String what) throws IOException {
        try {
            connect(serving, what).close();
            return true;
        } catch (ConnectException refused) {
            return false;
        }
    }

    @Test
    void summarySaysWhatWasServedAndHowEvenly() {
        ServerStats stats = ServerStats.builder().accepted(35).turnedAway(2).workers(
                WorkerStats.builder().connections(16).responses("PUT", 201, 6000)
                        .bytesIn(240_000_000_000L).bytesOut(600_000).timeouts("idle", 3).build(),
                WorkerStats.builder().connections(17).responses("PUT", 204, 4000)
                        .bytesIn(160_000_000_000L).bytesOut(400_000).timeouts("head", 4).build())
                .build();
        assertEquals("""
                served 10,000 requests over 35 connections in 20.00 s: 400.0 GB in, 1.0 MB out
                  worker 0    60.0 % of bytes, 6,000 requests, 16 connections
                  worker 1    40.0 % of bytes, 4,000 requests, 17 connections
                  connections: 1 cut at the end, 7 timed out, 2 turned away
                """, RunningStore.served(stats, 1, 20_000_000_000L).replace("\r\n", "\n"));
    }

    @Test
    void summaryOfAnIdleServerHasNoShares() {
        ServerStats stats = ServerStats.builder().workers(WorkerStats.builder().build()).build();
        assertEquals("""
                served 0 requests over 0 connections in 1.00 s: 0 B in, 0 B out
                  worker 0     0.0 % of bytes, 0 requests, 0 connections
                  connections: 0 cut at the end, 0 timed out, 0 turned away
                """, RunningStore.served(stats, 0, 1_000_000_000).replace("\r\n", "\n"));
    }
}
