package io.millrace.server;

import static io.millrace.server.Wire.letters;
import static io.millrace.server.Wire.text;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Exchange;
import io.millrace.http.Response;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.AfterEach;

/** Subscribers of bodies, in memory. */
abstract class CollectedBodies {

    static final int PIECE_BYTES = 64 * 1024;
    static final String LONG = letters(600_000);

    final ExecutorService executor = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        executor.shutdownNow();
    }

    /** Asks for nothing by itself; keeps what it gets. */
    static final class Collector implements Flow.Subscriber<ByteBuffer> {

        final CompletableFuture<Response> answer = new CompletableFuture<>();
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final List<String> calls = new ArrayList<>();
        Flow.Subscription subscription;
        /** What to ask for at the beginning, and after each piece. */
        long first;
        long further;

        Collector(long first, long further) {
            this.first = first;
            this.further = further;
        }

        Exchange exchange() {
            return Exchange.publish(this, answer);
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            calls.add("subscribe");
            this.subscription = subscription;
            if (first != 0) {
                subscription.request(first);
            }
        }

        @Override
        public void onNext(ByteBuffer piece) {
            calls.add("next");
            assertTrue(piece.hasRemaining() && piece.remaining() <= PIECE_BYTES);
            byte[] taken = new byte[piece.remaining()];
            piece.get(taken);
            bytes.writeBytes(taken);
            if (further != 0) {
                subscription.request(further);
            }
        }

        @Override
        public void onError(Throwable failure) {
            calls.add("error " + failure.getMessage());
        }

        @Override
        public void onComplete() {
            calls.add("complete");
            answer.complete(Response.text(text()));
        }

        String text() {
            return bytes.toString(StandardCharsets.ISO_8859_1);
        }
    }

    static String repeated(String call, int times) {
        return String.join(" ", Collections.nCopies(times, call));
    }
}
