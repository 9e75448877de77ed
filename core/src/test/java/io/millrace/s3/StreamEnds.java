package io.millrace.s3;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Flow;

/** The two ends of a stream of pieces, for tests that give the signals themselves. */
final class StreamEnds {

    private StreamEnds() {
    }

    static List<ByteBuffer> pieces(String... texts) {
        return Arrays.stream(texts).map(StreamEnds::piece).toList();
    }

    static ByteBuffer piece(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Where pieces come from: what it is asked for, and what it is told. */
    static final class Source implements Flow.Subscription {

        long requested;
        int cancelled;

        @Override
        public void request(long count) {
            requested += count;
        }

        @Override
        public void cancel() {
            cancelled++;
        }
    }

    /** Where they go. It may ask for the next piece within each signal. */
    static class Reader implements Flow.Subscriber<ByteBuffer> {

        final StringBuilder came = new StringBuilder();
        private final boolean isGreedy;
        Flow.Subscription asked;
        boolean isComplete;
        Throwable failure;
        private int depth;
        int deepest;

        Reader(boolean isGreedy) {
            this.isGreedy = isGreedy;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            asked = subscription;
        }

        @Override
        public void onNext(ByteBuffer piece) {
            deepest = Math.max(deepest, ++depth);
            came.append(StandardCharsets.US_ASCII.decode(piece)).append('|');
            if (isGreedy) {
                asked.request(1);
            }
            depth--;
        }

        @Override
        public void onError(Throwable thrown) {
            assertFalse(isComplete || failure != null, "ended twice");
            failure = thrown;
        }

        @Override
        public void onComplete() {
            assertFalse(isComplete || failure != null, "ended twice");
            isComplete = true;
        }

        String text() {
            return came.toString();
        }
    }
}
