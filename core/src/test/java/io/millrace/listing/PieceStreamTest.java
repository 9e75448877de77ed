package io.millrace.listing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/** What becomes of a stream whose reader or source fails: it always gives back what it holds. */
class PieceStreamTest {

    private int releases;

    /** Has no memory for a piece. */
    private static class Reader implements Flow.Subscriber<ByteBuffer> {

        final List<Throwable> failures = new ArrayList<>();

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            // The test asks.
        }

        @Override
        public void onNext(ByteBuffer piece) {
            throw new OutOfMemoryError("of the test");
        }

        @Override
        public void onError(Throwable failure) {
            failures.add(failure);
        }

        @Override
        public void onComplete() {
            throw new AssertionError("nothing has been read");
        }
    }

    /** Two pieces. */
    private static class Pieces implements PieceStream.Source {

        private int left = 2;

        @Override
        public ByteBuffer next() {
            left--;
            return ByteBuffer.wrap(new byte[1]);
        }

        @Override
        public boolean isEnded() {
            return left == 0;
        }
    }

    /** Takes the pieces, and may ask for the next one at each. */
    private static final class Taker extends Reader {

        private final boolean asks;
        private Flow.Subscription subscription;
        private int pieces;
        private boolean complete;

        Taker(boolean asks) {
            this.asks = asks;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            this.subscription = subscription;
        }

        @Override
        public void onNext(ByteBuffer piece) {
            pieces++;
            if (asks) {
                subscription.request(1);
            }
        }

        @Override
        public void onComplete() {
            complete = true;
        }
    }

    private PieceStream stream(ByteBuffer first, Reader reader) {
        return stream(first, new Pieces(), reader);
    }

    private PieceStream stream(ByteBuffer first, PieceStream.Source source, Reader reader) {
        PieceStream stream = new PieceStream(first, source, PieceStreamTest::runAsAPool,
                () -> releases++);
        stream.subscribe(reader);
        return stream;
    }

    /** What a task throws, nobody hears. */
    private static void runAsAPool(Runnable task) {
        new FutureTask<>(task, null).run();
    }

    private void assertReleasedAtItsEnd(PieceStream stream, Reader reader, String message) {
        assertEquals(List.of(message), reader.failures.stream().map(Throwable::getMessage)
                .toList());
        assertEquals(0, releases);
        stream.cancel();
        assertEquals(1, releases);
    }

    @Test
    void readerThatFailsAtAPieceIsToldAndTheStreamReleased() {
        Reader reader = new Reader();
        PieceStream stream = stream(null, reader);
        stream.request(2);
        assertReleasedAtItsEnd(stream, reader, "of the test");
    }

    @Test
    void readerThatFailsAtTheLastPieceIsToldAndTheStreamReleased() {
        Reader reader = new Reader();
        Pieces one = new Pieces();
        one.next();
        PieceStream stream = stream(null, one, reader);
        stream.request(2);
        assertReleasedAtItsEnd(stream, reader, "of the test");
    }

    @Test
    void readerThatFailsAtThePieceThatIsHereIsToldByTheExceptionAndTheStreamReleased() {
        PieceStream stream = stream(ByteBuffer.wrap(new byte[1]), new Reader());
        assertThrows(OutOfMemoryError.class, () -> stream.request(2));
        stream.cancel();
        assertEquals(1, releases);
    }

    @Test
    void readerThatCannotBeToldDoesNotKeepTheStreamFromItsRelease() {
        PieceStream stream = stream(null, new Reader() {
            @Override
            public void onError(Throwable failure) {
                throw new OutOfMemoryError("at last");
            }
        });
        stream.request(2);
        stream.cancel();
        assertEquals(1, releases);
    }

    @Test
    void sourceThatCannotTellWhetherItHasEndedHasFailed() {
        Reader reader = new Reader();
        PieceStream stream = stream(null, new Pieces() {
            @Override
            public boolean isEnded() {
                throw new IllegalStateException("unknown");
            }
        }, reader);
        stream.request(2);
        assertReleasedAtItsEnd(stream, reader, "unknown");
    }

    @Test
    void noPieceComesThatWasNotAskedFor() {
        Taker reader = new Taker(false);
        PieceStream stream = stream(null, reader);
        stream.request(1);
        assertEquals(1, reader.pieces);
        stream.request(1);
        assertEquals(2, reader.pieces);
        assertTrue(reader.complete);
    }

    @Test
    void pieceThatIsHereIsOneOfThoseAskedFor() {
        Taker reader = new Taker(false);
        Pieces source = new Pieces();
        stream(ByteBuffer.wrap(new byte[1]), source, reader).request(1);
        assertEquals(1, reader.pieces);
        assertEquals(2, source.left, "the folder is not read on");
    }

    @Test
    void piecesThatAreAskedForAtTheOneBeforeCome() {
        Taker reader = new Taker(true);
        PieceStream stream = stream(null, reader);
        stream.request(1);
        assertEquals(2, reader.pieces);
        assertTrue(reader.complete);
        stream.cancel();
        assertEquals(1, releases);
    }

    @Test
    void nothingIsReadForAReaderThatLeavesBeforeItsTurn() {
        Taker reader = new Taker(false);
        Pieces source = new Pieces();
        List<Runnable> waiting = new ArrayList<>();
        PieceStream stream = new PieceStream(null, source, waiting::add, () -> releases++);
        stream.subscribe(reader);
        stream.request(2);
        stream.cancel();
        assertEquals(0, releases, "a thread is going to look at it");
        waiting.remove(0).run();
        assertEquals(List.of(), waiting);
        assertEquals(2, source.left);
        assertEquals(0, reader.pieces);
        assertEquals(1, releases);
    }

    @Test
    void nothingIsReadForAReaderThatLeavesAtAPiece() {
        List<PieceStream> made = new ArrayList<>();
        Pieces source = new Pieces() {
            @Override
            public ByteBuffer next() {
                made.get(0).cancel();
                return super.next();
            }
        };
        Taker reader = new Taker(false);
        made.add(stream(null, source, reader));
        made.get(0).request(2);
        assertEquals(1, reader.pieces);
        assertEquals(1, source.left);
        assertEquals(1, releases);
    }
}
