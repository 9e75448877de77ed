package io.millrace.bucket;

import io.millrace.http.HttpException;
import io.millrace.http.PacedSink;
import io.millrace.http.Request;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.s3.S3Double;
import io.millrace.upload.UnfinishedUpload;
import io.millrace.upload.UnfinishedUploads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** One of several servers of a bucket, without its sockets. Threads: one at a time. */
final class Node implements AutoCloseable {

    static final int PART = 8 << 20;

    private final BucketStore store;

    private Node(BucketStore store) {
        this.store = store;
    }

    static Node of(S3Double engine) throws IOException {
        return of(engine, System::nanoTime);
    }

    /** @param clockNs by which it is known what is old */
    static Node of(S3Double engine, LongSupplier clockNs) throws IOException {
        BucketStore store = BucketStore.open(BucketOptions.builder(engine.url())
                .keys(BucketKeys.of(engine.id(), engine.secret(), null))
                .bufferBytes(4L * PART).build(), clockNs);
        engine.await(call -> !store.conditions().contains("not probed")); // on a busy machine
        return new Node(store);
    }

    BucketStore store() {
        return store;
    }

    UnfinishedUploads uploads() {
        return store.unfinished();
    }

    /** Begins an upload of an object. */
    UnfinishedUpload begin(String path, String... fields) throws HttpException {
        return uploads().create(Request.of("PUT", path, fields), RequestHead.UNKNOWN_LENGTH,
                new byte[] {1});
    }

    /** The same upload, as a new request finds it. */
    UnfinishedUpload find(UnfinishedUpload upload) throws HttpException {
        return uploads().find(upload.name());
    }

    /** Brings bytes as a server does, from where the upload is. */
    void write(UnfinishedUpload upload, byte[] bytes) throws HttpException, IOException {
        PacedSink sink = open(upload);
        send(sink, bytes);
        upload.close(false);
    }

    static PacedSink open(UnfinishedUpload upload) throws HttpException {
        return (PacedSink) upload.open(upload.sizeBytes(), Long.MAX_VALUE, false);
    }

    /** Waits for room as a worker does, but on this thread. */
    static void send(PacedSink sink, byte[] bytes) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
            int room = sink.room();
            if (room == 0) {
                CompletableFuture<Void> waiting = new CompletableFuture<>();
                sink.whenRoom(() -> waiting.complete(null));
                sink.whenClosed(() -> waiting.complete(null));
                known(waiting);
            } else {
                int count = Math.min(Math.min(room, 64 << 10), rest.remaining());
                sink.write(rest.slice(rest.position(), count));
                rest.position(rest.position() + count);
            }
        }
    }

    static Response complete(UnfinishedUpload upload, String... fields) throws HttpException {
        Response response = upload.complete(Request.of("PUT", upload.path(), fields));
        return response.stage() == null ? response
                : known(response.stage().toCompletableFuture());
    }

    static <T> T known(CompletableFuture<T> promise) {
        return promise.orTimeout(1, TimeUnit.MINUTES).join();
    }

    /** Bytes that no others are like. */
    static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    @Override
    public void close() throws IOException {
        store.close();
    }
}
