package io.millrace.wire;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.millrace.server.MemoryServer;
import io.millrace.server.ServerOptions;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every vector against connections in memory, where each cut is exact and each wait is seen. */
final class MemoryVectorsTest {

    private static final int NO_LIMIT = Integer.MAX_VALUE;
    private static final int[] WHOLE = {};
    /** Longer vectors are cut in two at as many positions only; byte by byte covers the others. */
    private static final int MAX_CUTS = 500;

    private static final MemoryServer SERVER =
            new MemoryServer(ServerOptions.defaults(), new EchoHandler());
    private static final MemoryServer SMALL =
            new MemoryServer(LimitVectors.options().build(), new EchoHandler());

    static Stream<Arguments> vectors() {
        return Stream.concat(
                WireVectors.all().stream().map(vector -> Arguments.of(vector, SERVER)),
                LimitVectors.all().stream().map(vector -> Arguments.of(vector, SMALL)));
    }

    @Test
    void everyVectorHasANameOfItsOwn() {
        Set<String> names = new HashSet<>();
        for (WireVector vector : Stream.concat(WireVectors.all().stream(),
                LimitVectors.all().stream()).toList()) {
            assertTrue(names.add(vector.name()), vector.name());
            assertTrue(vector.section().matches("RFC [0-9]+ [sC][0-9.]+"), vector.name());
        }
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void sentWhole(WireVector vector, MemoryServer server) {
        expectAnswers(vector, server, WHOLE, NO_LIMIT);
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void sentByteByByte(WireVector vector, MemoryServer server) {
        int length = vector.text().length() + WireVerdict.PROBE.length();
        expectAnswers(vector, server, IntStream.range(1, length).toArray(), NO_LIMIT);
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void cutInTwoAnywhere(WireVector vector, MemoryServer server) {
        int step = 1 + vector.text().length() / MAX_CUTS;
        for (int cut = 1; cut <= vector.text().length(); cut += step) {
            expectAnswers(vector, server, new int[] {cut}, NO_LIMIT);
        }
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void answeredByteByByte(WireVector vector, MemoryServer server) {
        expectAnswers(vector, server, WHOLE, 1);
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void endedByTheClient(WireVector vector, MemoryServer server) {
        MemoryServer.Outcome outcome = server.converse(vector.bytes(), WHOLE, NO_LIMIT, false);
        expectNone(vector, WireVerdict.ofHalfClosed(vector, outcome.sent()));
        if (vector.end() == WireVector.End.BROKEN_OFF || vector.end() == WireVector.End.WAITING) {
            byte[] before = Arrays.copyOf(outcome.sent(), outcome.sentBeforeEnd());
            expectNone(vector, WireVerdict.ofAwaited(vector, before));
        }
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void endedByTheClientAtOnce(WireVector vector, MemoryServer server) {
        byte[] sent = server.converse(vector.bytes(), WHOLE, NO_LIMIT, true).sent();
        expectNone(vector, WireVerdict.ofHalfClosed(vector, sent));
        int[] byteByByte = IntStream.range(1, vector.text().length()).toArray();
        sent = server.converse(vector.bytes(), byteByByte, NO_LIMIT, true).sent();
        expectNone(vector, WireVerdict.ofHalfClosed(vector, sent));
    }

    private static void expectNone(WireVector vector, String fault) {
        if (fault != null) {
            fail(vector + ": " + fault);
        }
    }

    private static void expectAnswers(WireVector vector, MemoryServer server, int[] pieceEnds,
            int writeBytes) {
        switch (vector.end()) {
            case OPEN, CLOSED, CUT_OFF -> {
                byte[] bytes = (vector.text() + WireVerdict.PROBE)
                        .getBytes(StandardCharsets.ISO_8859_1);
                byte[] sent = server.converse(bytes, pieceEnds, writeBytes, false).sent();
                expectNone(vector, WireVerdict.ofProbed(vector, sent));
            }
            // What would follow these is the rest of a message, and no probe.
            case BROKEN_OFF, WAITING -> {
                int[] ends = Arrays.stream(pieceEnds)
                        .filter(end -> end < vector.text().length()).toArray();
                byte[] sent =
                        server.converse(vector.bytes(), ends, writeBytes, false).sent();
                expectNone(vector, WireVerdict.ofHalfClosed(vector, sent));
            }
        }
    }
}
