package io.millrace.bucket.write;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BodyRelayTest {

    private static final String BODY = "abcdefghij";

    /** Takes what it is given, and asks for more only when a test says so. */
    private static final class Engine implements Flow.Subscriber<ByteBuffer> {

        final StringBuilder taken = new StringBuilder();
        final List<Integer> pieces = new ArrayList<>();
        Flow.Subscription subscription;
        boolean isComplete;
        Throwable failure;
        /** Pieces to be asked for from within onNext. */
        int eager;

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            this.subscription = subscription;
        }

        @Override
        public void onNext(ByteBuffer piece) {
            assertFalse(isComplete || failure != null, "a piece behind the end");
            pieces.add(piece.remaining());
            taken.append(StandardCharsets.ISO_8859_1.decode(piece));
            if (eager > 0) {
                eager--;
                subscription.request(1);
            }
        }

        @Override
        public void onError(Throwable failure) {
            assertFalse(isComplete || this.failure != null, "a second end");
            this.failure = failure;
        }

        @Override
        public void onComplete() {
            assertFalse(isComplete || failure != null, "a second end");
            isComplete = true;
        }
    }

    private static final int PIECE_BYTES = 1000;

    private final AtomicInteger subscribed = new AtomicInteger();
    private final Engine engine = new Engine();

    private BodyRelay relay(long length) {
        return new BodyRelay(length, PIECE_BYTES, subscribed::incrementAndGet);
    }

    private BodyRelay subscribed(long length) {
        BodyRelay relay = relay(length);
        relay.subscribe(engine);
        return relay;
    }

    private static void write(BodyRelay relay, String text) throws IOException {
        ByteBuffer source = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
        assertEquals(text.length(), relay.write(source));
        assertFalse(source.hasRemaining());
    }

    @Test
    void roomBeginsWithTheFirstDemandAndWhoWaitsIsTold() {
        BodyRelay relay = relay(BODY.length());
        assertEquals(0, relay.room());
        AtomicInteger told = new AtomicInteger();
        relay.whenRoom(told::incrementAndGet);
        relay.subscribe(engine);
        assertEquals(1, subscribed.get());
        assertEquals(0, relay.room());
        assertEquals(0, told.get());
        engine.subscription.request(1);
        assertEquals(1, told.get());
        assertEquals(BODY.length(), relay.room());
        engine.subscription.request(1);
        assertEquals(1, told.get(), "once is enough");
    }

    @Test
    void roomIsAPieceAtMostAndWhatIsLeftOfTheBody() throws IOException {
        BodyRelay relay = subscribed(PIECE_BYTES + 1L);
        engine.subscription.request(Long.MAX_VALUE);
        engine.subscription.request(Long.MAX_VALUE);
        assertEquals(PIECE_BYTES, relay.room());
        relay.write(ByteBuffer.allocate(PIECE_BYTES));
        assertEquals(1, relay.room());
    }

    @Test
    void bodyCutAtEachPlaceArrivesWholeAfterItsRelease() throws IOException {
        for (int cut = 1; cut < BODY.length(); cut++) {
            Engine each = new Engine();
            BodyRelay relay = relay(BODY.length());
            relay.subscribe(each);
            each.subscription.request(1);
            write(relay, BODY.substring(0, cut));
            assertEquals(BODY.substring(0, cut), each.taken.toString());
            assertEquals(0, relay.room());
            each.subscription.request(1);
            write(relay, BODY.substring(cut));
            assertTrue(relay.isWhole());
            assertEquals(BODY.substring(0, cut), each.taken.toString(), "the last piece is kept");
            assertFalse(each.isComplete);
            relay.release();
            assertEquals(BODY, each.taken.toString());
            assertTrue(each.isComplete);
        }
    }

    @Test
    void bodyOfBytesOneByOneArrivesWhole() throws IOException {
        BodyRelay relay = subscribed(BODY.length());
        engine.eager = 100;
        engine.subscription.request(1);
        for (int i = 0; i < BODY.length(); i++) {
            write(relay, BODY.substring(i, i + 1));
        }
        relay.release();
        assertEquals(BODY, engine.taken.toString());
        assertTrue(engine.isComplete);
    }

    @Test
    void releaseBeforeTheLastPieceLetsItGoAsItComes() throws IOException {
        BodyRelay relay = subscribed(BODY.length());
        engine.subscription.request(1);
        relay.release();
        assertFalse(engine.isComplete);
        write(relay, BODY);
        assertEquals(BODY, engine.taken.toString());
        assertTrue(engine.isComplete);
    }

    @Test
    void failureBeforeTheReleaseKeepsTheLastPieceForEver() throws IOException {
        BodyRelay relay = subscribed(BODY.length());
        engine.subscription.request(5);
        write(relay, "abc");
        write(relay, "defghij");
        IOException wrong = new IOException("wrong digest");
        relay.fail(wrong);
        relay.release();
        engine.subscription.request(1);
        assertEquals("abc", engine.taken.toString());
        assertEquals(wrong, engine.failure);
    }

    @Test
    void clientThatLeavesIsAnErrorOnce() throws IOException {
        BodyRelay relay = subscribed(BODY.length());
        engine.subscription.request(1);
        write(relay, "abc");
        relay.fail(new IOException("gone"));
        relay.fail(new IOException("again"));
        assertEquals("gone", engine.failure.getMessage());
        assertFalse(relay.isOpen());
    }

    @Test
    void engineThatCancelsClosesTheSinkAndTellsTheServer() throws IOException {
        BodyRelay relay = subscribed(BODY.length());
        engine.subscription.request(1);
        AtomicInteger closed = new AtomicInteger();
        relay.whenClosed(closed::incrementAndGet);
        write(relay, "abc");
        engine.subscription.cancel();
        engine.subscription.cancel();
        assertEquals(1, closed.get());
        assertFalse(relay.isOpen());
        assertEquals(0, relay.room());
        assertThrows(IOException.class, () -> write(relay, "d"));
        assertNull(engine.failure);
        AtomicInteger told = new AtomicInteger();
        relay.whenRoom(told::incrementAndGet);
        relay.whenClosed(told::incrementAndGet);
        assertEquals(2, told.get(), "who asks later is told at once");
    }

    @Test
    void secondSubscriberGetsAnErrorAndNothingElse() throws IOException {
        BodyRelay relay = subscribed(BODY.length());
        Engine second = new Engine();
        relay.subscribe(second);
        second.subscription.request(1);
        assertTrue(second.failure != null && !second.isComplete);
        assertEquals(1, subscribed.get());
        engine.subscription.request(1);
        write(relay, BODY);
        relay.release();
        assertEquals(BODY, engine.taken.toString());
        assertEquals("", second.taken.toString());
    }

    @Test
    void subscriberOfAnEndedBodyGetsAnError() {
        BodyRelay relay = relay(BODY.length());
        relay.fail(new IOException("gone"));
        relay.subscribe(engine);
        assertEquals(0, subscribed.get());
        assertTrue(engine.failure != null);
    }

    @Test
    void demandOfNothingIsAnError() {
        BodyRelay relay = subscribed(BODY.length());
        AtomicInteger closed = new AtomicInteger();
        relay.whenClosed(closed::incrementAndGet);
        engine.subscription.request(0);
        assertEquals(IllegalArgumentException.class, engine.failure.getClass());
        assertEquals(1, closed.get());
    }
}
