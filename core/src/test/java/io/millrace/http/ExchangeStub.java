package io.millrace.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The exchange of the tests: it takes the body into a sink, notes each call, and responds or throws
 * as a test sets it.
 *
 * <p>Threads: called by the worker; what is noted may be read by any thread.
 */
public class ExchangeStub implements Exchange {

    /** "sink", "progress 5", "complete", "abandon" and its cause's message, in their order. */
    public final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    /** What {@link #abandon} was told. */
    public final List<Throwable> causes = Collections.synchronizedList(new ArrayList<>());
    /** Why it was abandoned, as {@link #abandon} was told. */
    public final List<Abandonment> whys = Collections.synchronizedList(new ArrayList<>());
    /** Done when the sink has been asked for. */
    public final CompletableFuture<Void> sinkAsked = new CompletableFuture<>();
    /** Done with the cause when the exchange has been abandoned. */
    public final CompletableFuture<Throwable> abandoned = new CompletableFuture<>();
    /** The body, if the stub has a sink of its own. */
    public final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** Where the body goes; null refuses it. */
    public WritableByteChannel sink;
    /** Thrown instead of an outcome; null if nothing is. */
    public Exception atSink;
    public RuntimeException atProgress;
    public Exception atComplete;
    /** What is returned. */
    public Response onComplete = Response.text("taken");
    public Response onAbandon;

    /** Collects the body in {@link #bytes}. */
    public ExchangeStub() {
        sink = (SinkStub) this::write;
    }

    /** Takes the body into a sink, which the stub doesn't close. */
    public ExchangeStub(WritableByteChannel sink) {
        this.sink = sink;
    }

    /** Notes a call. */
    protected void note(String call) {
        calls.add(call);
    }

    /** A piece comes to the stub's own sink. */
    protected int write(ByteBuffer source) {
        byte[] taken = new byte[source.remaining()];
        source.get(taken);
        bytes.writeBytes(taken);
        return taken.length;
    }

    @Override
    public WritableByteChannel sink() throws Exception {
        note("sink");
        sinkAsked.complete(null);
        if (atSink != null) {
            throw atSink;
        }
        return sink;
    }

    @Override
    public void onProgress(long receivedBytes) {
        note("progress " + receivedBytes);
        if (atProgress != null) {
            throw atProgress;
        }
    }

    @Override
    public Response complete() throws Exception {
        note("complete");
        if (atComplete != null) {
            throw atComplete;
        }
        return onComplete;
    }

    @Override
    public Response abandon(Abandonment why, Throwable cause) {
        whys.add(why);
        note("abandon " + cause.getMessage());
        causes.add(cause);
        abandoned.complete(cause);
        return onAbandon;
    }

    /** The calls that ended the exchange: one at most, or the server has a bug. */
    public List<String> ends() {
        synchronized (calls) {
            return calls.stream()
                    .filter(call -> call.startsWith("complete") || call.startsWith("abandon"))
                    .toList();
        }
    }

    /** Fails unless the exchange was abandoned, once, and never completed. */
    public void assertAbandonedOnce() {
        assertEquals(1, ends().size(), () -> ends().toString());
        assertEquals(1, causes.size());
    }
}
