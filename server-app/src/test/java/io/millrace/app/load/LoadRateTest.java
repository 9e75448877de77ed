package io.millrace.app.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.load.FakeServer.Measured;
import io.millrace.app.load.stats.Histogram;
import io.millrace.app.load.stats.Timeline;
import io.millrace.app.load.wire.Wire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Requests that are due at a rate, against a server whose times are known. */
class LoadRateTest {

    private static final long MS = FakeServer.MS;
    private static final long SECOND = 1000 * MS;

    /** A response takes 1 ms, and one of them, the thousandth, a second. */
    private static FakeServer stallingOnce() {
        return new FakeServer(request -> request == 999 ? SECOND : MS);
    }

    private static void assertNear(long expectedNs, Histogram latencies, double percent) {
        long ns = latencies.percentileNs(percent);
        assertTrue(ns >= expectedNs * 0.99 - 1 && ns <= expectedNs * 1.02 + 1,
                "p" + percent + ": " + ns + " for " + expectedNs);
    }

    @Test
    void closedLoopHidesAStall() throws Exception {
        Measured run = FakeServer.run(stallingOnce(), "--requests", "5000");
        assertNear(MS, run.tally().latencies(), 99.9);
        assertEquals(SECOND, run.tally().latencies().maxNs());
    }

    @Test
    void openLoopShowsAStallInEachRequestThatItMadeLate() throws Exception {
        // At 500/s and 1 ms each, half of the time is free: after the stall of 1 s, in which 500
        // became due, as many again are late until all is caught up with: 1,000 of 5,000.
        Measured run = FakeServer.run(stallingOnce(), "--requests", "5000", "--rate", "500");
        Histogram latencies = run.tally().latencies();
        assertEquals(SECOND, latencies.maxNs());
        assertNear(MS, latencies, 79);
        // They become 1 ms less late one after the other.
        assertNear(500 * MS, latencies, 90);
        assertNear(750 * MS, latencies, 95);
        assertNear(950 * MS, latencies, 99);
        assertNear(MS, run.tally().services(), 99.9);
        assertTrue(RateVerdict.isServerLate(run.result()));
        assertFalse(RateVerdict.isMachineLate(run.result()));
        assertTrue(run.result().isSuccess());
        String report = LoadReport.of(run.result());
        assertTrue(report.contains("service     p50 1.00 ms  p90 1.00 ms  p99 1.00 ms"), report);
        String json = JsonReport.of(run.result());
        assertTrue(json.matches(".*\"service_ms\":\\{\"p50\":1\\.0[0-9]*,\"p90\":1\\.0.*"), json);
        assertTrue(json.matches(".*\"queued_ms\":\\{\"p50\":[0-9]{3}\\..*"), json);
    }

    @Test
    void requestsOfAKeptRateAreNotLate() throws Exception {
        Measured run = FakeServer.run(new FakeServer(request -> MS), "--duration", "10s",
                "--rate", "500");
        assertEquals(5000, run.tally().done());
        assertEquals(MS, run.tally().latencies().maxNs());
        assertEquals(0, run.lateness().woken().maxNs());
        assertEquals(0, run.result().unsent());
        assertEquals(500, run.result().requestsPerSecond(), 1);
        assertFalse(LoadReport.of(run.result()).contains("warning"));
        assertFalse(LoadReport.of(run.result()).contains("unsent"));
    }

    @Test
    void rateThatTheServerCannotKeepLeavesRequestsUnsentAndFails() throws Exception {
        Measured run = FakeServer.run(new FakeServer(request -> 10 * MS), "--duration", "10s",
                "--rate", "500");
        assertEquals(1000, run.tally().done());
        assertEquals(4000, run.result().unsent());
        assertFalse(run.result().isSuccess());
        // The last one was due at 2 s and answered at 10 s.
        assertNear(8 * SECOND, run.tally().latencies(), 100);
        String report = LoadReport.of(run.result());
        assertTrue(report.contains("unsent      4,000 requests were due"), report);
        assertTrue(report.contains("the server is too slow"), report);
        String json = JsonReport.of(run.result());
        assertTrue(json.contains("\"rate\":{\"wanted_per_second\":500,\"unsent\":4000,"), json);
        assertTrue(json.contains("\"server_late\":true,\"machine_late\":false,"), json);
    }

    @Test
    void clientsThatWakeLateAreTheMachinesFault() throws Exception {
        FakeServer tired = new FakeServer(request -> MS) {
            @Override
            public void awaitNs(long timeNs) {
                super.awaitNs(timeNs + 5 * MS);
            }
        };
        Measured run = FakeServer.run(tired, "--requests", "100", "--rate", "10");
        assertEquals(6 * MS, run.tally().latencies().maxNs());
        assertTrue(RateVerdict.isMachineLate(run.result()));
        assertFalse(RateVerdict.isServerLate(run.result()));
        String report = LoadReport.of(run.result());
        assertTrue(report.contains("this machine is too busy: it woke clients late, p99 5.00 ms"),
                report);
        String json = JsonReport.of(run.result());
        assertTrue(json.contains("\"queued_ms\":{\"p50\":0.000000,"), json);
    }

