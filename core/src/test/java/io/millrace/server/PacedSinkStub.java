package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.PacedSink;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A paced sink that has as much room as a test makes.
 *
 * <p>Threads: written by the worker; any one other thread makes room.
 */
class PacedSinkStub implements PacedSink {

    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    /** The length of each write. */
    final LinkedBlockingQueue<Integer> writes = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<Runnable> callbacks = new LinkedBlockingQueue<>();
    private volatile int room;

    /** What waits for room; null if nothing does. */
    Runnable callback() {
        return callbacks.peek();
    }

    /** Makes room, now. */
    void makeRoom(int bytes) {
        makeRoom(bytes, callbacks.poll());
    }

    /** Makes room when the server waits for it. */
    void makeRoomWhenAsked(int bytes) throws InterruptedException {
        makeRoom(bytes, callbacks.poll(60, TimeUnit.SECONDS));
    }

    private void makeRoom(int bytes, Runnable callback) {
        room = bytes;
        if (callback != null) {
            callback.run();
            // Once too often: a callback that comes late must do no harm.
            callback.run();
        }
    }

    @Override
    public int room() {
        return room;
    }

    @Override
    public void whenRoom(Runnable callback) {
        assertEquals(0, room);
        assertTrue(callbacks.isEmpty());
        callbacks.add(callback);
    }

    @Override
    public int write(ByteBuffer source) {
        assertTrue(source.remaining() <= room);
        byte[] taken = new byte[source.remaining()];
        source.get(taken);
        bytes.writeBytes(taken);
        room -= taken.length;
        writes.add(taken.length);
        return taken.length;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {
    }
}
