package io.millrace.wire;

import java.io.IOException;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every vector over TLS: the server must not tell from it what the layer below it is. */
final class SecureVectorsTest {

    private static final int[] WHOLE = {};
    private static final int MAX_PIECES = 40;

    private static WireLanes lanes;

    @BeforeAll
    static void start() throws IOException {
        lanes = new WireLanes(WireLane::secure);
    }

    @AfterAll
    static void stop() {
        lanes.close();
    }

    static Stream<Arguments> inOneRecord() {
        return lanes.all((vector, lane) -> WireVectorsTest.expectAnswers(vector, lane, WHOLE));
    }

    @ParameterizedTest
    @MethodSource
    void inOneRecord(WireVector vector, Future<?> conversations) throws Exception {
        WireLanes.await(conversations);
    }

    static Stream<Arguments> inManyRecords() {
        return lanes.all((vector, lane) -> WireVectorsTest.expectAnswers(vector, lane,
                WireVectorsTest.cuts(vector, MAX_PIECES)));
    }

    @ParameterizedTest
    @MethodSource
    void inManyRecords(WireVector vector, Future<?> conversations) throws Exception {
        WireLanes.await(conversations);
    }

    static Stream<Arguments> endedByTheClientsCloseNotify() {
        return lanes.all(
                (vector, lane) -> WireVectorsTest.expectAnswersAtTheEnd(vector, lane, WHOLE));
    }

    @ParameterizedTest
    @MethodSource
    void endedByTheClientsCloseNotify(WireVector vector, Future<?> conversations)
            throws Exception {
        WireLanes.await(conversations);
    }
}
