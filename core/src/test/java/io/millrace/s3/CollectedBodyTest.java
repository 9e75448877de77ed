package io.millrace.s3;

import static io.millrace.s3.StreamEnds.pieces;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.s3.StreamEnds.Source;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** A body that is read into memory, at its bound and beyond. */
class CollectedBodyTest {

    private final Source source = new Source();
    private int progress;
    private final CollectedBody body = new CollectedBody(10, () -> progress++);
    private final CompletableFuture<ReplyBody> whole = body.getBody().toCompletableFuture();

    private String text() throws Exception {
        return new String(whole.get().bytes(), StandardCharsets.US_ASCII);
    }

    @Test
    void bodyOfTheMostBytesIsWhole() throws Exception {
        body.onSubscribe(source);
        assertEquals(Long.MAX_VALUE, source.requested);
        body.onNext(pieces("abc", "de"));
        body.onNext(pieces("", "fghij"));
        assertEquals(2, progress);
        assertFalse(whole.isDone());
        body.onComplete();
        assertEquals("abcdefghij", text());
        assertFalse(whole.get().isCut());
        assertEquals(0, source.cancelled);
    }

    @Test
    void byteBeyondTheMostIsCutOffAndTheRestIsLeft() throws Exception {
        body.onSubscribe(source);
        body.onNext(pieces("abcdef"));
        body.onNext(pieces("ghijk", "l"));
        assertEquals("abcdefghij", text());
        assertTrue(whole.get().isCut());
        assertEquals(1, source.cancelled);
        body.onNext(pieces("m"));
        body.onComplete();
        assertEquals(1, source.cancelled);
        assertTrue(whole.get().isCut());
    }

    @Test
    void bodyThatBreaksOffHasNoBytes() {
        body.onSubscribe(source);
        body.onNext(pieces("abc"));
        IOException failure = new IOException("reset");
        body.onError(failure);
        assertEquals(failure, assertThrows(ExecutionException.class, whole::get).getCause());
    }
}
