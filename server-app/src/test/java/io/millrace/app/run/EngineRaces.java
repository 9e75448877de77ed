package io.millrace.app.run;

import io.millrace.app.run.EngineClient.Reply;
import io.millrace.app.run.EngineReport.Wrong;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Two clients that change one key at once through two nodes. Of two conditional changes exactly one
 * is carried out if the engine holds their condition, and none if it doesn't: the nodes then answer
 * 501. What the winner sent is there through both nodes, whole.
 *
 * <p>Threads: one, beside those of the two clients.
 */
final class EngineRaces implements AutoCloseable {

    private static final int SMALL = 1_000;
    /** Longer than what a node collects before it sends it on. */
    private static final int STREAMED = 300_000;
    /** Longer than one part. */
    private static final int PARTS = (8 << 20) + 12_345;
    private static final int PATIENCE_S = 120;

    private interface Change {
        /** @param number of the client, and of its node */
        Reply make(int number) throws Exception;
    }

    private final EngineClient client;
    private final ExecutorService clients = Executors.newFixedThreadPool(2);

    EngineRaces(EngineClient client) {
        this.client = client;
    }

    private Reply[] race(Change change) throws Exception {
        CyclicBarrier start = new CyclicBarrier(2);
        Future<Reply> second = clients.submit(once(start, change, 1));
        Future<Reply> first = clients.submit(once(start, change, 0));
        return new Reply[] {first.get(PATIENCE_S, TimeUnit.SECONDS),
            second.get(PATIENCE_S, TimeUnit.SECONDS)};
    }

    private Callable<Reply> once(CyclicBarrier start, Change change, int number) {
        return () -> {
            // The connection is there before the start.
            client.send(number, "HEAD", "/warm", null);
            start.await(PATIENCE_S, TimeUnit.SECONDS);
            return change.make(number);
        };
    }

    private static byte[] body(int number, int round, int length) {
        byte[] line = ("client " + number + " in round " + round + '\n').getBytes();
        byte[] body = new byte[length];
        for (int i = 0; i < length; i++) {
            body[i] = line[i % line.length];
        }
        return body;
    }

    private static int length(int round) {
        return round % 4 == 3 ? STREAMED : SMALL;
    }

    /** Counts pairs of statuses; a race with a wrong one ends the check. */
    private static final class Tally {

        private final Map<List<Integer>, Integer> counts = new TreeMap<>(
                (a, b) -> a.toString().compareTo(b.toString()));

        void add(Reply[] replies, List<List<Integer>> right) throws Wrong {
            List<Integer> pair = Arrays.stream(replies).map(Reply::status).sorted().toList();
            counts.merge(pair, 1, Integer::sum);
            EngineReport.require(right.contains(pair), "after " + this + ": "
                    + Arrays.toString(replies));
        }

        @Override
        public String toString() {
            return counts.entrySet().stream()
                    .map(entry -> entry.getValue() + " × " + entry.getKey().stream()
                            .map(String::valueOf).collect(Collectors.joining(" and ")))
                    .collect(Collectors.joining(", "));
        }
    }

    private static int winner(Reply[] replies) {
        return replies[0].status() < 300 ? 0 : 1;
    }

    private void requireObject(String path, byte[] body) throws Exception {
        for (int node = 0; node < client.nodes(); node++) {
            Reply found = client.send(node, "GET", path, null);
            EngineReport.require(found.status() == 200 && Arrays.equals(body, found.bytes()),
                    "another object than the winner's through node " + node + ": " + found);
        }
    }

    private void requireNone(String path) throws Exception {
        for (int node = 0; node < client.nodes(); node++) {
            EngineReport.same(404, client.send(node, "GET", path, null).status(),
                    "GET through node " + node);
        }
    }

