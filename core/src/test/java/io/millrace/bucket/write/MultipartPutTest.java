package io.millrace.bucket.write;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bucket.cache.BucketCache;
import io.millrace.bucket.engine.BucketBuffers.Room;
import io.millrace.bucket.engine.BucketWrites;
import io.millrace.bucket.engine.EngineState;
import io.millrace.bucket.engine.PutLimits;
import io.millrace.bucket.engine.WriteRules;
import io.millrace.http.Abandonment;
import io.millrace.http.Request;
import io.millrace.http.Response;
import io.millrace.s3.S3Client;
import io.millrace.s3.S3Keys;
import io.millrace.s3.S3Place;
import io.millrace.s3.S3Settings;
import io.millrace.tree.Key;
import io.millrace.tree.KeyLimits;
import io.millrace.tree.KeyResponses;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a PUT in parts ends, without an engine: the parts are told of by hand. */
class MultipartPutTest {

    private static final WriteRules RULES = new WriteRules(false, KeyLimits.DEFAULTS,
            Long.MAX_VALUE, 0, 8 << 20, 64 << 20, Duration.ZERO);

    /** Of an engine that isn't there: a test that asks it has failed. */
    private static final class State extends EngineState {

        State() {
            super(RULES, new S3Client(S3Place.of("http://127.0.0.1:9/bucket", null, false),
                    () -> new S3Keys("ID", "secret", null), S3Settings.DEFAULTS),
                    new BucketCache(0, 0, 0, System::nanoTime), new BucketWrites(RULES),
                    System::nanoTime, MultipartPutTest.class);
        }
    }

    private static final class Put extends MultipartPut {

        int gaveUp;

        Put(ObjectWrite write, Room room, int parts) {
            super(write, room);
            number = parts;
            running = parts;
        }

        @Override
        void goOn() {
        }

        @Override
        void giveUp() {
            gaveUp++;
        }

        @Override
        public int write(ByteBuffer source) {
            throw new AssertionError();
        }

        @Override
        public int room() {
            throw new AssertionError();
        }

        @Override
        public void whenRoom(Runnable callback) {
            throw new AssertionError();
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public WritableByteChannel sink() {
            return this;
        }

        @Override
        public Response complete() {
            return whole();
        }
    }

    @AutoClose
    private final State state = new State();

    private ObjectWrite write() throws Exception {
        return new ObjectWrite(state, Key.of("/a", KeyLimits.DEFAULTS), Request.of("PUT", "/a"));
    }

    private Put put(int parts) throws Exception {
        return new Put(write(), state.buffers().tryTake(1), parts);
    }

    @Test
    void partThatFailsEndsThePutThoughTheOthersArriveMeanwhile() throws Exception {
        Put put = put(2);
        put.whole();
        // Whoever asks what has failed finds that the other part has just arrived.
        put.sent(new CompletionException(new IOException("no")) {

            private boolean isAsked;

            @Override
            public synchronized Throwable getCause() {
                if (!isAsked) {
                    isAsked = true;
                    put.sent(null);
                }
                return super.getCause();
            }
        });
        assertTrue(put.outcome.isDone());
        assertEquals(500, put.outcome.get().status().code()); // what no engine says
        assertEquals(1, put.gaveUp);
        assertEquals(0, state.buffers().takenBytes());
    }

    @Test
    void endThatFailsByItselfIsAnswered() throws Exception {
        ObjectWrite write = new ObjectWrite(state, Key.of("/a", KeyLimits.DEFAULTS),
                Request.of("PUT", "/a", "If-None-Match", "*")); // which needs no look
        // Of an upload that has never begun, so that it can't end.
        Put put = new Put(write, state.buffers().tryTake(1), 1);
        put.sent(null);
        put.complete();
        assertTrue(put.outcome.isDone());
        assertEquals(500, put.outcome.get().status().code());
        assertEquals(0, state.buffers().takenBytes());
    }

    @Test
    void roomIsGivenBackWithTheLastPartThatIsUnderWay() throws Exception {
        Put put = put(3);
        put.sent(new IOException("no"));
        put.sent(new IOException("cut"));
        assertEquals(1, put.gaveUp);
        assertTrue(state.buffers().takenBytes() > 0);
        put.sent(null);
        assertEquals(0, state.buffers().takenBytes());
        assertEquals(500, put.outcome.get().status().code());
    }

    /** Memory may be short: no response of the engine would ever end it. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void sinkThatFailsByItselfEndsThePut(boolean isOfKnownLength) throws Exception {
        ObjectWrite write = write();
        Room room = state.buffers().tryTake(1 << 20);
        PutLimits limits = state.writes().limits();
        MultipartPut put = isOfKnownLength ? new StreamedPartsPut(write, 6L << 30, limits, room)
                : new PartedPut(write, limits, room);
        assertNull(put.abandon(Abandonment.SINK_FAILED, new OutOfMemoryError("test")),
                "the server tells why");
        assertTrue(put.outcome.isDone());
        assertFalse(put.isOpen());
        assertEquals(0, state.buffers().takenBytes());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void sinkThatIsRefusedByTheEngineIsAnsweredAsTheEngineSays(boolean isOfKnownLength)
            throws Exception {
        ObjectWrite write = write();
        Room room = state.buffers().tryTake(1 << 20);
        PutLimits limits = state.writes().limits();
        MultipartPut put = isOfKnownLength ? new StreamedPartsPut(write, 6L << 30, limits, room)
                : new PartedPut(write, limits, room);
        put.fail(KeyResponses.TOO_LARGE);
        Response promised = put.abandon(Abandonment.SINK_FAILED, new IOException("no more"));
        assertSame(KeyResponses.TOO_LARGE, promised.stage().toCompletableFuture().get());
    }

    @Test
    void clientIsToldOfAFailureThatCameBeforeItListened() throws Exception {
        Put put = put(0);
        put.fail(KeyResponses.TOO_LARGE);
        assertEquals(0, state.buffers().takenBytes());
        AtomicInteger told = new AtomicInteger();
        put.whenClosed(told::incrementAndGet);
        assertEquals(1, told.get());
    }
}
