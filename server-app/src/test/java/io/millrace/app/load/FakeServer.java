package io.millrace.app.load;

import io.millrace.app.load.stats.Lateness;
import io.millrace.app.load.stats.LoadStats;
import io.millrace.app.load.stats.Timeline;
import io.millrace.app.load.wire.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.LongUnaryOperator;

/**
 * A server, a network and a time in memory: a response takes as long as a test says, and nobody
 * waits for it. For one client.
 */
class FakeServer implements LoadClock, Wire.Connector {

    static final long MS = 1_000_000;

    private final LongUnaryOperator serviceNs;
    private final Deque<String> responses = new ArrayDeque<>();
    private long nowNs = 5_000 * MS;
    private long requests;
    private int connections;
    boolean ended;

    /** One whose request of a number, from 0, takes so long. */
    FakeServer(LongUnaryOperator serviceNs) {
        this.serviceNs = serviceNs;
    }

    /** One client's load of some flags, from begin to end. */
    static Measured run(FakeServer server, String... flags) throws Exception {
        LoadPlan plan = LoadFlags.plan(LoadFlags.FLAGS.parse(flags(flags)));
        LoadClient client = new LoadClient(plan, 0, server, new BodyPattern(1), server, 100);
        LoadPhase phase = new LoadPhase(server.nowNs, plan.duration().toNanos(), plan.rate(),
                plan.requests(), 1);
        Timeline timeline = new Timeline(server.nowNs);
        client.run(List.of(phase), timeline);
        return new Measured(client.tally(0), client.lateness(), timeline,
                LoadResult.of(plan, List.of(client), phase, timeline, false));
    }

    private static List<String> flags(String... flags) {
        List<String> all = new ArrayList<>(List.of("http://h", "--method", "GET"));
        all.addAll(List.of(flags));
        return all;
    }

    /** What a run measured. */
    record Measured(LoadStats tally, Lateness lateness, Timeline timeline, LoadResult result) {
    }

    int connections() {
        return connections;
    }

    @Override
    public long nowNs() {
        return nowNs;
    }

    @Override
    public void awaitNs(long timeNs) {
        nowNs = Math.max(nowNs, timeNs);
    }

    @Override
    public Wire connect(Wire.Opening opening) throws IOException {
        connections++;
        ended = false;
        return new Wire() {
            @Override
            public long write(ByteBuffer... buffers) {
                long bytes = 0;
                for (ByteBuffer buffer : buffers) {
                    bytes += buffer.remaining();
                    buffer.position(buffer.limit());
                }
                responses.add("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                return bytes;
            }

            @Override
            public int read(ByteBuffer in) {
                nowNs += serviceNs.applyAsLong(requests++);
                byte[] response = responses.remove().getBytes(StandardCharsets.US_ASCII);
                in.put(response);
                return response.length;
            }

            @Override
            public boolean isEnded() {
                return ended;
            }

            @Override
            public void end() {
                // nothing to end
            }

            @Override
            public boolean hasArrived() {
                return !responses.isEmpty();
            }

            @Override
            public void shutdownOutput() {
                throw new AssertionError("nothing is stuck");
            }

            @Override
            public void close() {
                // nothing to close
            }
        };
    }
}
