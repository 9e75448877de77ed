package io.millrace.server;

import io.millrace.http.Abandonment;
import io.millrace.http.Handler;
import io.millrace.net.FileTransfer;
import io.millrace.transfer.Counters;
import io.millrace.transfer.Layer;
import io.millrace.transfer.MemoryChannel;
import io.millrace.transfer.Want;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * One connection in memory, visited as a worker would visit it: only when there is what it wants,
 * or when the application has something to say. What was sent comes without its Date lines.
 *
 * <p>Threads: the test's; the application's threads only wake it.
 */
final class Conversation {

    /** More visits than any test needs: beyond it the connection turns in circles. */
    private static final int MOST_VISITS = 5_000_000;
    private static final Pattern DATE = Pattern.compile("Date: [^\r]*\r\n");

    private final Semaphore wakeups = new Semaphore(0);
    final Completions completions = new Completions(wakeups::release);
    final MemoryChannel peer = new MemoryChannel();
    final Resources resources;
    final Connection connection;
    Want want = Want.READ;
    /** Why the connection was closed; null while it is open. */
    Throwable closed;
    /** Whether the connection asked for a reset when it was closed. */
    boolean reset;

    Conversation(Handler handler) {
        this(ServerOptions.builder().port(0), handler);
    }

    Conversation(ServerOptions.Builder options, Handler handler) {
        resources = new Resources(options.build(), handler, new Counters(), completions);
        connection = new Connection(peer, Layer.NONE, resources);
    }

    /** @param transfers how bodies get into files */
    Conversation(Handler handler, Function<ByteBuffer, FileTransfer> transfers) {
        resources = new Resources(ServerOptions.builder().port(0).build(), handler,
                new Counters(), completions, transfers);
        connection = new Connection(peer, Layer.NONE, resources);
    }

    /** The client sends this, a character each, and the server takes what it wants of it. */
    Conversation send(String text) {
        peer.append(text);
        return go();
    }

    Conversation send(byte[] bytes) {
        peer.append(bytes);
        return go();
    }

    /** The client ends its side. */
    Conversation end() {
        peer.ended = true;
        return go();
    }

    /** The client takes so many bytes more. */
    Conversation take(int bytes) {
        peer.room = bytes;
        return go();
    }

    /** One visit, whether there is what the connection wants or not. */
    Conversation visit() {
        visit(connection::visit);
        return this;
    }

    /** Goes on until the connection waits for something that is not there. */
    Conversation go() {
        for (int visits = 0; closed == null; visits++) {
            if (visits > MOST_VISITS) {
                throw new AssertionError("the connection turns in circles: " + want);
            }
            Completions.Completion completion = completions.poll();
            if (completion != null) {
                visit(() -> completion.exchange().connection.onCompletion(completion));
            } else if (isReady()) {
                visit(connection::visit);
            } else {
                break;
            }
        }
        return this;
    }

    private boolean isReady() {
        return switch (want) {
            case READ, LINGER, APPLICATION -> peer.isReadable();
            case WRITE -> peer.room > 0;
            case READ_WRITE -> peer.isReadable() || peer.room > 0;
            case APPLICATION_ALONE, CLOSE -> false;
        };
    }

    /** Goes on, through what the application says from other threads, until this holds. */
    Conversation goUntil(BooleanSupplier done) throws InterruptedException {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        go();
        while (!done.getAsBoolean()) {
            if (!wakeups.tryAcquire(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                throw new AssertionError("nothing more happens: " + want + " " + closed + " "
                        + peer.written());
            }
            go();
        }
        return this;
    }

    /** Goes on until so many bytes of answers are there or the connection is closed. */
    Conversation goUntilSent(int bytes) throws InterruptedException {
        return goUntil(() -> closed != null || peer.out.size() >= bytes);
    }

    /** Time is up, and the worker visits once more. */
    Conversation visitOverdue() {
        visit(() -> Connections.visitOverdue(connection));
        return go();
    }

    /** Time is up. */
    Conversation expire() {
        visit(connection::expire);
        return go();
    }

    /** The worker closes the connection, as when the server stops or the peer is gone. */
    void close(Throwable cause) {
        close(Abandonment.PEER_LEFT, cause);
    }

    private void close(Abandonment why, Throwable cause) {
        closed = cause;
        reset = connection.needsReset(why);
        connection.close(why, cause);
        deliverLate();
    }

    /** Delivers what was said after the end. */
    void deliverLate() {
        Completions.Completion late;
        while ((late = completions.poll()) != null) {
            late(late);
        }
    }

    private static void late(Completions.Completion completion) {
        try {
            if (completion.exchange().connection.onCompletion(completion) != null) {
                throw new AssertionError("a closed connection wants something");
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private interface Visit {
        Want run() throws IOException;
    }

    private void visit(Visit visit) {
        try {
            Want wanted = visit.run();
            if (wanted != null) {
                want = wanted;
            }
            if (wanted == Want.LINGER) {
                peer.shut = true;
            }
            if (wanted == Want.CLOSE) {
                close(new EOFException("connection closed"));
            }
        } catch (Receiving.CutException e) {
            close(e.why, e.getCause());
        } catch (IOException | RuntimeException | Error e) {
            if (e instanceof AssertionError error) {
                throw error;
            }
            close(e);
        }
    }

    /** All that was sent since the last call. */
    String sent() {
        String text = peer.written();
        peer.out.reset();
        return DATE.matcher(text).replaceAll("");
    }
}
