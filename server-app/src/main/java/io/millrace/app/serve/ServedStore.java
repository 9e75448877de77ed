package io.millrace.app.serve;

import io.millrace.access.AccessRules;
import io.millrace.http.Handler;
import io.millrace.metrics.MetricsSource;
import io.millrace.resume.ResumableUploads;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;

/**
 * A store that is open, as the program sees it: it is served, checked, measured, and closed with
 * its uploads.
 *
 * <p>Threads: any, unless a method says otherwise.
 */
interface ServedStore extends Closeable { // decision 350

    /** The store without anything around it. */
    Handler handler();

    /** Its resumable uploads; null if it keeps none. */
    ResumableUploads uploads();

    /** Adds what the banner says of it, a line each. */
    void addTo(StringBuilder banner);

    /** Its metrics. */
    MetricsSource metrics();

    /**
     * Finds out whether it can be used. May block.
     *
     * @throws IOException if not; the message of one line is for clients
     */
    void check() throws IOException;

    /** Which tokens may do what now. */
    AccessRules access();

    /** Replaces these rules, from the next request on. */
    void access(AccessRules rules);

    /** Whether it takes over from another process, whose address may still be in use. */
    default boolean isTakingOver() {
        return false;
    }

    /** Is told that the server listens. Threads: main. */
    default void listens() throws IOException {
        // who has no process to take over from tells none
    }

    /**
     * The first step of a stop, while the server still accepts. May block.
     *
     * @param longest how long this may take
     * @return who serves the clients that come from now on
     */
    Successor awaitSuccessor(Duration longest) throws IOException;

    /** Is told that the server accepts no more, if there is a successor. */
    default void handOver() {
        // what belongs to no process alone can't be handed over
    }
}
