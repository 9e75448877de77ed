package io.millrace.wire;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
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
    /** Longer vectors are cut at all positions in memory only, see {@link MemoryVectorsTest}. */
    private static final int MAX_CUT_BYTES = 300;
    /**
     * A vector is cut at each fourth position: which ones, its length decides. {@link
     * MemoryVectorsTest} cuts at all of them, and here it would be half of the time of all vectors.
     */
    private static final int CUT_STEP = 4;
    /** Longer vectors are sent in pieces of more than a byte, this many. */
    private static final int MAX_PIECES = 2000;

    private static WireLanes lanes;

    @BeforeAll
    static void start() throws IOException {
        lanes = new WireLanes(WireLane::new);
    }

    @AfterAll
    static void stop() {
        lanes.close();
    }

    static Stream<Arguments> sentWhole() {
        return lanes.all((vector, lane) -> expectAnswers(vector, lane, WHOLE));
    }

    @ParameterizedTest
    @MethodSource
    void sentWhole(WireVector vector, Future<?> conversations) throws Exception {
        WireLanes.await(conversations);
    }

    static Stream<Arguments> sentByteByByte() {
        return lanes.all((vector, lane) -> expectAnswers(vector, lane, cuts(vector, MAX_PIECES)));
    }

    @ParameterizedTest
    @MethodSource
    void sentByteByByte(WireVector vector, Future<?> conversations) throws Exception {
        WireLanes.await(conversations);
    }

    static Stream<Arguments> cutInTwo() {
        return lanes.all((vector, lane) -> {
            int length = Math.min(vector.text().length(), MAX_CUT_BYTES);
            for (int cut = 1 + length % CUT_STEP; cut <= length; cut += CUT_STEP) {
                expectAnswers(vector, lane, new int[] {cut});
            }
        });
    }

    @ParameterizedTest
    @MethodSource
    void cutInTwo(WireVector vector, Future<?> conversations) throws Exception {
        WireLanes.await(conversations);
    }

    static Stream<Arguments> endedByTheClient() {
        return lanes.all((vector, lane) -> expectAnswersAtTheEnd(vector, lane, WHOLE));
    }

    @ParameterizedTest
    @MethodSource
    void endedByTheClient(WireVector vector, Future<?> conversations) throws Exception {
        WireLanes.await(conversations);
    }

    /** Where to cut a vector and the probe behind it, evenly, for so many pieces at most. */
    static int[] cuts(WireVector vector, int maxPieces) {
        int length = vector.text().length() + WireVerdict.PROBE.length();
        int step = 1 + length / maxPieces;
        return IntStream.range(1, length).filter(i -> i % step == 0).toArray();
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
