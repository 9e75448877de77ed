package io.millrace.s3;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;

/**
 * A small S3 engine in memory that fails on demand: one bucket on loopback, with the operations
 * that Millrace uses, conditions that hold exactly, and signatures checked by code of its own. What
 * AWS documents is its measure; where engines differ, a setter chooses. Threads: any; set it up
 * before the first request. One thread per connection.
 */
public final class S3Double implements Closeable {

    static final String REQUEST_ID = "D0UB1E";
    static final String BUCKET = "things";

    private static final int MAX_CONNECTIONS = 2_048;
    private static final int BACKLOG = 1_024;
    private static final long STACK_BYTES = 256 * 1024;

    private final ServerSocket listening;
    private final ExecutorService threads;
    private final DoubleSettings settings = new DoubleSettings();
    private final DoubleCalls calls = new DoubleCalls();
    private final DoubleBucket objects = new DoubleBucket(settings::now);
    private final DoubleOperations operations;
    private final String url;
    private final CountDownLatch closed = new CountDownLatch(1);
    /** Those that are open. Guarded by itself, as is the next one. */
    private final Set<Socket> sockets = new HashSet<>();
    private int accepted;

    private S3Double(ServerSocket listening, boolean tls) {
        this.listening = listening;
        url = (tls ? "https" : "http") + "://127.0.0.1:" + listening.getLocalPort() + '/' + BUCKET
                + '/';
        operations = new DoubleOperations(objects, settings, url);
        threads = new ThreadPoolExecutor(0, MAX_CONNECTIONS, 10, TimeUnit.SECONDS,
                new SynchronousQueue<>(), task -> thread(task, "s3-double"));
    }

    public static S3Double start() throws IOException {
        return start(0);
    }

    /** On that port of loopback; 0 for a free one. */
    public static S3Double start(int port) throws IOException {
        return start(ServerSocketFactory.getDefault(), port, false);
    }

    public static S3Double startTls(SSLContext context) throws IOException {
        return start(context.getServerSocketFactory(), 0, true);
    }

