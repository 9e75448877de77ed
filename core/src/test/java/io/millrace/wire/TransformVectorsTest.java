package io.millrace.wire;

import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every vector again, with a handler that transforms each body: over sockets, by its threads. */
final class TransformVectorsTest {

    private static final int[] WHOLE = {};
    /** Longer vectors are sent in pieces of more than a byte, this many. */
    private static final int MAX_PIECES = 300;

    private static final ExecutorService THREADS = Executors.newCachedThreadPool();
    private static WireLanes lanes;

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
        lanes = new WireLanes(options -> new WireLane(options, new Transforming()));
    }

    @AfterAll
    static void stop() {
        lanes.close();
        THREADS.shutdownNow();
    }

    static Stream<Arguments> bodyIsTransformed() {
        return lanes.all((vector, lane) -> {
            WireVectorsTest.expectAnswers(vector, lane, WHOLE);
            WireVectorsTest.expectAnswers(vector, lane, WireVectorsTest.cuts(vector, MAX_PIECES));
            WireVectorsTest.expectAnswersAtTheEnd(vector, lane, WHOLE);
        });
    }

    @ParameterizedTest
    @MethodSource
    void bodyIsTransformed(WireVector vector, Future<?> conversations) throws Exception {
        WireLanes.await(conversations);
    }
}
