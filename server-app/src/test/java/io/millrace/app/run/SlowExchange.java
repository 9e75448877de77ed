package io.millrace.app.run;

import io.millrace.http.Abandonment;
import io.millrace.http.Exchange;
import io.millrace.http.PacedSink;
import io.millrace.http.Responder;
import io.millrace.http.Response;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Takes a body at a certain rate, and drops it.
 *
 * <p>Threads: the worker, and one that gives room.
 */
final class SlowExchange implements Exchange, PacedSink {

    private static final int TICK_MS = 100;
    private static final ScheduledExecutorService CLOCK =
            Executors.newSingleThreadScheduledExecutor(task -> {
                Thread thread = new Thread(task, "slow-engine");
                thread.setDaemon(true);
                return thread;
            });

    private final int bytesPerTick;
    private final Responder<Long> responder;
    private final ScheduledFuture<?> ticks;
    private long received;
    // Guarded by this.
    private int room;
    private Runnable callback;

    SlowExchange(long bytesPerSecond, Responder<Long> responder) {
        bytesPerTick = (int) Math.max(1, bytesPerSecond * TICK_MS / 1000);
        this.responder = responder;
        ticks = CLOCK.scheduleAtFixedRate(this::tick, 0, TICK_MS, TimeUnit.MILLISECONDS);
    }

    private void tick() {
        Runnable told;
        synchronized (this) {
            room = bytesPerTick;
            told = callback;
            callback = null;
        }
        if (told != null) {
            told.run();
        }
    }

    @Override
    public WritableByteChannel sink() {
        return this;
    }

    @Override
    public synchronized int room() {
        return room;
    }

    @Override
    public void whenRoom(Runnable callback) {
        synchronized (this) {
            if (room == 0) {
                this.callback = callback;
                return;
            }
        }
        callback.run();
    }

    @Override
    public synchronized int write(ByteBuffer source) {
        int count = source.remaining();
        source.position(source.limit());
        room -= count;
        received += count;
        return count;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {
        ticks.cancel(false);
    }

    @Override
    public Response complete() throws Exception {
        close();
        return responder.respond(received);
    }

    @Override
    public Response abandon(Abandonment why, Throwable cause) {
        close();
        return null;
    }
}
