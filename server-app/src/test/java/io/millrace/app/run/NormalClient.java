package io.millrace.app.run;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A normal client, which PUTs and GETs small objects and compares each: counts what fails, and
 * notes how long each request took. A connection that broke is replaced. Threads: one at a time.
 */
final class NormalClient implements AutoCloseable {

    private static final int KEYS = 16;
    private static final int OBJECT_BYTES = 1000;
    private static final int TIMEOUT_MS = 10_000;

    private final String url;
    private final List<Long> putsNs = new ArrayList<>();
    private final List<Long> getsNs = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private long requests;
    /** Null when the next request needs a new one. */
    private StoreClient connection;

    NormalClient(String url) {
        this.url = url;
    }

    /** One request more, a PUT and a GET in turn; whether it succeeded. */
    boolean request() throws IOException {
        return requests % 2 == 0 ? put() : get();
    }

    /** A PUT more; whether it succeeded. It begins with connecting, if it has to. */
    boolean put() throws IOException {
        return timed(putsNs, () -> {
            int status = connection.put(new StampedBody(key(), requests, OBJECT_BYTES), false,
                    null);
            return status == 200 ? null : "PUT: " + status;
        });
    }

    /** A GET more, of what was PUT before; whether it succeeded. */
    boolean get() throws IOException {
        return timed(getsNs, () -> {
            StoreClient.Got got = connection.get(key());
            return got.fault() != null ? "GET: " + got.fault()
                    : got.status() != 200 ? "GET: " + got.status() : null;
        });
    }

    private String key() {
        return "victim-" + (requests - 1) / 2 % KEYS;
    }

    private interface Request {
        /** What is wrong with the response; null if nothing. */
        String failure() throws IOException;
    }

    private boolean timed(List<Long> latenciesNs, Request request) throws IOException {
        requests++;
        long startNs = System.nanoTime();
        String failure;
        try {
            if (connection == null) {
                connection = new StoreClient(url, TIMEOUT_MS);
            }
            failure = request.failure();
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
        return (int) requests;
    }

    /** What failed, a line each. */
    List<String> failures() {
        return failures;
    }

    /** The time within which this share of the requests had ended, failed ones among them. */
    double latencyMs(double share) {
        List<Long> all = new ArrayList<>(putsNs);
        all.addAll(getsNs);
        return latencyMs(all, share);
    }

    /** The same, of GETs alone. */
    double getLatencyMs(double share) {
        return latencyMs(getsNs, share);
    }

    /** The same, of PUTs alone. */
    double putLatencyMs(double share) {
        return latencyMs(putsNs, share);
    }

    private static double latencyMs(List<Long> latenciesNs, double share) {
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
