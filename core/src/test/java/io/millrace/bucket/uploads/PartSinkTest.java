package io.millrace.bucket.uploads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bucket.engine.BucketBuffers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** How bytes become parts of ten, with memory for one of them or for two. */
class PartSinkTest {

    private static final int PART = 10;

    private final List<String> sent = new ArrayList<>();
    /** The promise of the part that is on its way. */
    private CompletableFuture<Void> sending;
    private RuntimeException refusal;
    private int told;
    private BucketBuffers.Room room;

    private PartSink sink(long memory) {
        room = new BucketBuffers(memory, PART).tryTake(PART);
        return new PartSink(PART, room, this::keep);
    }

    private CompletableFuture<Void> keep(List<ByteBuffer> part) {
        sent.add(text(part));
        if (refusal != null) {
            throw refusal;
        }
        sending = new CompletableFuture<>();
        return sending;
    }

    private static String text(List<ByteBuffer> pieces) {
        StringBuilder text = new StringBuilder();
        pieces.forEach(piece -> text.append(StandardCharsets.US_ASCII.decode(piece.duplicate())));
        return text.toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static void write(PartSink sink, String text) throws IOException {
        assertEquals(text.length(), sink.write(ByteBuffer.wrap(bytes(text))));
    }

    @Test
    void partGoesOnceItIsFullAndWhatIsLeftIsTheRest() throws IOException {
        PartSink sink = sink(PART);
        write(sink, "01234");
        assertEquals(5, sink.room());
        write(sink, "5678");
        assertEquals(List.of(), sent);
        write(sink, "9");
        assertEquals(List.of("0123456789"), sent);
        assertEquals(0, sink.room(), "there is memory for one");
        sending.complete(null);
        assertEquals(PART, sink.room());
        write(sink, "abc");
        assertTrue(sink.end().isDone());
        assertEquals("abc", text(sink.rest()));
        assertEquals(3, sink.restBytes());
        assertEquals("abc", text(sink.rest()), "as often as it is asked for");
        assertEquals(PART, room.bytes());
    }

    @Test
    void longPartTakesItsMemoryPieceByPiece() throws IOException {
        int piece = 256 << 10;
        List<Integer> pieces = new ArrayList<>();
        room = new BucketBuffers(piece * 4, PART).tryTake(2 * piece + 1);
        PartSink sink = new PartSink(2 * piece + 1, room, part -> {
            part.forEach(each -> pieces.add(each.capacity()));
            return new CompletableFuture<>();
        });
        sink.write(ByteBuffer.allocate(10));
        sink.write(ByteBuffer.allocate(piece));
        sink.write(ByteBuffer.allocate(piece - 9));
        assertEquals(List.of(piece, piece, 1), pieces);
    }

    @Test
    void bytesThatCameBeforeBeginThePart() throws IOException {
        PartSink sink = sink(PART);
        sink.begin(bytes("0123456"));
        assertEquals(3, sink.room());
        write(sink, "789");
        assertEquals(List.of("0123456789"), sent);
    }

    @Test
    void nextPartIsFilledMeanwhileIfThereIsMemoryForTwo() throws IOException {
        PartSink sink = sink(2 * PART);
        write(sink, "0123456789");
        assertEquals(PART, sink.room());
        assertEquals(2 * PART, room.bytes());
        write(sink, "abcdefghij");
        assertEquals(List.of("0123456789"), sent, "one at a time");
        assertEquals(0, sink.room());
        sink.whenRoom(() -> told++);
        assertEquals(0, told);
        sending.complete(null);
        assertEquals(List.of("0123456789", "abcdefghij"), sent);
        assertEquals(1, told);
        assertEquals(PART, sink.room());
        sending.complete(null);
        assertEquals(1, told, "once");
        assertEquals(2 * PART, room.bytes(), "not a third one");
    }

    @Test
    void whoeverWaitsForRoomIsToldAtOnceIfThereIsSome() throws IOException {
        PartSink sink = sink(PART);
        sink.whenRoom(() -> told++);
        assertEquals(1, told);
        write(sink, "0123456789");
        sink.whenRoom(() -> told++);
        assertEquals(1, told);
        sending.complete(null);
        assertEquals(2, told);
        write(sink, "0123456789");
        sink.end();
        sink.whenRoom(() -> told++);
        assertEquals(3, told, "what is written then is refused");
    }

    @Test
    void partThatFailsEndsTheSinkWithItsReason() throws IOException {
        PartSink sink = sink(PART);
        write(sink, "0123456789");
        sink.whenRoom(() -> told += 10);
        sink.whenClosed(() -> told++);
        assertEquals(0, told);
        IOException why = new IOException("no room");
        sending.completeExceptionally(new CompletionException(why));
        assertEquals(1, told, "closed, and not that there is room");
        assertSame(why, sink.failure());
        assertFalse(sink.isOpen());
        assertEquals(PART, sink.room(), "so that the next byte finds out");
        assertSame(why, assertThrows(PartSink.FailedException.class, () -> write(sink, "a"))
                .getCause());
        sink.whenClosed(() -> told++);
        assertEquals(2, told);
        sink.fail(new IOException("another"));
        assertSame(why, sink.failure(), "the first one counts");
        assertTrue(sink.end().isDone());
    }

    @Test
    void partBehindOneThatFailsIsNotSent() throws IOException {
        PartSink sink = sink(2 * PART);
        write(sink, "0123456789");
        sink.room();
        write(sink, "abcdefghij");
        sending.completeExceptionally(new IOException("no room"));
        assertEquals(List.of("0123456789"), sent);
    }

    @Test
    void failureThatShowsElsewhereEndsTheSinkToo() {
        PartSink sink = sink(PART);
        sink.whenClosed(() -> told++);
        IOException why = new IOException("superseded");
        sink.fail(new CompletionException(why));
        assertEquals(1, told);
        assertSame(why, sink.failure());
        assertThrows(PartSink.FailedException.class, () -> write(sink, "a"));
    }

    @Test
    void senderThatThrowsIsAPartThatFails() throws IOException {
        PartSink sink = sink(PART);
        refusal = new IllegalStateException("a fault");
        write(sink, "0123456789");
        assertSame(refusal, sink.failure());
    }

    @Test
    void endWaitsForThePartsThatAreFull() throws IOException {
        PartSink sink = sink(2 * PART);
        write(sink, "0123456789");
        sink.room();
        write(sink, "abcdefghij");
        sink.close();
        CompletableFuture<Void> ended = sink.end();
        assertFalse(sink.isOpen());
        assertThrows(ClosedChannelException.class, () -> write(sink, "k"));
        sending.complete(null);
        assertFalse(ended.isDone(), "the second one is on its way");
        sending.complete(null);
        assertTrue(ended.isDone());
        assertEquals(List.of("0123456789", "abcdefghij"), sent);
        assertEquals(0, sink.restBytes());
        assertNull(sink.failure());
    }
}
