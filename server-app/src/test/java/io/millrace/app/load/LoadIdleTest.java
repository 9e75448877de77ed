package io.millrace.app.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.load.wire.SocketWire;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients of which nothing is due, in a time that passes. */
@Timeout(60)
class LoadIdleTest {

    private static final String OK = "HTTP/1.1 204 No Content\r\n\r\n";

    private static LoadRun run(ScriptedServer server, String... flags) throws Exception {
        List<String> args = new ArrayList<>(List.of(server.url(), "--method", "GET"));
        args.addAll(List.of(flags));
        LoadPlan plan = LoadFlags.plan(LoadFlags.FLAGS.parse(args));
        URI uri = URI.create(server.url());
        return new LoadRun(plan, opening -> SocketWire.connect(
                new InetSocketAddress(uri.getHost(), uri.getPort()), plan.timeout(), opening),
                1000);
    }

    @Test
    void connectionMayRestForLongerThanARequestMay() throws Exception {
        try (ScriptedServer server = ScriptedServer.answering(OK)) {
            LoadResult result = run(server, "--requests", "3", "--rate", "4", "--connections", "1",
                    "--timeout", "50ms").run(Progress.NONE);
            assertEquals(3, result.tally().succeeded(), LoadReport.of(result));
            assertEquals(1, server.connections());
        }
    }

    @Test
    void clientThatWaitsForItsTimeIsStopped() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (ScriptedServer server = new ScriptedServer(peer -> {
            while (peer.readRequest()) {
                peer.send(OK);
                asked.countDown();
            }
        })) {
            // The second request is due after 1 s, the thousandth in a quarter of an hour.
            LoadRun run = run(server, "--requests", "1000", "--rate", "1", "--connections", "8");
            Thread stopper = new Thread(() -> {
                try {
                    asked.await();
                    run.stop();
                } catch (IOException | InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            stopper.start();
            LoadResult result = run.run(Progress.NONE);
            stopper.join();
            assertTrue(result.stopped());
            assertEquals(0, result.unsent());
            assertEquals(0, result.failed());
        }
    }
}
