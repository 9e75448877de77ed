package io.millrace.app;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A normal client, which PUTs and GETs small objects and compares each: counts what fails, and
 * notes how long each request took. A connection that broke is replaced. Threads: one at a time.
 */
final class HeapVictim implements AutoCloseable {

    private static final int KEYS = 16;
    private static final int OBJECT_BYTES = 1000;
    private static final int TIMEOUT_MS = 10_000;

    private final String url;
    private final List<Long> latenciesNs = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private long requests;
    /** Null when the next request needs a new one. */
    private StoreClient connection;

    HeapVictim(String url) {
        this.url = url;
    }

    /** One request more; whether it succeeded. It begins with connecting, if it has to. */
    boolean request() throws IOException {
        long number = requests++;
        String key = "victim-" + number / 2 % KEYS;
        long startNs = System.nanoTime();
        String failure = null;
        try {
            if (connection == null) {
                connection = new StoreClient(url, TIMEOUT_MS);
            }
            if (number % 2 == 0) {
                int status = connection.put(new StampedBody(key, number + 1, OBJECT_BYTES), false,
                        null);
                failure = status == 200 ? null : "PUT: " + status;
            } else {
                StoreClient.Got got = connection.get(key);
                failure = got.fault() != null ? "GET: " + got.fault()
                        : got.status() != 200 ? "GET: " + got.status() : null;
            }
        } catch (IOException e) {
            failure = e.getClass().getSimpleName() + ": " + e.getMessage();
            leave();
        }
        latenciesNs.add(System.nanoTime() - startNs);
        if (failure != null) {
            failures.add(failure);
        }
        return failure == null;
    }

    /** How many requests there were. */
    int requests() {
        return latenciesNs.size();
    }

    /** What failed, a line each. */
    List<String> failures() {
        return failures;
    }

    /** The time within which this share of the requests had ended, failed ones among them. */
    double latencyMs(double share) {
        Collections.sort(latenciesNs);
        return latenciesNs.isEmpty() ? 0
                : latenciesNs.get((int) Math.round(share * (latenciesNs.size() - 1))) / 1e6;
    }

    /** Ends the connection, if there is one; the next request makes another. */
    void leave() throws IOException {
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }

    @Override
    public void close() throws IOException {
        leave();
    }
}
