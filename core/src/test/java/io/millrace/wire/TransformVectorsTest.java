package io.millrace.wire;

import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.server.ServerOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every vector again, with a handler that transforms each body: over sockets, by its threads. */
final class TransformVectorsTest {

    /** Longer vectors are sent in pieces of more than a byte, this many. */
    private static final int MAX_PIECES = 300;

    private static final ExecutorService THREADS = Executors.newCachedThreadPool();
    private static WireLane lane;
    private static WireLane small;

    /** As the other one, but what it tells of a body comes from a transformation. */
    private static final class Transforming implements Handler {

        private final EchoHandler echo = new EchoHandler();

        @Override
        public Exchange handle(RequestHead request) {
            boolean isTaken = switch (request.method()) {
                case "POST", "PUT", "PATCH" -> true;
                default -> false;
            };
            Exchange exchange = echo.handle(request);
            if (!isTaken || exchange instanceof Response) {
                return exchange;
            }
            String told = request.method() + " " + request.path()
                    + (request.query() == null ? "" : "?" + request.query());
            return Exchange.transform(THREADS, Response.of(Status.OK)
                    .with("Content-Type", "text/plain; charset=utf-8"), (in, out) -> {
                        CRC32 crc = new CRC32();
                        long length = 0;
                        byte[] piece = new byte[1000];
                        for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                            crc.update(piece, 0, count);
                            length += count;
                        }
                        out.write((WireAnswer.received(told, length, crc.getValue()) + "\n")
                                .getBytes(StandardCharsets.UTF_8));
                    });
        }
    }

    @BeforeAll
    static void start() throws IOException {
        lane = new WireLane(ServerOptions.builder(), new Transforming());
        small = new WireLane(LimitVectors.options(), new Transforming());
    }

    @AfterAll
    static void stop() {
        lane.close();
        small.close();
        THREADS.shutdownNow();
    }

    static Stream<WireVector> vectors() {
        return WireVectors.all().stream();
    }

    static Stream<WireVector> limits() {
        return LimitVectors.all().stream();
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void bodyIsTransformed(WireVector vector) throws IOException {
        check(vector, lane);
    }

    @ParameterizedTest
    @MethodSource("limits")
    void bodyAtALimitIsTransformed(WireVector vector) throws IOException {
        check(vector, small);
    }

    private static void check(WireVector vector, WireLane lane) throws IOException {
        WireVectorsTest.expectAnswers(vector, lane, new int[0]);
        int length = vector.text().length() + WireVerdict.PROBE.length();
        int step = 1 + length / MAX_PIECES;
        WireVectorsTest.expectAnswers(vector, lane,
                IntStream.range(1, length).filter(i -> i % step == 0).toArray());
        WireVectorsTest.expectAnswersAtTheEnd(vector, lane, new int[0]);
    }
}
