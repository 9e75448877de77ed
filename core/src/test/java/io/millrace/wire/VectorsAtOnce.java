package io.millrace.wire;

import io.millrace.server.MemoryServer;
import io.millrace.server.ServerOptions;
import org.junit.jupiter.api.Test;

/**
 * The vectors in one test, for {@code .ci/mutation}: PIT starts each run of a parameterized test by
 * itself, which takes longer than the run. Not part of the suite, which has {@link
 * MemoryVectorsTest}.
 */
final class VectorsAtOnce {

    @Test
    void sentWholeAndByteByByte() {
        MemoryVectorsTest test = new MemoryVectorsTest();
        MemoryServer server = new MemoryServer(ServerOptions.defaults(), new EchoHandler());
        MemoryServer small = new MemoryServer(LimitVectors.options().build(), new EchoHandler());
        WireVectors.all().forEach(vector -> {
            test.sentWhole(vector, server);
            test.sentByteByByte(vector, server);
        });
        LimitVectors.all().forEach(vector -> {
            test.sentWhole(vector, small);
            test.sentByteByByte(vector, small);
        });
    }
}
