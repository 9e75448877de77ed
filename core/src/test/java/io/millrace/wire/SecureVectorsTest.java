package io.millrace.wire;

import io.millrace.server.ServerOptions;
import java.io.IOException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every vector over TLS: the server must not tell from it what the layer below it is. */
final class SecureVectorsTest {

    private static final int MAX_PIECES = 40;

    private static WireLane standard;
    private static WireLane small;

    @BeforeAll
    static void start() throws IOException {
        standard = WireLane.secure(ServerOptions.builder());
        small = WireLane.secure(LimitVectors.options());
    }

    @AfterAll
    static void stop() {
        standard.close();
        small.close();
    }

    static Stream<Arguments> vectors() {
        return Stream.concat(
                WireVectors.all().stream().map(vector -> Arguments.of(vector, standard)),
                LimitVectors.all().stream().map(vector -> Arguments.of(vector, small)));
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("vectors")
    void inOneRecord(WireVector vector, WireLane lane) throws IOException {
        WireVectorsTest.expectAnswers(vector, lane, new int[0]);
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("vectors")
    void inManyRecords(WireVector vector, WireLane lane) throws IOException {
        int length = vector.text().length() + WireVerdict.PROBE.length();
        int step = 1 + length / MAX_PIECES;
        WireVectorsTest.expectAnswers(vector, lane,
                IntStream.range(1, length).filter(i -> i % step == 0).toArray());
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("vectors")
    void endedByTheClientsCloseNotify(WireVector vector, WireLane lane) throws IOException {
        WireVectorsTest.expectAnswersAtTheEnd(vector, lane, new int[0]);
    }
}
