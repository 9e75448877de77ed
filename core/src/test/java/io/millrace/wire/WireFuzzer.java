package io.millrace.wire;

import io.millrace.server.MemoryServer;
import io.millrace.server.ServerOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * Sends what is nearly HTTP to connections in memory and looks at what must hold whatever was sent:
 * <ul>
 *   <li>no exception escapes, and the connection neither hangs nor turns in circles
 *   <li>what comes back is well-formed, with no status but those that the server gives on purpose
 *   <li>it is exactly as many answers as {@link WireModel} expects, refusals where it expects them
 *   <li>it does not depend on how the bytes were cut on their way in, nor on how many the socket
 *       took at a time on their way out
 *   <li>the next connection is served as if nothing had been
 * </ul>
 *
 * <p>A command of its own, from the class path of the tests:
 * {@code java -ea -cp ... io.millrace.wire.WireFuzzer [inputs] [seed]}.
 *
 * <p>Threads: one at a time.
 */
final class WireFuzzer {

    private static final Set<Integer> TAKEN = Set.of(200, 204, 304, EchoHandler.REFUSAL);
    private static final Set<Integer> REFUSED = Set.of(400, 411, 413, 414, 417, 431, 501, 505);
    static final int NO_LIMIT = Integer.MAX_VALUE;
    private static final int[] WHOLE = {};
    private static final int PROBE_EVERY = 16;
    private static final int REPORT_EVERY = 100_000;

    private final long seed;
    private final WireMutator mutator = new WireMutator();
    private final List<ServerOptions> options =
            List.of(ServerOptions.builder().hosts("*").build(), tight());
    private final List<MemoryServer> servers = options.stream()
            .map(limits -> new MemoryServer(limits, new EchoHandler())).toList();

    WireFuzzer(long seed) {
        this.seed = seed;
    }

    /** Limits that inputs meet often, and no more bytes a visit than there may be. */
    private static ServerOptions tight() {
        return ServerOptions.builder()
                .hosts("*")
                .maxHeadBytes(512)
                .maxTargetBytes(64)
                .maxFields(4)
                .maxSkipBytes(15)
                .maxChunkLineBytes(16)
                .bytesPerVisit(4096)
                .pieceBytes(4096)
                .build();
    }

    public static void main(String[] args) throws InterruptedException {
        long inputs = args.length > 0 ? Long.parseLong(args[0]) : 1_000_000;
        long seed = args.length > 1 ? Long.parseLong(args[1]) : System.nanoTime();
        System.out.println(inputs + " inputs, seed " + seed);
        long startNs = System.nanoTime();
        AtomicLong next = new AtomicLong();
        AtomicLong failures = new AtomicLong();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            Thread thread = new Thread(() -> fuzz(seed, next, inputs, failures, startNs));
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        System.out.println(failures + " failures");
        System.exit(failures.get() == 0 ? 0 : 1);
    }

    private static void fuzz(long seed, AtomicLong next, long inputs, AtomicLong failures,
            long startNs) {
        WireFuzzer fuzzer = new WireFuzzer(seed);
        for (long number = next.getAndIncrement(); number < inputs;
                number = next.getAndIncrement()) {
            String fault = fuzzer.check(number);
            if (fault != null) {
                failures.incrementAndGet();
                System.out.println(fault);
            }
            if ((number + 1) % REPORT_EVERY == 0) {
                System.out.printf("%,d inputs, %,d s%n", number + 1,
                        (System.nanoTime() - startNs) / 1_000_000_000);
            }
        }
    }

    /** The input with a number. */
    byte[] input(long number) {
        return mutator.input(random(number));
    }

    private SplittableRandom random(long number) {
        return new SplittableRandom(seed ^ number * 0x9E3779B97F4A7C15L);
    }

    /** What is wrong with what comes of the input with a number; null if nothing. */
    String check(long number) {
        SplittableRandom random = random(number);
        byte[] input = mutator.input(random);
        int which = random.nextInt(servers.size());
        int[] pieceEnds = random.ints(1 + random.nextInt(8), 0, input.length + 1)
                .filter(end -> end > 0 && end < input.length).sorted().distinct().toArray();
        int writeBytes = random.nextBoolean() ? NO_LIMIT : 1 + random.nextInt(200);
        boolean endsAtOnce = random.nextBoolean();
        return check("input " + number + " of seed " + seed, input, which, pieceEnds, writeBytes,
                endsAtOnce, number % PROBE_EVERY == 0);
    }

