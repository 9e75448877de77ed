package io.millrace.app.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;

/**
 * A client of registers behind a proxy, whose nodes may die: it PUTs, GETs and DELETEs with
 * conditions and without, and notes what it saw. A change with 503 has not happened. One whose
 * connection broke, or with 502 or 504, may have happened, or may yet.
 *
 * <p>Threads: its own.
 */
final class FrontClient implements Runnable {

    private static final int MOST_REQUESTS_PER_CONNECTION = 60;
    private static final int SMALL_BYTES = 4_000;
    private static final int MEDIUM_BYTES = 100_000;
    private static final int LARGE_BYTES = 2_000_000;
    private static final int TIMEOUT_MS = 30_000;

    /** What all clients share; any thread. */
    interface Watch {

        /** A response that is none of a failure. */
        void served(String method, long timeNs);

        /** A response of a failure, or none. */
        void failed(String how);

        /** A change that has not happened, as its response says. */
        void refused(long version, String response);

        void fault(String line);
    }

    /** A version that this client knows, and its entity tag. */
    private record Tagged(String tag, long version) {
    }

    /** @param known of an If-Match; null without one */
    private record Change(String head, StampedBody body, boolean creates, Tagged known) {

        RegisterOperation done(long fromNs, long toNs) {
            long version = body == null ? RegisterOperation.ABSENT : body.version();
            return creates ? RegisterOperation.replace(fromNs, toNs, RegisterOperation.ABSENT,
                    version)
                    : known != null ? RegisterOperation.replace(fromNs, toNs, known.version,
                            version)
                    : RegisterOperation.write(fromNs, toNs, version);
        }
    }

    private final String url;
    private final List<String> keys;
    private final BiConsumer<String, RegisterOperation> history;
    private final Watch watch;
    private final BooleanSupplier isEnded;
    private final AtomicLong versions;
    private final Random random;

    /** @param versions of all clients */
    FrontClient(String url, Map<String, List<RegisterOperation>> histories, Watch watch,
            BooleanSupplier isEnded, AtomicLong versions, Random random) {
        this.url = url;
        keys = histories.keySet().stream().sorted().toList();
        history = (key, operation) -> {
            List<RegisterOperation> all = histories.get(key);
            synchronized (all) {
                all.add(operation);
            }
        };
        this.watch = watch;
        this.isEnded = isEnded;
        this.versions = versions;
        this.random = random;
    }

    @Override
    public void run() {
        while (!isEnded.getAsBoolean()) {
            try (StoreClient connection = new StoreClient(url, TIMEOUT_MS)) {
                int requests = 1 + random.nextInt(MOST_REQUESTS_PER_CONNECTION);
                boolean isOpen = true;
                for (int i = 0; i < requests && isOpen && !isEnded.getAsBoolean(); i++) {
                    isOpen = request(connection, keys.get(random.nextInt(keys.size())))
                            && !"close".equals(connection.field("Connection"));
                }
            } catch (IOException e) {
                watch.failed("no connection: " + e.getMessage());
            } catch (RuntimeException | Error e) {
                watch.fault("a client failed: " + e);
            }
        }
    }

    /** Reads what each key has at the end. */
    void readAll() throws IOException {
        try (StoreClient connection = new StoreClient(url, TIMEOUT_MS)) {
            for (String key : keys) {
                if (get(connection, key) == null && connection.field("Date") == null) {
                    watch.fault("the last GET of " + key + " has failed");
                }
            }
        }
    }

    /** Whether the connection can be used again. */
    private boolean request(StoreClient connection, String key) throws IOException {
        int choice = random.nextInt(12);
        if (choice < 5) {
            get(connection, key);
        } else if (choice < 7) {
            return change(connection, key, put(key, "", false, null));
        } else if (choice < 9) {
            return change(connection, key, put(key, "If-None-Match: *\r\n", true, null));
        } else if (choice < 10) {
            return change(connection, key, new Change("DELETE /" + key
                    + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", null, false, null));
        } else {
            Tagged known = get(connection, key);
            if (known != null) {
                return change(connection, key,
                        put(key, "If-Match: " + known.tag + "\r\n", false, known));
            }
        }
        return true;
    }

    private Change put(String key, String condition, boolean creates, Tagged known) {
        int choice = random.nextInt(40);
        int most = choice == 0 ? LARGE_BYTES : choice < 8 ? MEDIUM_BYTES : SMALL_BYTES;
        StampedBody body = new StampedBody(key, versions.incrementAndGet(),
                StampedBody.LINE_BYTES + random.nextInt(most));
        return new Change("PUT /" + key + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + condition
                + "Content-Length: " + body.lengthBytes() + "\r\n\r\n", body, creates, known);
    }

    /** Gets an object; null if there is none, or there was no answer. */
    private Tagged get(StoreClient connection, String key) throws IOException {
        long fromNs = System.nanoTime();
        StoreClient.Got got;
        try {
            got = connection.get(key);
        } catch (IOException e) {
            watch.failed("GET: " + e.getMessage());
            throw new IOException("behind a GET", e);
        }
        long toNs = System.nanoTime();
        if (got.status() >= 500) {
            watch.failed("GET: " + got.status());
            return null;
        }
        watch.served("GET", toNs - fromNs);
        if (got.status() == 404) {
            history.accept(key, RegisterOperation.read(fromNs, toNs, RegisterOperation.ABSENT));
            return null;
        }
        if (got.fault() != null || got.status() != 200) {
            watch.fault("a GET of " + key + ": " + got.status() + " " + got.fault());
            return null;
        }
        history.accept(key, RegisterOperation.read(fromNs, toNs, got.body().version()));
        return new Tagged(connection.field("ETag"), got.body().version());
    }

    private boolean change(StoreClient connection, String key, Change change) {
        String method = change.head.substring(0, change.head.indexOf(' '));
        long fromNs = System.nanoTime();
        int status;
        try {
            connection.send(change.head);
            if (change.body != null) {
                byte[] bytes = new byte[(int) change.body.lengthBytes()];
                change.body.fill(0, bytes);
                connection.send(new String(bytes, StandardCharsets.US_ASCII));
            }
            status = connection.answer();
        } catch (IOException e) {
            watch.failed(method + ": " + e.getMessage());
            history.accept(key, change.done(fromNs, RegisterOperation.UNKNOWN));
            return false;
        }
        long toNs = System.nanoTime();
        if (status < 500) {
            watch.served(method, toNs - fromNs);
        } else {
            watch.failed(method + ": " + status);
        }
        if (status >= 400 && change.body != null) {
            watch.refused(change.body.version(), status + " by way of "
                    + connection.field("X-Upstream") + ": " + connection.text().strip());
        }
        switch (status) {
            case 200, 201, 204 -> history.accept(key, change.done(fromNs, toNs));
            case 404 -> history.accept(key,
                    RegisterOperation.read(fromNs, toNs, RegisterOperation.ABSENT));
            case 412 -> history.accept(key, RegisterOperation.other(fromNs, toNs,
                    change.known == null ? RegisterOperation.ABSENT : change.known.version));
            case 503 -> {
                // It has not happened: so say the node, and a proxy without one to ask.
            }
            case 502, 504 -> history.accept(key,
                    change.done(fromNs, RegisterOperation.UNKNOWN));
            default -> watch.fault("a change of " + key + " was answered with " + status + " "
                    + connection.text());
        }
        return true;
    }
}
