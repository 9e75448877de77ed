package io.millrace.app.run;

import io.millrace.app.cli.Setting;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/**
 * Attacks a server, one way after the other, and measures what a normal client beside the attackers
 * feels: it GETs and PUTs objects of 1,000 bytes in turn, with 5 ms between a response and the next
 * request, and connects anew for every 16th. Other jars of the program and nginx stand the same
 * attacks in turn.
 *
 * <p>A command of its own, run in {@code server-app/target}:
 * {@code java -Dmillrace.jar=millrace.jar -cp test-classes:classes io.millrace.app.run.AttackRun},
 * then {@code [rounds] [name=jar]... [nginx] [attack]...}. It needs Linux.
 *
 * <p>Threads: one at a time; its attackers have one of their own.
 */
final class AttackRun {

    private static final String OURS = "millrace";
    private static final String SMALL = "small";
    private static final String LARGE = "large";
    private static final int SMALL_BYTES = 30_000;
    private static final long LARGE_BYTES = 1L << 30;
    private static final long HEAP_BYTES = 64 << 20;
    private static final int FEW_CONNECTIONS = 1000;
    private static final int MANY_CONNECTIONS = 16_000;
    private static final int PACE_MS = 5;
    private static final int REQUESTS_PER_CONNECTION = 16;
    private static final int REQUESTS_BEFORE = 200;
    /** For opening all attackers, however slow it is. */
    private static final long MOST_OPENING_NS = 8_000_000_000L;
    /** For which all attackers stay. */
    private static final long HOLD_NS = 5_000_000_000L;

    /** What the normal client has felt in one round. */
    private record Felt(int requests, int failed, double[] getMs, double[] putMs, boolean ended) {
    }

    private final Path folder;
    /** Jars by the name of a server; null for nginx. */
    private final Map<String, Path> servers = new LinkedHashMap<>();
    private final List<String> notes = Collections.synchronizedList(new ArrayList<>());
    private int rounds = 1;
    private boolean hasFailed;
    /** Once true this is always true: there were none for some of the time. */
    private volatile boolean haveAttackersFailed;

    private volatile boolean over;
    /** When all attackers were there; 0 before. */
    private volatile long completeNs;