    /**
     * What is wrong with what comes of an input; null if nothing.
     *
     * @param name what to call the input
     * @param which 0: a server with default limits; 1: one with tight ones
     * @param pieceEnds where the input is cut the second time that it is sent
     * @param writeBytes how many bytes at most the socket takes at a time then
     * @param endsAtOnce whether the client's end is there together with the last bytes then
     * @param probes whether the next connection is tried too
     */
    String check(String name, byte[] input, int which, int[] pieceEnds, int writeBytes,
            boolean endsAtOnce, boolean probes) {
        MemoryServer server = servers.get(which);
        String fault;
        try {
            List<WireResponse> answers = answers(server, input, WHOLE, NO_LIMIT, false);
            String whole = verdict(answers);
            String cut = verdict(answers(server, input, pieceEnds, writeBytes, endsAtOnce));
            fault = whole.equals(cut) ? null : "whole: " + whole + "\n  cut at "
                    + Arrays.toString(pieceEnds) + ", ends at once: " + endsAtOnce + ": " + cut;
            if (fault == null) {
                fault = disagreement(input, options.get(which), answers);
            }
            if (fault == null && probes) {
                fault = probe(server);
            }
        } catch (RuntimeException | AssertionError e) {
            fault = e + " at " + Arrays.stream(e.getStackTrace()).limit(3).toList();
        }
        return fault == null ? null : name + ": " + quote(input) + "\n  " + fault;
    }

    /** What a server with default limits answers to an input. */
    String verdictInMemory(byte[] input) {
        return verdict(answers(servers.get(0), input, WHOLE, NO_LIMIT, false));
    }

    /** What was sent in answer to an input, without what may differ from time to time. */
    static String verdict(byte[] sent) {
        return verdict(finals(sent));
    }

    private static String verdict(List<WireResponse> answers) {
        return answers.stream().map(WireResponse::toString).collect(Collectors.joining(", "));
    }

    private static List<WireResponse> answers(MemoryServer server, byte[] input, int[] pieceEnds,
            int writeBytes, boolean endsAtOnce) {
        return finals(server.converse(input, pieceEnds, writeBytes, endsAtOnce).sent());
    }

    private static List<WireResponse> finals(byte[] sent) {
        return WireResponse.readAll(sent).stream().filter(answer -> !answer.isInterim()).toList();
    }

    /** Where the answers are not those that the grammar demands; null if they are. */
    private static String disagreement(byte[] input, ServerOptions limits,
            List<WireResponse> answers) {
        List<Boolean> taken = new ArrayList<>();
        for (WireResponse answer : answers) {
            if (!TAKEN.contains(answer.status()) && !REFUSED.contains(answer.status())) {
                return "a strange answer: " + answer;
            }
            taken.add(TAKEN.contains(answer.status()));
        }
        List<Boolean> expected =
                WireModel.answers(new String(input, StandardCharsets.ISO_8859_1), limits);
        return taken.equals(expected) ? null
                : "requests taken: " + expected + " expected, but got " + answers;
    }

    private static String probe(MemoryServer server) {
        byte[] probe = WireVerdict.PROBE.getBytes(StandardCharsets.ISO_8859_1);
        String verdict = verdict(answers(server, probe, WHOLE, NO_LIMIT, false));
        return verdict.equals("200 close 'GET /probe\\n'") ? null : "the probe got " + verdict;
    }

    /** An input as it could stand in a vector. */
    static String quote(byte[] input) {
        StringBuilder quoted = new StringBuilder("\"");
        for (byte b : input) {
            switch (b) {
                case '\r' -> quoted.append("\\r");
                case '\n' -> quoted.append("\\n");
                case '\t' -> quoted.append("\\t");
                case '"', '\\' -> quoted.append('\\').append((char) b);
                default -> quoted.append(b >= ' ' && b < 0x7f ? String.valueOf((char) b)
                        : String.format("\\%03o", b & 0xff));
            }
        }
        return quoted.append('"').toString();
    }
}
