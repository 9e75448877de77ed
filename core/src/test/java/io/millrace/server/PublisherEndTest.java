package io.millrace.server;

import static io.millrace.server.Wire.get;
import static io.millrace.server.Wire.ok;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Body;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.transfer.Want;
import java.io.EOFException;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Publishers that say nothing for long behind their last buffer, and then that it was the last. */
class PublisherEndTest implements Flow.Publisher<ByteBuffer>, Flow.Subscription {

    private static final int LENGTH = 5;

    private Flow.Subscriber<? super ByteBuffer> subscriber;
    private boolean isCancelled;

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        this.subscriber = subscriber;
        subscriber.onSubscribe(this);
    }

    @Override
    public void request(long count) {
    }

    @Override
    public void cancel() {
        isCancelled = true;
    }

    /** All that was published has been sent, and the worker waits for nothing but the publisher. */
    private Conversation waiting(long length) {
        Conversation conversation = new Conversation(request -> request.path().equals("/")
                ? Response.of(Status.OK).with(length < 0 ? Body.of(this) : Body.of(this, length))
                : Response.text("next")).send(get("/"));
        subscriber.onNext(ByteBuffer.wrap(new byte[] {'h', 'e', 'l', 'l', 'o'}));
        conversation.go().go();
        assertTrue(conversation.want == Want.APPLICATION
                || conversation.want == Want.APPLICATION_ALONE, conversation.want + "");
        conversation.sent();
        return conversation;
    }

    @ParameterizedTest
    @ValueSource(longs = {Body.UNKNOWN_LENGTH, LENGTH})
    void endWakesTheWorker(long length) {
        Conversation conversation = waiting(length);
        subscriber.onComplete();
        String end = conversation.go().sent();
        assertEquals(length < 0 ? "0\r\n\r\n" : "hello", end);
        assertEquals(Want.READ, conversation.want);
        assertEquals(ok("next"), conversation.send(get("/next")).sent());
        assertFalse(isCancelled);
    }

    @ParameterizedTest
    @ValueSource(longs = {Body.UNKNOWN_LENGTH, LENGTH})
    void failureWakesTheWorkerAndTheClientIsNotToldOfAnEnd(long length) throws Exception {
        Conversation conversation = waiting(length);
        try (Logged logged = new Logged(Connection.class)) {
            subscriber.onError(new IllegalStateException("meant"));
            assertEquals("", conversation.go().sent());
            assertEquals(1, logged.lines().size());
        }
        assertNotNull(conversation.closed);
        assertFalse(isCancelled, "it has ended by itself");
    }

    @ParameterizedTest
    @ValueSource(longs = {Body.UNKNOWN_LENGTH, LENGTH})
    void clientThatLeavesCancelsThePublisher(long length) {
        Conversation conversation = waiting(length);
        conversation.close(new EOFException("meant"));
        assertTrue(isCancelled);
        subscriber.onNext(ByteBuffer.wrap(new byte[1])); // it may have been on its way
        subscriber.onComplete();
        conversation.deliverLate();
        assertNull(conversation.completions.poll());
    }
}