    private static S3Double start(ServerSocketFactory sockets, int port, boolean tls)
            throws IOException {
        S3Double started = new S3Double(
                sockets.createServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress()), tls);
        thread(started::accept, "s3-double-accept").start();
        return started;
    }

    private static Thread thread(Runnable task, String name) {
        Thread thread = new Thread(null, task, name, STACK_BYTES);
        thread.setDaemon(true);
        return thread;
    }

    /** As a program of its own: {@code PORT [KEPT_BYTES [LATENCY_MS [BYTES_PER_SECOND]]]}. */
    public static void main(String[] args) throws IOException {
        S3Double started = start(Integer.parseInt(args[0]));
        started.keptBytes(args.length > 1 ? Long.parseLong(args[1]) : started.settings.keptBytes);
        started.latency(Duration.ofMillis(args.length > 2 ? Long.parseLong(args[2]) : 0));
        started.pace(args.length > 3 ? Integer.parseInt(args[3]) : 0);
        System.out.println(started.url() + ' ' + started.id() + ' ' + started.secret());
        started.awaitClose();
    }

    // What it is told.

    /** Clients need this token besides the keys. */
    public S3Double token(String token) {
        DoubleKeys keys = settings.keys;
        settings.keys = new DoubleKeys(keys.id(), keys.secret(), token, keys.region());
        return this;
    }

    public S3Double region(String region) {
        DoubleKeys keys = settings.keys;
        settings.keys = new DoubleKeys(keys.id(), keys.secret(), keys.token(), region);
        return this;
    }

    public S3Double clock(Supplier<Instant> time) {
        settings.clock = time;
        return this;
    }

    /** Of all parts but the last one; 5 MiB unless set. */
    public S3Double leastPartBytes(long bytes) {
        settings.leastPartBytes = bytes;
        return this;
    }

    /** Of one request; 5 GiB unless set. */
    public S3Double maxPutBytes(long bytes) {
        settings.maxPutBytes = bytes;
        return this;
    }

    /** Longer bodies are counted only, their ETags are no digests, and zeros are read for them. */
    public S3Double keptBytes(long bytes) {
        settings.keptBytes = bytes;
        return this;
    }

    /** How many unfinished uploads a page lists at most; 1,000 unless set. */
    public S3Double uploadsPerPage(int uploads) {
        settings.uploadsPerPage = uploads;
        return this;
    }

    /** False: conditions of changes are ignored, as older engines do. */
    public S3Double holdConditions(boolean holds) {
        settings.holdsConditions = holds;
        return this;
    }

    /** False: conditions of DeleteObject are ignored, those of other changes hold. */
    public S3Double holdDeletes(boolean holds) {
        settings.holdsDeletes = holds;
        return this;
    }

    /** False: a condition of PutObject is checked at its end only. */
    public S3Double checkEarly(boolean early) {
        settings.checksEarly = early;
        return this;
    }

    /** False: a condition of PutObject is checked at its head only, as by an engine that races. */
    public S3Double checkLate(boolean late) {
        settings.checksLate = late;
        return this;
    }

    /** False: no request gets 100 (Continue). */
    public S3Double sayContinue(boolean says) {
        settings.continues = says;
        return this;
    }

    /** Requests without a signature are taken too. */
    public S3Double takeUnsigned() {
        settings.anonymous = true;
        return this;
    }

    /** Between the head of a request and whatever is done about it. */
    public S3Double latency(Duration latency) {
        settings.latencyNs = latency.toNanos();
        return this;
    }

    /** Bytes a second of each body, in either direction; 0 for as fast as can be. */
    public S3Double pace(int perSecond) {
        settings.bytesPerSecond = perSecond;
        return this;
    }

    /** The next call of that kind that has no fault planned before it goes wrong like that. */
    public S3Double next(Predicate<DoubleCall> which, S3Fault fault) {
        calls.next(which, fault);
        return this;
    }

    /** The next so many calls of that kind. */
    public S3Double next(int count, Predicate<DoubleCall> which, S3Fault fault) {
        for (int i = 0; i < count; i++) {
            next(which, fault);
        }
        return this;
    }

    /** Whatever was planned and has not happened will not. */
    public void heal() {
        calls.heal();
    }

    /** An object that nobody has sent. */
    public S3Stored place(String key, byte[] bytes, Map<String, String> fields) {
        String etag = DoubleSignature.hex(DoubleDigests.digest("MD5").digest(bytes));
        S3Stored object = new S3Stored(bytes, bytes.length, '"' + etag + '"', Map.copyOf(fields),
                settings.now().truncatedTo(ChronoUnit.SECONDS), 0);
        objects.putDirectly(key, object);
        return object;
    }

    public S3Stored place(String key, String text) {
        return place(key, text.getBytes(StandardCharsets.ISO_8859_1),
                Map.of("content-type", "binary/octet-stream"));
    }

    // What it says.

    /** With the bucket and a slash at its end. */
    public String url() {
        return url;
    }

    public int port() {
        return listening.getLocalPort();
    }

    public String bucket() {
        return BUCKET;
    }

    public String id() {
        return settings.keys.id();
    }

    public String secret() {
        return settings.keys.secret();
    }

    /** What {@link S3Client} signs with. */
    public S3Keys keys() {
        return new S3Keys(id(), secret(), settings.keys.token());
    }

    public String region() {
        return settings.keys.region();
    }

    /** In the order of keys, as it is now. */
    public SortedMap<String, S3Stored> objects() {
        return objects.all();
    }

    /** The uploads that are neither completed nor aborted, in the order of keys. */
    public List<S3Unfinished> multiparts() {
        return objects.unfinished();
    }

    /** All calls so far, in the order of their heads. */
    public List<DoubleCall> requests() {
        return calls.all();
    }

    public List<DoubleCall> requests(Predicate<DoubleCall> which) {
        return requests().stream().filter(which).toList();
    }

    /** Forgets the calls so far. */
    public void forget() {
        calls.forget();
    }

    /** Waits for such a call, up to a minute; its predicate may ask for what becomes of it. */
    public DoubleCall await(Predicate<DoubleCall> which) {
        return calls.await(which);
    }

    /** How many connections clients have opened. */
    public int accepted() {
        synchronized (sockets) {
            return accepted;
        }
    }

    /** How many connections are open. */
    public int connections() {
        synchronized (sockets) {
            return sockets.size();
        }
    }

    // For its connections.

    private void accept() {
        while (!listening.isClosed()) {
            try {
                adopt(listening.accept());
            } catch (IOException e) {
                if (!listening.isClosed()) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    private void adopt(Socket socket) throws IOException {
        synchronized (sockets) {
            if (listening.isClosed()) {
                socket.close();
                return;
            }
            accepted++;
            sockets.add(socket);
        }
        try {
            socket.setTcpNoDelay(true);
            threads.execute(new DoubleConnection(this, socket));
        } catch (RejectedExecutionException | IOException e) {
            // Too many connections, or this one has ended: the client sees that.
            closed(socket);
        }
    }

    DoubleSettings settings() {
        return settings;
    }

    DoubleCalls calls() {
        return calls;
    }

    DoubleOperations operations() {
        return operations;
    }

    void closed(Socket socket) {
        synchronized (sockets) {
            sockets.remove(socket);
        }
        calls.changed();
        try {
            socket.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    void awaitClose() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Ends all connections; whoever is connected sees it. */
    @Override
    public void close() throws IOException {
        listening.close();
        closed.countDown();
        List<Socket> open;
        synchronized (sockets) {
            open = List.copyOf(sockets);
        }
        for (Socket socket : open) {
            socket.close();
        }
        threads.shutdown();
    }
}