    /** Both create a key that isn't there. */
    String creates(int races, boolean held) throws Exception {
        Tally tally = new Tally();
        for (int round = 0; round < races; round++) {
            String path = "/race/create-" + round;
            int now = round;
            Reply[] replies = race(number -> client.send(number, "PUT", path,
                    body(number, now, length(now)), "If-None-Match", "*"));
            tally.add(replies, List.of(held ? List.of(201, 412) : List.of(501, 501)));
            if (held) {
                requireObject(path, body(winner(replies), round, length(round)));
            } else {
                requireNone(path);
            }
        }
        return tally.toString();
    }

    private String placed(String path, int round) throws Exception {
        Reply old = client.send(round % 2, "PUT", path, body(2, round, SMALL));
        EngineReport.require(old.status() < 300, "PUT: " + old);
        return client.send(1 - round % 2, "HEAD", path, null).field("ETag");
    }

    /** Both replace the version that they have seen. */
    String replaces(int races, boolean held) throws Exception {
        Tally tally = new Tally();
        for (int round = 0; round < races; round++) {
            String path = "/race/replace-" + round % 20;
            String etag = placed(path, round);
            int now = round;
            Reply[] replies = race(number -> client.send(number, "PUT", path,
                    body(number, now, length(now)), "If-Match", etag));
            tally.add(replies, List.of(held ? List.of(204, 412) : List.of(501, 501)));
            requireObject(path, held ? body(winner(replies), round, length(round))
                    : body(2, round, SMALL));
        }
        return tally.toString();
    }

    /** One removes the version that the other replaces. */
    String deletes(int races, boolean held, boolean replaceHeld) throws Exception {
        Tally tally = new Tally();
        for (int round = 0; round < races; round++) {
            String path = "/race/delete-" + round % 20;
            String etag = placed(path, round);
            int now = round;
            Reply[] replies = race(number -> number == 0
                    ? client.send(number, "DELETE", path, null, "If-Match", etag)
                    : client.send(number, "PUT", path, body(number, now, SMALL),
                            replaceHeld ? new String[] {"If-Match", etag} : new String[0]));
            // Behind a plain PUT whatever its condition would have been, the object is there.
            List<List<Integer>> right = !held ? List.of(List.of(204, 501))
                    : replaceHeld ? List.of(List.of(204, 412))
                    : List.of(List.of(204, 412), List.of(201, 204), List.of(204, 204));
            tally.add(replies, right);
            if (replies[1].status() < 300) {
                requireObject(path, body(1, round, SMALL));
            } else {
                requireNone(path);
            }
        }
        return tally.toString();
    }

    /** Both create a key by bodies of unknown length that come in several parts. */
    String completes(int races, boolean held) throws Exception {
        Tally tally = new Tally();
        for (int round = 0; round < races; round++) {
            String path = "/race/parts-" + round;
            int now = round;
            Reply[] replies = race(number -> client.sendChunked(number, "PUT", path,
                    body(number, now, PARTS), "If-None-Match", "*"));
            tally.add(replies, List.of(held ? List.of(201, 412) : List.of(501, 501)));
            if (held) {
                requireObject(path, body(winner(replies), round, PARTS));
                client.send(0, "DELETE", path, null);
            } else {
                requireNone(path);
            }
        }
        return tally.toString();
    }

    /** Two plain PUTs: one object, whole, whichever. */
    String overwrites(int races) throws Exception {
        Tally tally = new Tally();
        for (int round = 0; round < races; round++) {
            String path = "/race/overwrite-" + round % 20;
            placed(path, round);
            int now = round;
            Reply[] replies = race(number -> client.send(number, "PUT", path,
                    body(number, now, length(now))));
            tally.add(replies, List.of(List.of(204, 204)));
            Reply first = client.send(0, "GET", path, null);
            EngineReport.require(Arrays.equals(first.bytes(), body(0, round, length(round)))
                    || Arrays.equals(first.bytes(), body(1, round, length(round))),
                    "neither of the two: " + first);
            requireObject(path, first.bytes());
        }
        return tally.toString();
    }

    @Override
    public void close() {
        clients.shutdownNow();
    }
}
