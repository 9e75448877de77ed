package io.millrace.app.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.MainRun;
import io.millrace.app.cli.CommandException;
import io.millrace.app.load.wire.SocketWire;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** Runs the load command and looks at its result. */
abstract class LoadRuns {

    static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    static LoadRun run(ScriptedServer server) throws CommandException {
        URI uri = URI.create(server.url());
        LoadPlan plan = LoadFlags.plan(LoadFlags.FLAGS.parse(List.of(server.url(),
                "--requests", "1000", "--size", "10", "--connections", "2")));
        return new LoadRun(plan, opening -> SocketWire.connect(
                new InetSocketAddress(uri.getHost(), uri.getPort()), plan.timeout(), opening),
                1000);
    }

    static MainRun load(ScriptedServer server, String... flags) {
        List<String> args = new ArrayList<>(List.of("load", server.url()));
        args.addAll(List.of(flags));
        return MainRun.of(args.toArray(String[]::new));
    }

    static void assertSuccess(MainRun run, long requests) {
        assertEquals("", run.err());
        assertEquals(0, run.exitCode(), run.out());
        assertTrue(run.out().startsWith(requests + " x "), run.out());
        assertTrue(run.out().contains("errors      none\n"), run.out());
        assertFalse(run.out().contains("failed"), run.out());
    }

    static void assertAnswered413(MainRun run) {
        assertEquals(1, run.exitCode());
        assertTrue(run.out().contains("responses   413: 3\n"), run.out());
        assertTrue(run.out().contains("errors      none\n"), run.out());
    }

    static void assertError(MainRun run, String cause, int count) {
        assertEquals(1, run.exitCode());
        assertTrue(run.out().contains("responses   none\n"), run.out());
        assertTrue(run.out().contains("errors      " + cause + ": " + count + "\n"), run.out());
        assertEquals("", run.err());
    }
}
