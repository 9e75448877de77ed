package io.millrace.event;

import java.time.Duration;

/** What holds for each stream of a broadcast. */
record StreamOptions(Duration heartbeat, int maxQueuedBytes, Overflow overflow) {

    /** Proxies cut a connection that is silent for 30 s (some clouds) or 60 s (nginx). */
    static final Duration DEFAULT_HEARTBEAT = Duration.ofSeconds(15); // decision 437
    static final int DEFAULT_QUEUED_BYTES = 256 * 1024; // decision 436
    static final StreamOptions DEFAULTS =
            new StreamOptions(DEFAULT_HEARTBEAT, DEFAULT_QUEUED_BYTES, Overflow.CLOSE);
}
