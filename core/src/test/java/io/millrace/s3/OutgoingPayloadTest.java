package io.millrace.s3;

import static io.millrace.s3.StreamEnds.piece;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.s3.StreamEnds.Reader;
import io.millrace.s3.StreamEnds.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A payload between its publisher and the HTTP client, signal by signal. */
class OutgoingPayloadTest {

    private final Source source = new Source();
    /** What the attempt was told, in order. */
    private final List<String> told = new ArrayList<>();
    private Flow.Subscriber<? super ByteBuffer> publisher;

    private OutgoingPayload streamed(long length) {
        return outgoing(S3Payload.streamed(length, given -> publisher = given), null);
    }

    private OutgoingPayload outgoing(S3Payload payload, Signature chunks) {
        return new OutgoingPayload(payload, chunks, new OutgoingPayload.Listener() {

            @Override
            public void onHandedOver(int bytes) {
                told.add("handed " + bytes);
            }

            @Override
            public void onAsked() {
                told.add("asked");
            }

            @Override
            public void onSent(int bytes) {
                told.add("sent " + bytes);
            }
        });
    }

    /** The HTTP client, which reads a payload whose publisher has begun. */
    private Reader client(OutgoingPayload outgoing) {
        Reader client = new Reader(false);
        outgoing.subscribe(client);
        publisher.onSubscribe(source);
        return client;
    }

    @Test
    void lastPieceIsHeldUntilThePublisherSaysThatItIsTheLast() {
        OutgoingPayload outgoing = streamed(6);
        assertEquals(6, outgoing.contentLength());
        assertFalse(outgoing.isTaken());
        Reader client = client(outgoing);
        assertTrue(outgoing.isTaken());
        assertEquals(List.of("handed 0"), told);
        client.asked.request(1);
        assertEquals(List.of("handed 0", "asked"), told);
        assertEquals(1, source.requested);
        publisher.onNext(piece("abc"));
        assertEquals("abc|", client.text());
        client.asked.request(1);
        publisher.onNext(piece("def"));
        assertEquals("abc|", client.text(), "the engine never has a payload that may yet fail");
        assertEquals(3, source.requested, "one more, which must not come");
        assertFalse(outgoing.isWhole());
        publisher.onComplete();
        assertEquals("abc|def|", client.text());
        assertTrue(client.isComplete);
        assertTrue(outgoing.isWhole());
        assertNull(outgoing.failure());
        assertEquals(List.of("handed 0", "asked", "handed 3", "asked", "sent 3"), told);
        client.asked.request(1);
        assertEquals(5, told.size(), "nobody is waited for behind the end");
        client.asked.cancel();
        assertEquals(0, source.cancelled);
    }

