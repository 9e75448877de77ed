package io.millrace.listing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
}
