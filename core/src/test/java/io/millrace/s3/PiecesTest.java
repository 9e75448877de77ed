package io.millrace.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.s3.StreamEnds.Reader;
import org.junit.jupiter.api.Test;

/** Pieces in memory, and how many of them are sent. */
class PiecesTest {

    private final Pieces pieces = new Pieces(StreamEnds.pieces("a", "b", "c"));

    private Reader reader() {
        Reader reader = new Reader(false);
        pieces.subscribe(reader);
        return reader;
    }

    @Test
    void noMoreIsSentThanIsAskedForAndTheEndFollowsTheLast() {
        Reader reader = reader();
        reader.asked.request(2);
        assertEquals("a|b|", reader.text());
        reader.asked.request(1);
        assertEquals("a|b|c|", reader.text());
        assertTrue(reader.isComplete);
        reader.asked.request(1);
        assertEquals("a|b|c|", reader.text());
    }

    @Test
    void nothingIsSentOnceItIsCancelled() {
        Reader reader = reader();
        reader.asked.request(1);
        reader.asked.cancel();
        reader.asked.request(5);
        assertEquals("a|", reader.text());
        assertFalse(reader.isComplete);
    }

    @Test
    void demandOfAllAskedForTwiceIsOfAllEachTime() {
        for (int i = 0; i < 2; i++) {
            Reader reader = reader();
            reader.asked.request(1);
            reader.asked.request(Long.MAX_VALUE);
            assertEquals("a|b|c|", reader.text());
        }
    }
}