    @Test
    void emptyPieceBehindTheLastDoesNotTakeItsPlace() {
        Reader client = client(streamed(3));
        publisher.onNext(piece("abc"));
        publisher.onNext(piece(""));
        assertEquals("", client.text());
        assertEquals(2, source.requested, "the end is still waited for");
        publisher.onComplete();
        assertEquals("abc|", client.text());
        assertTrue(client.isComplete);
        assertEquals(List.of("handed 0", "sent 3"), told);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void payloadThatIsTooLongFailsBeforeItsLastByte(boolean isBehindTheLast) {
        OutgoingPayload outgoing = streamed(3);
        Reader client = client(outgoing);
        if (isBehindTheLast) {
            publisher.onNext(piece("abc"));
            publisher.onNext(piece("d"));
        } else {
            publisher.onNext(piece("abcd"));
        }
        assertEquals("", client.text());
        assertEquals(1, source.cancelled);
        assertFalse(outgoing.isWhole());
        assertEquals("the payload is longer than 3 bytes", client.failure.getMessage());
        assertEquals(client.failure, outgoing.failure());
        publisher.onComplete();
        publisher.onNext(piece("e"));
        publisher.onError(new IOException("late"));
        assertEquals(client.failure, outgoing.failure(), "the first one counts");
        assertEquals("", client.text());
    }

    @Test
    void payloadThatEndsEarlyFails() {
        OutgoingPayload outgoing = streamed(5);
        Reader client = client(outgoing);
        publisher.onNext(piece("abc"));
        publisher.onComplete();
        assertEquals("the payload is 2 bytes shorter than 5", client.failure.getMessage());
        assertEquals(client.failure, outgoing.failure());
        assertFalse(outgoing.isWhole());
    }

    @Test
    void failureOfThePublisherIsPassedOn() {
        OutgoingPayload outgoing = streamed(5);
        Reader client = client(outgoing);
        IOException failure = new IOException("the client has left");
        publisher.onError(failure);
        assertEquals(failure, client.failure);
        assertEquals(failure, outgoing.failure());
        outgoing.breakOff();
        outgoing.abandon();
        assertEquals(0, source.cancelled, "it has ended by itself");
    }

    @Test
    void abandonedPayloadIsCancelledOnceAndSendsNothing() {
        OutgoingPayload outgoing = streamed(5);
        Reader client = client(outgoing);
        client.asked.cancel();
        assertEquals(1, source.cancelled);
        outgoing.abandon();
        outgoing.breakOff();
        assertEquals(1, source.cancelled);
        assertNull(client.failure, "the client knows");
        publisher.onNext(piece("abc"));
        publisher.onComplete();
        publisher.onError(new IOException("late"));
        client.asked.request(1);
        assertEquals("", client.text());
        assertNull(outgoing.failure());
        assertFalse(outgoing.isWhole());
        assertEquals(List.of("handed 0"), told);
    }

    @Test
    void payloadThatIsBrokenOffEndsTheRequest() {
        OutgoingPayload outgoing = streamed(5);
        Reader client = client(outgoing);
        outgoing.breakOff();
        assertEquals(1, source.cancelled);
        assertInstanceOf(IOException.class, client.failure);
        assertNull(outgoing.failure(), "the publisher is not to blame");
    }

    @Test
    void payloadThatIsWholeIsNotBrokenOff() {
        OutgoingPayload outgoing = streamed(3);
        Reader client = client(outgoing);
        publisher.onNext(piece("abc"));
        publisher.onComplete();
        outgoing.breakOff();
        assertEquals(0, source.cancelled);
        assertTrue(client.isComplete);
        assertNull(client.failure);
    }

    @Test
    void publisherThatBeginsLateOrTwiceIsCancelled() {
        OutgoingPayload outgoing = streamed(3);
        Reader client = client(outgoing);
        Source second = new Source();
        publisher.onSubscribe(second);
        assertEquals(1, second.cancelled);
        client.asked.request(1);
        assertEquals(1, source.requested);

        OutgoingPayload abandoned = streamed(3);
        abandoned.subscribe(new Reader(false));
        abandoned.abandon();
        publisher.onSubscribe(second);
        assertEquals(2, second.cancelled);
    }

    @Test
    void payloadThatCanNotBeSentAgainIsRefusedToASecondClient() {
        OutgoingPayload streamed = streamed(3);
        client(streamed);
        Reader again = new Reader(false);
        streamed.subscribe(again);
        assertInstanceOf(IllegalStateException.class, again.failure);
        again.asked.request(1); // reactive streams 1.9: there is a subscription all the same
        again.asked.cancel();
        assertEquals(0, source.requested + source.cancelled, "which is not the first one's");

        OutgoingPayload inMemory = outgoing(S3Payload.of(List.of(piece("abc"), piece("de"))), null);
        assertEquals(5, inMemory.contentLength());
        Reader whole = new Reader(true);
        inMemory.subscribe(whole);
        whole.asked.request(1);
        assertEquals("abc|de|", whole.text());
        assertTrue(whole.isComplete);
        assertTrue(inMemory.isWhole());
        Reader late = new Reader(false);
        inMemory.subscribe(late);
        assertInstanceOf(IllegalStateException.class, late.failure, "the engine has it all");
    }

    @Test
    void bytesInMemoryAreSentAnewIfTheFirstConnectionTookOnlySome() {
        OutgoingPayload outgoing = outgoing(S3Payload.of(List.of(piece("abc"), piece("de"))), null);
        Reader first = new Reader(false);
        outgoing.subscribe(first);
        first.asked.request(1);
        assertEquals("abc|", first.text());
        Reader second = new Reader(true);
        outgoing.subscribe(second);
        second.asked.request(1);
        assertEquals("abc|de|", second.text());
        assertTrue(second.isComplete);
    }

    @ParameterizedTest
    @CsvSource({"1", "65536", "65537"})
    void chunksHaveTheLengthThatWasSaid(int length) {
        Signature head = Signature.of(new SigningKey(new S3Keys("i", "s", null), "20260101", "r",
                "s3"), "20260101T000000Z", "PUT", "/", "", new TreeMap<>(),
                RequestSigner.CHUNKED);
        OutgoingPayload outgoing = outgoing(S3Payload.streamed(length,
                given -> publisher = given), head);
        Reader client = client(outgoing);
        client.asked.request(Long.MAX_VALUE);
        publisher.onNext(ByteBuffer.wrap("x".repeat(length).getBytes()));
        publisher.onComplete();
        assertTrue(client.isComplete);
        assertEquals(outgoing.contentLength(), client.text().replace("|", "").length());
        assertTrue(outgoing.contentLength() > length);
    }
}
