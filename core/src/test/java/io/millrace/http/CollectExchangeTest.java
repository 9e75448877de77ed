package io.millrace.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import org.junit.jupiter.api.Test;

/** The memory of a body that is collected: it grows with what has come. */
class CollectExchangeTest {

    private static final ThreadMXBean THREADS =
            (ThreadMXBean) ManagementFactory.getThreadMXBean();
    /** For what else the thread allocates, such as classes that are used for the first time. */
    private static final long OTHER_BYTES = 256 * 1024;

    private interface Work {
        void run() throws Exception;
    }

    private static void assertTakesAtMost(long bytes, Work work) throws Exception {
        long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
        work.run();
        long taken = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
        assertTrue(taken <= bytes + OTHER_BYTES, () -> taken + " bytes");
    }

    private static Exchange collect(long bodyLength, int maxBytes) {
        return Exchange.collect(Request.of("PUT", "/x").withBody(bodyLength), maxBytes,
                bytes -> Response.text("" + bytes.length));
    }

    @Test
    void bodyThatIsOnlyAnnouncedTakesNoMemory() throws Exception {
        for (long length : new long[] {200_000_000, -1}) {
            assertTakesAtMost(0, () -> collect(length, 200_000_000).sink());
        }
    }

    @Test
    void bodyThatComesByteByByteIsNotCopiedForEachOfThem() throws Exception {
        int count = 100_000;
        assertTakesAtMost(5 * count, () -> {
            Exchange exchange = collect(-1, 10 * count);
            WritableByteChannel sink = exchange.sink();
            ByteBuffer one = ByteBuffer.allocate(1);
            for (int i = 0; i < count; i++) {
                sink.write(one.clear());
            }
            assertEquals("" + count, text(exchange.complete()));
        });
    }

    @Test
    void bodyTakesNoMoreMemoryThanItsBound() throws Exception {
        int bound = 10_000_000;
        ByteBuffer most = ByteBuffer.allocate(bound - 1);
        assertTakesAtMost(bound - 1 + bound, () -> {
            Exchange exchange = collect(-1, bound);
            exchange.sink().write(most);
            exchange.sink().write(ByteBuffer.allocate(1));
            assertEquals("" + bound, text(exchange.complete()));
        });
    }

    private static String text(Response response) throws Exception {
        ByteBuffer bytes = ByteBuffer.allocate((int) response.body().length());
        response.body().read(0, bytes);
        return new String(bytes.array());
    }
}
