package io.millrace.bucket.write;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bucket.cache.BucketCache;
import io.millrace.bucket.engine.BucketBuffers.Room;
import io.millrace.bucket.engine.BucketWrites;
import io.millrace.bucket.engine.EngineState;
import io.millrace.bucket.engine.WriteRules;
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

    private Put put(int parts) throws Exception {
        ObjectWrite write = new ObjectWrite(state, Key.of("/a", KeyLimits.DEFAULTS),
                Request.of("PUT", "/a", "If-None-Match", "*")); // which needs no look
        return new Put(write, state.buffers().tryTake(1), parts);
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
        Put put = put(1); // of an upload that has never begun, so that it can't end
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
