package io.millrace.wire;

import static org.junit.jupiter.api.Assertions.fail;

import io.millrace.server.ServerOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every vector against a server, over sockets. */
final class WireVectorsTest {

    private static final int[] WHOLE = {};
    /** Longer vectors are cut at every position in memory only, see {@link MemoryVectorsTest}. */
    private static final int MAX_CUT_BYTES = 300;
    /** Longer vectors are sent in pieces of more than a byte, this many. */
    private static final int MAX_PIECES = 2000;
    private static final int LANES = 3;

    private static final List<WireLane> DEFAULT = new ArrayList<>();
    private static final List<WireLane> SMALL = new ArrayList<>();

    private static ExecutorService threads;

    @BeforeAll
    static void start() throws IOException {
        threads = Executors.newFixedThreadPool(LANES);
        for (int i = 0; i < LANES; i++) {
            DEFAULT.add(new WireLane(ServerOptions.builder()));
            SMALL.add(new WireLane(LimitVectors.options()));
        }
    }

    @AfterAll
    static void stop() {
        threads.shutdown();
        DEFAULT.forEach(WireLane::close);
        SMALL.forEach(WireLane::close);
    }

    static Stream<Arguments> vectors() {
        return Stream.concat(
                WireVectors.all().stream().map(vector -> Arguments.of(vector, DEFAULT)),
                LimitVectors.all().stream().map(vector -> Arguments.of(vector, SMALL)));
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void sentWhole(WireVector vector, List<WireLane> lanes) throws IOException {
        expectAnswers(vector, lanes.get(0), WHOLE);
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void sentByteByByte(WireVector vector, List<WireLane> lanes) throws IOException {
        int length = vector.text().length() + WireVerdict.PROBE.length();
        int step = 1 + length / MAX_PIECES;
        expectAnswers(vector, lanes.get(0),
                IntStream.range(1, length).filter(i -> i % step == 0).toArray());
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void cutInTwoAnywhere(WireVector vector, List<WireLane> lanes) throws Exception {
        int length = Math.min(vector.text().length(), MAX_CUT_BYTES);
        List<Future<?>> parts = new ArrayList<>();
        for (int i = 0; i < LANES; i++) {
            int first = i + 1;
            parts.add(threads.submit(() -> {
                for (int cut = first; cut <= length; cut += LANES) {
                    expectAnswers(vector, lanes.get(first - 1), new int[] {cut});
                }
                return null;
            }));
        }
        for (Future<?> part : parts) {
            await(part);
        }
    }

    private static void await(Future<?> part) throws Exception {
        try {
            part.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AssertionError failure) {
                throw failure;
            }
            throw e;
        }
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void endedByTheClient(WireVector vector, List<WireLane> lanes) throws IOException {
        expectAnswersAtTheEnd(vector, lanes.get(0), WHOLE);
    }

    static void expectAnswers(WireVector vector, WireLane lane, int[] pieceEnds)
            throws IOException {
        switch (vector.end()) {
            case OPEN, CLOSED, CUT_OFF -> {
                byte[] bytes = (vector.text() + WireVerdict.PROBE)
                        .getBytes(StandardCharsets.ISO_8859_1);
                byte[] sent = lane.converse(bytes, pieceEnds, false, clientAsksForTheEnd(vector));
                expectNone(vector, pieceEnds, WireVerdict.ofProbed(vector, sent));
            }
            // What would follow these is the rest of a message, and no probe.
            case BROKEN_OFF, WAITING -> expectAnswersAtTheEnd(vector, lane, IntStream.of(pieceEnds)
                    .filter(end -> end < vector.text().length()).toArray());
        }
    }

    static void expectAnswersAtTheEnd(WireVector vector, WireLane lane, int[] pieceEnds)
            throws IOException {
        byte[] sent = lane.converse(vector.bytes(), pieceEnds, true, clientAsksForTheEnd(vector));
        expectNone(vector, pieceEnds, WireVerdict.ofHalfClosed(vector, sent));
    }

    /** Only a refusal has to reach a client that goes on sending; one that says close may not. */
    private static boolean clientAsksForTheEnd(WireVector vector) {
        List<WireAnswer> answers = vector.answers();
        return vector.end() == WireVector.End.CLOSED
                && answers.get(answers.size() - 1).status() < 400;
    }

    private static void expectNone(WireVector vector, int[] pieceEnds, String fault) {
        if (fault != null) {
            fail(vector + (pieceEnds.length == 1 ? " cut at " + pieceEnds[0] : "") + ": " + fault);
        }
    }
}
