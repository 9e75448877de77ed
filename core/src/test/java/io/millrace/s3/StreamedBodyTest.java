package io.millrace.s3;

import static io.millrace.s3.StreamEnds.pieces;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.s3.StreamEnds.Reader;
import io.millrace.s3.StreamEnds.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A body between the HTTP client and its reader: who is asked for how much, and who may read. */
class StreamedBodyTest {

    private final Source source = new Source();
    private long bytes;
    private int ends;

    private StreamedBody body(long length) {
        return new StreamedBody(length, Long.MAX_VALUE, count -> bytes += count, () -> ends++);
    }

    /** A body that has begun to arrive. */
    private StreamedBody begun(long length) {
        StreamedBody body = body(length);
        body.onSubscribe(source);
        return body;
    }

    private static Reader reader(StreamedBody body, long demand) {
        Reader reader = new Reader(false);
        body.subscribe(reader);
        if (demand > 0) {
            reader.asked.request(demand);
        }
        return reader;
    }

    // demand

    @Test
    void engineIsAskedForOneSignalAtATimeAndOnlyForWhatIsWanted() {
        StreamedBody body = begun(9);
        Reader reader = reader(body, 0);
        assertEquals(0, source.requested);
        reader.asked.request(2);
        reader.asked.request(1);
        assertEquals(1, source.requested);
        body.onNext(pieces("abc"));
        assertEquals(2, source.requested, "two pieces are still wanted");
        body.onNext(pieces("def", "ghi"));
        assertEquals("abc|def|ghi|", reader.text());
        assertEquals(2, source.requested);
        assertFalse(reader.isComplete);
        body.onComplete();
        assertTrue(reader.isComplete);
        assertEquals(9, bytes);
        assertEquals(1, ends);
    }

    @Test
    void piecesBeyondTheDemandWaitAndSoDoesTheEnd() {
        StreamedBody body = begun(6);
        Reader reader = reader(body, 1);
        body.onNext(pieces("abc", "def"));
        assertEquals("abc|", reader.text());
        assertEquals(1, source.requested, "what waits is passed on first");
        body.onComplete();
        assertEquals(1, ends, "the exchange is over though its reader isn't");
        assertFalse(reader.isComplete);
        reader.asked.request(1);
        assertEquals("abc|def|", reader.text());
        assertTrue(reader.isComplete, "the end needs no demand");
        assertEquals(1, source.requested);
    }

    @Test
    void demandOfAllAskedForTwiceIsOfAll() {
        StreamedBody body = begun(-1);
        Reader reader = reader(body, Long.MAX_VALUE);
        reader.asked.request(Long.MAX_VALUE);
        body.onNext(pieces("a", "b"));
        assertEquals("a|b|", reader.text());
        assertEquals(2, source.requested);
    }

    @Test
    void readerThatAsksWithinASignalIsNotCalledWithinIt() {
        StreamedBody body = begun(-1);
        Reader reader = new Reader(true);
        body.subscribe(reader);
        reader.asked.request(1);
        body.onNext(pieces("a", "b", "c"));
        assertEquals("a|b|c|", reader.text());
        assertEquals(1, reader.deepest);
    }

    @Test
    void emptyPiecesAreNotPassedOnAndMoreIsAskedFor() {
        StreamedBody body = begun(1);
        Reader reader = reader(body, 1);
        body.onNext(pieces("", ""));
        assertEquals("", reader.text());
        assertEquals(2, source.requested);
        body.onNext(pieces("a"));
        assertEquals("a|", reader.text());
    }

    @Test
    void readerThatIsFirstIsServedOnceTheBodyBegins() {
        StreamedBody body = body(3);
        Reader reader = reader(body, 1);
        body.onSubscribe(source);
        assertEquals(1, source.requested);
        body.onNext(pieces("abc"));
        assertEquals("abc|", reader.text());
    }

    // who may read

    @Test
    void secondReaderIsRefusedAndHasNoHandOnTheBody() {
        StreamedBody body = begun(3);
        Reader first = reader(body, 0);
        Reader second = reader(body, 5);
        assertInstanceOf(IllegalStateException.class, second.failure);
        assertEquals(0, source.requested);
        second.asked.cancel();
        assertEquals(0, source.cancelled);
        first.asked.request(1);
        body.onNext(pieces("abc"));
        body.onComplete();
        assertEquals("abc|", first.text());
        assertTrue(first.isComplete);
        assertEquals("", second.text());
    }

    @Test
    void readerOfABodyThatWasDiscardedIsRefused() {
        StreamedBody body = begun(-1);
        body.discard();
        assertInstanceOf(IllegalStateException.class, reader(body, 0).failure);
    }

    @Test
    void discardDoesNothingToABodyThatHasAReader() {
        StreamedBody body = begun(3);
        Reader reader = reader(body, 1);
        body.discard();
        assertEquals(0, source.cancelled);
        body.onNext(pieces("abc"));
        body.onComplete();
        assertEquals("abc|", reader.text());
        assertTrue(reader.isComplete);
    }

    @ParameterizedTest
    @CsvSource({"-1, false", "0, true", "1, true", "65536, true", "65537, false"})
    void discardedBodyIsReadIfItIsShortAndCutIfNot(long length, boolean isRead) {
        StreamedBody body = begun(length);
        body.discard();
        assertEquals(isRead ? 1 : 0, source.requested);
        assertEquals(isRead ? 0 : 1, source.cancelled);
        assertEquals(isRead ? 0 : 1, ends);
        if (isRead) {
            body.onNext(pieces("ab", "c"));
            assertEquals(2, source.requested, "to the end");
            assertEquals(3, bytes);
            body.onComplete();
            assertEquals(1, ends);
            assertEquals(2, source.requested);
        }
    }

    @Test
    void cancelledBodyCutsTheEngineAndPassesNothingOn() {
        StreamedBody body = begun(9);
        Reader reader = reader(body, 1);
        body.onNext(pieces("abc", "def"));
        reader.asked.cancel();
        assertEquals(1, source.cancelled);
        assertEquals(1, ends);
        body.onNext(pieces("ghi"));
        reader.asked.request(5);
        body.onComplete();
        assertEquals("abc|", reader.text());
        assertFalse(reader.isComplete);
        assertNull(reader.failure);
        assertEquals(1, source.requested);
        assertEquals(9, bytes, "they came all the same");
        assertEquals(1, ends);
    }

    @Test
    void cancelBehindTheEndCutsNothing() {
        StreamedBody body = begun(6);
        Reader reader = reader(body, 1);
        body.onNext(pieces("abc", "def"));
        body.onComplete();
        reader.asked.cancel();
        assertEquals(0, source.cancelled);
        reader.asked.request(1);
        assertEquals("abc|", reader.text());
        assertFalse(reader.isComplete);
        assertEquals(1, ends);
    }

    @Test
    void bodyThatIsCancelledBeforeItBeginsIsCutWhenItDoes() {
        StreamedBody body = body(3);
        reader(body, 1).asked.cancel();
        assertEquals(1, ends);
        body.onSubscribe(source);
        assertEquals(1, source.cancelled);
        assertEquals(0, source.requested);
    }

    @Test
    void secondSourceOfABodyIsCut() {
        StreamedBody body = begun(3);
        Reader reader = reader(body, 1);
        Source other = new Source();
        body.onSubscribe(other);
        assertEquals(1, other.cancelled);
        assertEquals(0, other.requested);
        assertEquals(0, source.cancelled);
        body.onNext(pieces("abc"));
        assertEquals("abc|", reader.text());
    }
}
