package io.millrace.digest;

import io.millrace.content.DigestAlgorithm;
import io.millrace.http.Body;
import io.millrace.http.Response;
import io.millrace.objects.ClosingBody;
import io.millrace.tree.Version;
import io.millrace.work.DaemonPool;
import java.io.Closeable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Computes the digests that clients would like to have. A digest is a wish (RFC 9530 section 4)
 * that costs 80 bytes to make and seconds to grant: it has threads of its own, equal wishes are
 * granted together, one that no client waits for any more ends, and those beyond a limit are
 * dropped, so that their responses leave without a digest.
 *
 * <p>Threads: any.
 */
public final class DigestWishes implements Closeable { // decision 105

    /** Two, so that a long one leaves one to the short ones. */
    private static final int THREADS = 2;
    private static final long CLOSE_SECONDS = 60;
    /** A digest of more bytes takes some 30 ms and more; one such is computed or waits. */
    static final long LONG_BYTES = 16 << 20;

    /**
     * What tells wishes apart; those that are equal get the same response.
     *
     * @param range the response's Content-Range; null for the whole object
     * @param repr the algorithm of the object's digest; null if none is wanted
     * @param content the algorithm of the content's digest; null if none is wanted
     * @param only null if the response's body can be read by several threads; else an object that
     *     is in no other question
     */
    public record Question(String name, Version version, String range, DigestAlgorithm repr,
            DigestAlgorithm content, Object only) {
    }

    /** Finds the response to all equal wishes. */
    public interface Work {

        /**
         * Opens the object and computes.
         *
         * @param cancelled whether no client waits any more; asked for each piece
         * @return null if the wish can't be granted
         */
        Response compute(BooleanSupplier cancelled) throws Exception;
    }

    private final int maxWishes;
    /** Null if no wish is ever granted. */
    private final DaemonPool executor;
    /** Computations that can be joined. Guarded by this. */
    private final Map<Question, Computation> joinable = new HashMap<>();
    /** Computations that are under way or wait. Guarded by this. */
    private int pending;
    /** How many of them are long. Guarded by this. */
    private int pendingLong;

    /** @param maxWishes computations that are under way or wait; 0 for none */
    public DigestWishes(int maxWishes) {
        this(maxWishes, maxWishes == 0 ? null
                : new DaemonPool("millrace-digest-", THREADS, Integer.MAX_VALUE));
    }

    /** @param executor ended with this; null if no wish is ever granted */
    DigestWishes(int maxWishes, DaemonPool executor) {
        this.maxWishes = maxWishes;
        this.executor = executor;
    }

    /** Whether any wish may be granted. */
    public boolean isOn() {
        return maxWishes > 0;
    }

    /** One client's wish. */
    public final class Wish {

        private final Computation computation;
        private final Callable<Response> plain;
        private final CompletableFuture<Response> answer = new CompletableFuture<>();
        /** Guarded by the wishes. */
        private boolean isGone;

        private Wish(Computation computation, Callable<Response> plain) {
            this.computation = computation;
            this.plain = plain;
        }

        /** The response, with digests or without. */
        public CompletableFuture<Response> answer() {
            return answer;
        }

        /**
         * The client has left, or waits no longer. The last such word ends the computation at its
         * next piece, and the response is then the plain one, should it still be wanted.
         */
        public void gone() {
            synchronized (DigestWishes.this) {
                if (!isGone) {
                    isGone = true;
                    computation.leave();
                }
            }
        }
    }

    private final class Computation implements Runnable {

        private final Question question;
        private final Work work;
        private final boolean isLong;
        /** Guarded by the wishes. */
        private final List<Wish> wishes = new ArrayList<>();
        /** Wishes whose clients wait. Guarded by the wishes. */
        private int waiting;
        /** Once true this is always true: no client waits, and none may join. */
        private volatile boolean cancelled;

        Computation(Question question, Work work, boolean isLong) {
            this.question = question;
            this.work = work;
            this.isLong = isLong;
        }

        Wish join(Callable<Response> plain) {
            Wish wish = new Wish(this, plain);
            wishes.add(wish);
            waiting++;
            return wish;
        }

        void leave() {
            waiting--;
            if (waiting == 0) {
                cancelled = true;
                joinable.remove(question, this);
            }
        }

        @Override
        public void run() {
            Response response = null;
            Throwable failure = null;
            try {
                response = cancelled ? null : work.compute(() -> cancelled);
            } catch (Throwable e) {
                failure = e; // whatever it is: a stage that never completes holds its connection
            }
            end(this);
            if (response != null) {
                share(response);
            } else {
                for (Wish wish : wishes) {
                    answerPlainly(wish, failure);
                }
            }
        }

        private void share(Response response) {
            if (wishes.size() == 1) {
                wishes.get(0).answer.complete(response);
                return;
            }
            // Read by several at once, as one in memory or of a FileChannel can be.
            Body body = response.body();
            AtomicInteger users = new AtomicInteger(wishes.size());
            for (Wish wish : wishes) {
                wish.answer.complete(response.with(new ClosingBody(body, () -> {
                    if (users.decrementAndGet() == 0) {
                        body.close();
                    }
                })));
            }
        }

        private static void answerPlainly(Wish wish, Throwable failure) {
            try {
                if (failure != null) {
                    throw failure;
                }
                wish.answer.complete(wish.plain.call());
            } catch (Throwable e) {
                wish.answer.completeExceptionally(e); // the server's to log and to answer
            }
        }
    }

    /**
     * Makes a wish.
     *
     * @param bytes how many have to be read
     * @param plain the response without a digest, for a wish that can't be granted after all
     * @return null if it is dropped: then neither {@code work} nor {@code plain} is ever called
     */
    public Wish ask(Question question, long bytes, Work work, Callable<Response> plain) {
        Computation computation;
        Wish wish;
        synchronized (this) {
            computation = joinable.get(question);
            if (computation != null) {
                return computation.join(plain);
            }
            boolean isLong = bytes > LONG_BYTES;
            if (pending >= maxWishes || isLong && pendingLong > 0) {
                return null;
            }
            computation = new Computation(question, work, isLong);
            wish = computation.join(plain);
            joinable.put(question, computation);
            pending++;
            pendingLong += isLong ? 1 : 0;
        }
        try {
            executor.execute(computation);
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            return giveUp(computation, wish); // closed, or the system has no thread
        }
        return wish;
    }

    /** Null, unless others have joined meanwhile: they get their plain responses here. */
    private Wish giveUp(Computation computation, Wish first) {
        end(computation);
        for (Wish wish : computation.wishes) {
            if (wish != first) {
                Computation.answerPlainly(wish, null);
            }
        }
        return null;
    }

    /** From here on none joins, and another computation may take its place. */
    private synchronized void end(Computation computation) {
        joinable.remove(computation.question, computation);
        pending--;
        pendingLong -= computation.isLong ? 1 : 0;
    }

    /** Ends what has been begun, without its digests. */
    @Override
    public void close() {
        if (executor == null) {
            return;
        }
        synchronized (this) {
            for (Computation computation : joinable.values()) {
                computation.cancelled = true;
            }
            joinable.clear();
        }
        executor.end(CLOSE_SECONDS);
    }
}