    private AttackRun(Path folder) {
        this.folder = folder;
    }

    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory("millrace-attack-run");
        AttackRun run = new AttackRun(folder);
        List<String> names = run.take(args);
        System.out.println("| attack | server | requests, failed | GET p50, p99, max, ms "
                + "| PUT p50, p99, max, ms |");
        System.out.println("|---|---|---:|---:|---:|");
        try {
            for (Attack attack : attacks()) {
                if (names.isEmpty() || names.contains(attack.name())) {
                    run.compare(attack);
                }
            }
        } finally {
            RunFolder.delete(folder);
        }
        run.notes.forEach(System.out::println);
        System.exit(run.hasFailed || run.haveAttackersFailed ? 1 : 0);
    }

    private static List<Attack> attacks() {
        return List.of(Attack.none(), Attack.heads(SMALL, HEAP_BYTES),
                Attack.readers(SMALL, HEAP_BYTES), Attack.silent(FEW_CONNECTIONS),
                Attack.digests(LARGE, 200), Attack.logged(Attack.put("logged", 1) + "x", 4),
                Attack.stalled(LARGE, 500), Attack.pipelinedGets(SMALL, 10),
                Attack.pipelinedPuts("neighbour", 6), Attack.pipelinedPuts("neighbours", 10),
                Attack.slowPuts("slow", 1000));
    }

    /** Takes the arguments; returns the names of attacks among them. */
    private List<String> take(String[] args) {
        List<String> names = new ArrayList<>();
        for (String arg : args) {
            if (arg.matches("[0-9]+")) {
                rounds = Integer.parseInt(arg);
            } else if (arg.equals(AttackedServer.NGINX)) {
                servers.put(arg, null);
            } else if (arg.contains("=")) {
                servers.put(arg.substring(0, arg.indexOf('=')),
                        Path.of(arg.substring(arg.indexOf('=') + 1)).toAbsolutePath());
            } else {
                names.add(arg);
            }
        }
        servers.put(OURS, JarProcess.JAR);
        return names;
    }

    private void compare(Attack attack) throws Exception {
        Map<String, List<Felt>> felt = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (String server : servers.keySet()) {
                if (canBeAttacked(server, attack)) {
                    felt.computeIfAbsent(server, name -> new ArrayList<>())
                            .add(round(server, attack));
                }
            }
        }
        felt.forEach((server, rounds) -> System.out.println(line(attack, server, rounds)));
    }

    /** Of nginx no client can wish for a digest. */
    private static boolean canBeAttacked(String server, Attack attack) {
        return !(server.equals(AttackedServer.NGINX) && attack.name().equals("digests"));
    }

    private static String line(Attack attack, String server, List<Felt> rounds) {
        return String.format("| %s %s | %s%s | %,d, %,d | %s | %s |",
                attack.clients() == 0 ? "" : String.format("%,d", attack.clients()),
                attack.name(), server, rounds.stream().anyMatch(Felt::ended) ? ", ended" : "",
                rounds.stream().mapToInt(Felt::requests).sum(),
                rounds.stream().mapToInt(Felt::failed).sum(),
                times(rounds, Felt::getMs), times(rounds, Felt::putMs));
    }

    private interface Times {
        double[] of(Felt felt);
    }

    /** The median of the rounds' p50 and p99, and the longest time of all. */
    private static String times(List<Felt> rounds, Times times) {
        return String.format("%.1f, %.1f, %,.0f", median(rounds, felt -> times.of(felt)[0]),
                median(rounds, felt -> times.of(felt)[1]),
                rounds.stream().mapToDouble(felt -> times.of(felt)[2]).max().orElseThrow());
    }

    private static double median(List<Felt> rounds, ToDoubleFunction<Felt> figure) {
        double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    /** One attack on a server of its own. */
    private Felt round(String server, Attack attack) throws Exception {
        Path own = Files.createTempDirectory(folder, server);
        boolean isSilent = attack.name().equals("silent");
        boolean isLogged = attack.name().equals("logged");
        AttackedServer.Setting setting = new AttackedServer.Setting(
                isSilent ? FEW_CONNECTIONS : MANY_CONNECTIONS, attack.name().equals("digests"),
                !isLogged);
        boolean isNginx = server.equals(AttackedServer.NGINX);
        try (AttackedServer process = isNginx ? AttackedServer.nginx(own, setting)
                : AttackedServer.jar(servers.get(server), own, setting)) {
            prepare(process, own);
            Attack fit = attack;
            if (isLogged) {
                if (isNginx) {
                    fit = Attack.logged("GET /missing HTTP/1.1\r\nHost: x\r\n\r\n", 4);
                } else {
                    breakStaging(own);
                }
            }
            return feel(process, fit, isLogged, server);
        } finally {
            RunFolder.delete(own);
        }
    }

    private static void prepare(AttackedServer process, Path own) throws IOException {
        try (NormalClient client = new NormalClient(process.url());
                StoreClient connection = new StoreClient(process.url());
                RandomAccessFile large =
                        new RandomAccessFile(own.resolve("data").resolve(LARGE).toFile(), "rw")) {
            large.setLength(LARGE_BYTES);
            if (connection.put(new StampedBody(SMALL, 1, SMALL_BYTES), false, null) != 200) {
                throw new IOException("no PUT: " + connection.text());
            }
            for (int i = 0; i < REQUESTS_BEFORE; i++) {
                client.request();
            }
        }
    }

    /** From now on each PUT fails, and is logged. */
    private static void breakStaging(Path own) throws IOException {
        Path parts = own.resolve("data/.millrace.parts");
        RunFolder.delete(parts);
        Files.createFile(parts);
    }

    private Felt feel(AttackedServer process, Attack attack, boolean onlyGets, String server)
            throws Exception {
        Attackers clients = new Attackers(process.address(), attack, MANY_CONNECTIONS);
        Thread attackers = new Thread(() -> work(clients, server));
        over = false;
        completeNs = 0;
        try (NormalClient victim = new NormalClient(process.url())) {
            long startNs = System.nanoTime();
            attackers.start();
            boolean ended = false;
            while (isOn(startNs) && !ended) {
                if (victim.requests() % REQUESTS_PER_CONNECTION == 0) {
                    victim.leave();
                }
                boolean succeeded = onlyGets ? victim.get() : victim.request();
                hasFailed |= !succeeded && server.equals(OURS);
                ended = process.endsWithin(PACE_MS);
            }
            over = true;
            attackers.join();
            hasFailed |= ended && server.equals(OURS);
            if (!victim.failures().isEmpty()) {
                notes.add(attack.name() + ", " + server + ": "
                        + new TreeSet<>(victim.failures()));
            }
            return new Felt(victim.requests(), victim.failures().size(),
                    times(victim::getLatencyMs), times(victim::putLatencyMs), ended);
        }
    }

    private interface Latency {
        double ms(double share);
    }

    private static double[] times(Latency latency) {
        return new double[] {latency.ms(0.5), latency.ms(0.99), latency.ms(1)};
    }

    private boolean isOn(long startNs) {
        long nowNs = System.nanoTime();
        return completeNs == 0 ? nowNs - startNs < MOST_OPENING_NS : nowNs - completeNs < HOLD_NS;
    }

    private void work(Attackers clients, String server) {
        try (clients) {
            while (!over) {
                clients.turn();
                if (completeNs == 0 && clients.isComplete()) {
                    completeNs = System.nanoTime();
                }
            }
        } catch (IOException | RuntimeException e) {
            completeNs = System.nanoTime();
            haveAttackersFailed = true;
            notes.add(server + ": the attackers failed: " + e);
        }
    }
}
