package io.millrace.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PipeTest {

    private static final int STRESS_BYTES = 8_000_000;

    private final Pipe pipe = new Pipe();
    private final AtomicInteger calls = new AtomicInteger();

    private static byte[] random(long seed, int count) {
        byte[] bytes = new byte[count];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private int put(int count) throws IOException {
        return pipe.put(ByteBuffer.allocate(count));
    }

    private int take(int count) throws IOException {
        return pipe.take(ByteBuffer.allocate(count));
    }

    @Test
    void exactlyTheCapacityIsTakenAndNotAByteMore() throws Exception {
        assertEquals(Pipe.CAPACITY_BYTES, pipe.room());
        assertEquals(Pipe.CAPACITY_BYTES - 1, put(Pipe.CAPACITY_BYTES - 1));
        assertEquals(1, pipe.room());
        assertEquals(1, put(2));
        assertEquals(0, pipe.room());
        assertEquals(0, put(1));
    }

    @Test
    void bytesComeOutAsTheyWentInAroundTheRing() throws Exception {
        byte[] bytes = random(1, 5 * Pipe.CAPACITY_BYTES);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        InputStream in = pipe.input();
        Random sizes = new Random(2);
        ByteBuffer source = ByteBuffer.wrap(bytes);
        byte[] target = new byte[Pipe.CAPACITY_BYTES];
        while (out.size() < bytes.length) {
            source.limit(Math.min(bytes.length,
                    source.position() + sizes.nextInt(Pipe.CAPACITY_BYTES)));
            pipe.put(source);
            if (in.available() > 0) {
                out.write(target, 0, in.read(target, 0, 1 + sizes.nextInt(target.length)));
            }
        }
        assertArrayEquals(bytes, out.toByteArray());
    }

    @Test
    void endComesBehindTheLastByte() throws Exception {
        put(3);
        pipe.end();
        InputStream in = pipe.input();
        assertEquals(3, in.readNBytes(10).length);
        assertEquals(-1, in.read());
        assertEquals(-1, in.read(new byte[1]));
        assertEquals(0, in.read(new byte[0]));
        assertEquals(0, in.available());
    }

    @Test
    void takerFindsTheEndBehindTheLastByteAndNothingBefore() throws Exception {
        assertEquals(0, take(10));
        pipe.output().write(new byte[3]);
        assertEquals(2, take(2));
        pipe.end();
        assertEquals(0, take(0));
        assertEquals(1, take(10));
        assertEquals(-1, take(10));
    }

    @Test
    void byteThatLooksLikeTheEndIsNone() throws Exception {
        pipe.put(ByteBuffer.wrap(new byte[] {-1}));
        assertEquals(255, pipe.input().read());
    }

    @Test
    void readerGetsWhatIsThereBeforeItLearnsOfTheBreak() throws Exception {
        put(3);
        pipe.breakOff(new IOException("first"));
        pipe.breakOff(new IOException("second"));
        InputStream in = pipe.input();
        assertEquals(3, in.readNBytes(3).length);
        assertEquals("first", assertThrows(IOException.class, in::read).getMessage());
        assertThrows(IOException.class, () -> put(1));
        assertThrows(IOException.class, () -> take(1));
        assertThrows(IOException.class, () -> pipe.output().write(1));
        assertTrue(pipe.isBroken());
    }

    @Test
    void badRangesAreRefused() {
        assertThrows(IndexOutOfBoundsException.class,
                () -> pipe.input().read(new byte[1], 0, 2));
        assertThrows(IndexOutOfBoundsException.class,
                () -> pipe.output().write(new byte[1], 1, 1));
    }

    // Callbacks.

    @Test
    void roomIsToldOnceHalfThePipeIsFree() throws Exception {
        put(Pipe.CAPACITY_BYTES);
        pipe.whenRoom(calls::incrementAndGet);
        InputStream in = pipe.input();
        in.readNBytes(Pipe.CAPACITY_BYTES / 2 - 1);
        assertEquals(0, calls.get());
        in.read();
        assertEquals(1, calls.get());
        in.readNBytes(Pipe.CAPACITY_BYTES / 2);
        assertEquals(1, calls.get());
        pipe.whenRoom(calls::incrementAndGet);
        assertEquals(2, calls.get());
    }

    @Test
    void bytesAreToldOnceTheyAreThere() throws Exception {
        pipe.whenReadable(calls::incrementAndGet);
        assertEquals(0, calls.get());
        pipe.output().write(new byte[10]);
        pipe.output().write(new byte[10]);
        assertEquals(1, calls.get());
        pipe.whenReadable(calls::incrementAndGet);
        assertEquals(2, calls.get());
    }

    // As of a writer that has run out of memory.
    @Test
    void writerOfWhoseFailureNothingCanBeSaidEndsItsBody() throws Exception {
        List<Thread> threads = new ArrayList<>();
        Body body = Body.written(task -> threads.add(new Thread(task)), out -> {
            throw new OutOfMemoryError("planted") {
                @Override
                public String toString() {
                    throw this;
                }
            };
        });
        assertEquals(0, body.read(0, ByteBuffer.allocate(1)));
        body.whenReadable(calls::incrementAndGet);
        threads.get(0).start();
        threads.get(0).join();
        assertEquals(1, calls.get());
        assertThrows(OutOfMemoryError.class, () -> body.read(0, ByteBuffer.allocate(1)));
    }

    @Test
    void endAndBreakAreToldToWhoWaits() {
        pipe.whenReadable(calls::incrementAndGet);
        pipe.end();
        assertEquals(1, calls.get());
        Pipe full = new Pipe();
        full.whenReadable(calls::incrementAndGet);
        full.breakOff(new IOException("broken"));
        assertEquals(2, calls.get());
        full.whenReadable(calls::incrementAndGet);
        full.whenRoom(calls::incrementAndGet);
        assertEquals(4, calls.get());
    }

    @Test
    void endAndBreakThatComeJustBeforeTheWaitAreTold() throws Exception {
        pipe.end();
        pipe.whenReadable(calls::incrementAndGet);
        assertEquals(1, calls.get());
        Pipe full = new Pipe();
        full.put(ByteBuffer.allocate(Pipe.CAPACITY_BYTES));
        full.breakOff(new IOException("broken"));
        full.whenRoom(calls::incrementAndGet);
        assertEquals(2, calls.get());
    }

    @Test
    void breakIsToldOnceToWhoOnlyWaitsForThat() {
        pipe.whenBroken(calls::incrementAndGet);
        pipe.end();
        assertEquals(0, calls.get());
        pipe.breakOff(new IOException("broken"));
        pipe.breakOff(new IOException("again"));
        assertEquals(1, calls.get());
        pipe.whenBroken(calls::incrementAndGet);
        assertEquals(2, calls.get());
    }

    // Two threads.

    private interface Task {
        void run() throws Exception;
    }

    private static CompletableFuture<Thread> start(CompletableFuture<Void> done, Task task) {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        new Thread(() -> {
            thread.complete(Thread.currentThread());
            try {
                task.run();
                done.complete(null);
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        }).start();
        return thread;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void everyByteIsReadOnceAndInOrder(long seed) throws Exception {
        byte[] bytes = random(seed, STRESS_BYTES);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CompletableFuture<Void> done = new CompletableFuture<>();
        start(done, () -> {
            Random sizes = new Random(~seed);
            InputStream in = pipe.input();
            byte[] target = new byte[2 * Pipe.CAPACITY_BYTES];
            for (int count = 0; count >= 0; count = in.read(target, 0, 1 + sizes.nextInt(
                    sizes.nextBoolean() ? 100 : target.length))) {
                out.write(target, 0, count);
            }
        });
        Random sizes = new Random(seed);
        Semaphore room = new Semaphore(0);
        ByteBuffer source = ByteBuffer.wrap(bytes);
        while (source.hasRemaining() || source.limit() < bytes.length) {
            if (!source.hasRemaining()) {
                source.limit(Math.min(bytes.length, source.position() + 1 + sizes.nextInt(
                        sizes.nextBoolean() ? 100 : 2 * Pipe.CAPACITY_BYTES)));
            }
            pipe.put(source);
            if (pipe.room() == 0) {
                pipe.whenRoom(room::release);
                assertTrue(room.tryAcquire(60, TimeUnit.SECONDS), "nobody tells of the room");
            }
        }
        pipe.end();
        done.get(60, TimeUnit.SECONDS);
        assertArrayEquals(bytes, out.toByteArray());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void everyByteIsTakenOnceAndInOrder(long seed) throws Exception {
        byte[] bytes = random(seed, STRESS_BYTES);
        CompletableFuture<Void> done = new CompletableFuture<>();
        start(done, () -> {
            Random sizes = new Random(seed);
            OutputStream target = pipe.output();
            int count;
            for (int at = 0; at < bytes.length; at += count) {
                count = Math.min(bytes.length - at, 1 + sizes.nextInt(
                        sizes.nextBoolean() ? 100 : 2 * Pipe.CAPACITY_BYTES));
                target.write(bytes, at, count);
            }
            pipe.end();
        });
        Random sizes = new Random(~seed);
        Semaphore readable = new Semaphore(0);
        ByteBuffer all = ByteBuffer.allocate(bytes.length + 1);
        while (true) {
            all.limit(Math.min(all.capacity(), all.position() + 1 + sizes.nextInt(
                    sizes.nextBoolean() ? 100 : 2 * Pipe.CAPACITY_BYTES)));
            int count = pipe.take(all);
            if (count < 0) {
                break;
            }
            if (count == 0) {
                pipe.whenReadable(readable::release);
                assertTrue(readable.tryAcquire(60, TimeUnit.SECONDS), "nobody tells of the bytes");
            }
        }
        done.get(60, TimeUnit.SECONDS);
        assertEquals(bytes.length, all.position());
        assertEquals(ByteBuffer.wrap(bytes), all.flip());
    }

    @Test
    void waitingReaderAndWriterLearnOfTheBreak() throws Exception {
        CompletableFuture<Void> read = new CompletableFuture<>();
        start(read, () -> pipe.input().read());
        Pipe full = new Pipe();
        CompletableFuture<Void> written = new CompletableFuture<>();
        start(written, () -> full.output().write(new byte[Pipe.CAPACITY_BYTES + 1]));
        pipe.breakOff(new IOException("broken"));
        full.breakOff(new IOException("broken"));
        for (CompletableFuture<Void> done : List.of(read, written)) {
            Throwable failure = assertThrows(ExecutionException.class,
                    () -> done.get(60, TimeUnit.SECONDS)).getCause();
            assertEquals("broken", failure.getMessage());
        }
    }

    @Test
    void interruptedReaderThrowsAndStaysInterrupted() throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread thread = start(done, () -> {
            assertThrows(InterruptedIOException.class, () -> pipe.input().read());
            assertTrue(Thread.interrupted());
        }).get(60, TimeUnit.SECONDS);
        thread.interrupt();
        done.get(60, TimeUnit.SECONDS);
        assertFalse(pipe.isBroken());
    }
}
