package io.millrace.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.millrace.server.ServerOptions;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** A short run of the fuzzer; {@link WireFuzzer} itself is the long one. */
final class WireFuzzTest {

    private static final long SEED = 9112;
    private static final int INPUTS = 20_000;
    private static final int SOCKET_INPUTS = 2000;

    private final WireFuzzer fuzzer = new WireFuzzer(SEED);

    @Test
    void answersInMemoryDoNotDependOnTheCut() {
        for (int number = 0; number < INPUTS; number++) {
            assertNull(fuzzer.check(number));
        }
    }

    @Test
    void answersOverASocketAreThoseInMemory() throws IOException {
        try (WireLane lane = new WireLane(ServerOptions.builder().hosts("*"))) {
            for (int number = 0; number < SOCKET_INPUTS; number++) {
                byte[] input = fuzzer.input(number);
                byte[] sent = lane.converse(input, new int[0], true, true);
                assertEquals(fuzzer.verdictInMemory(input), WireFuzzer.verdict(sent),
                        WireFuzzer.quote(input));
            }
            assertEquals(0, lane.stats().openConnections());
        }
    }
}