    private static long errors(Measured run) {
        return run.timeline().intervals(100, run.result().endNs()).stream()
                .mapToLong(Timeline.Interval::errors).sum();
    }

    @Test
    void errorsAreSeenWhenTheyCame() throws Exception {
        Measured wrong = FakeServer.run(new FakeServer(request -> MS), "--requests", "3",
                "--verify", "--size", "1");
        assertEquals(3, wrong.tally().failed());
        assertEquals(3, errors(wrong));
        Measured refused = FakeServer.run(new FakeServer(request -> MS) {
            @Override
            public Wire connect(Wire.Opening opening) throws IOException {
                throw new IOException("refused");
            }
        }, "--requests", "3");
        assertEquals(3, refused.tally().failed());
        assertEquals(3, errors(refused));
    }

    @Test
    void warmupIsCountedNowhere() throws Exception {
        FakeServer server = new FakeServer(request -> MS);
        LoadPlan plan = LoadFlags.plan(LoadFlags.FLAGS.parse(List.of("http://h", "--method", "GET",
                "--rate", "10", "--requests", "5")));
        LoadClient client = new LoadClient(plan, 0, server, new BodyPattern(1), server, 100);
        LoadPhase warmup = new LoadPhase(server.nowNs(), SECOND, 10, Long.MAX_VALUE, 1);
        LoadPhase phase = new LoadPhase(server.nowNs() + SECOND, 0, 10, 5, 1);
        Timeline timeline = new Timeline(phase.startNs());
        client.run(List.of(warmup, phase), timeline);
        assertEquals(5, client.tally(0).done());
        assertEquals(5, client.lateness().count());
        assertEquals(5, timeline.intervals(100, client.endNs()).stream()
                .mapToLong(interval -> interval.latencies().count()).sum());
    }

    @Test
    void clientsThatAreTreatedUnequallyAreSeen() throws Exception {
        LoadPlan plan = LoadFlags.plan(LoadFlags.FLAGS.parse(List.of("http://h", "--method", "GET",
                "--requests", "3")));
        FakeServer fast = new FakeServer(request -> MS);
        FakeServer slow = new FakeServer(request -> 5 * MS);
        LoadPhase phase = new LoadPhase(fast.nowNs(), 0, 0, plan.requests(), 2);
        Timeline timeline = new Timeline(fast.nowNs());
        List<LoadClient> clients = new ArrayList<>();
        for (FakeServer server : List.of(fast, slow)) {
            LoadClient client = new LoadClient(plan, clients.size(), server, new BodyPattern(1),
                    server, 100);
            client.run(List.of(phase), timeline);
            clients.add(client);
        }
        LoadResult result = LoadResult.of(plan, clients, phase, timeline, false);
        assertEquals(5 * MS, result.elapsedNs());
        String report = LoadReport.of(result);
        assertTrue(report.contains("evenness    3.00 ms between the first and the last client to"
                + " finish; 1 to 2 requests each"), report);
        String json = JsonReport.of(result);
        assertTrue(json.contains("\"last_after_first_ms\":3.000000,\"fewest_requests\":1,"
                + "\"most_requests\":2,"), json);
    }

    @Test
    void durationEndsAClosedLoop() throws Exception {
        Measured run = FakeServer.run(new FakeServer(request -> 300 * MS), "--duration", "1s");
        // The one that began at 0.9 s is finished.
        assertEquals(4, run.tally().done());
        assertEquals(1200 * MS, run.result().elapsedNs());
        assertTrue(run.result().isSuccess());
        assertFalse(JsonReport.of(run.result()).contains("\"requests\":"));
    }

    @Test
    void requestsAtARateAreThoseThatAreDueWithinTheDuration() throws Exception {
        // In binary 0.07 * 100 is a little more than 7; the request of 70 ms is none of them. The
        // last one takes until then, so that no client would be free for it.
        Measured run = FakeServer.run(new FakeServer(request -> request == 6 ? 15 * MS : MS),
                "--duration", "70ms", "--rate", "100");
        assertEquals(7, run.tally().done());
        assertEquals(0, run.result().unsent());
        assertTrue(run.result().isSuccess());
    }

    @Test
    void requestsEndARunBeforeItsDuration() throws Exception {
        Measured run = FakeServer.run(new FakeServer(request -> MS), "--duration", "1s",
                "--requests", "7");
        assertEquals(7, run.tally().done());
        assertTrue(run.result().isSuccess());
    }

    @Test
    void connectionThatTheServerEndedWhileNothingWasDueIsReplaced() throws Exception {
        FakeServer server = new FakeServer(request -> MS) {
            @Override
            public void awaitNs(long timeNs) {
                ended = true;
                super.awaitNs(timeNs);
            }
        };
        Measured run = FakeServer.run(server, "--requests", "3", "--rate", "1");
        assertEquals(3, server.connections());
        assertEquals(3, run.tally().succeeded());
    }
}
