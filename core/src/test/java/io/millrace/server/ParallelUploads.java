package io.millrace.server;

import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.Response;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;

/**
 * Many uploads at once to an application that takes them piece by piece, all in one JVM, to see how
 * much memory that costs. Each body is checked to the last bit. After {@code mvn test-compile}:
 *
 * <pre>
 * java -Xmx64m -cp core/target/classes:core/target/test-classes \
 *     io.millrace.server.ParallelUploads publish 200 100
 * </pre>
 *
 * <p>The arguments: {@code publish} or {@code stream}, the number of uploads, and MB of each.
 * Prints a line with the time, the most heap that was seen in use, and the process's peak resident
 * memory where the system tells it.
 *
 * <p>Threads: one for all clients, the server's, and for {@code stream} one for each upload.
 */
final class ParallelUploads {

    private static final int PIECE_BYTES = 64 * 1024;
    private static final Duration MOST = Duration.ofMinutes(3);
    private static final String OK = "HTTP/1.1 200 OK\r\n";

    private final int uploads;
    private final long bytesEach;
    private final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);
    private final ByteBuffer answer = ByteBuffer.allocateDirect(1024);
    private long heapPeakBytes;
    private int finished;

    private ParallelUploads(int uploads, long bytesEach) {
        this.uploads = uploads;
        this.bytesEach = bytesEach;
        byte[] random = new byte[PIECE_BYTES];
        new Random(1).nextBytes(random);
        piece.put(random).flip();
    }

    /** What a run has cost: nanoseconds, and bytes of heap at the most. */
    record Result(long timeNs, long heapPeakBytes) {
    }

    /** Runs it: {@code kind} is publish or stream. */
    static Result run(String kind, int uploads, long bytesEach) throws IOException {
        ExecutorService executor = Executors.newCachedThreadPool();
        try (HttpServer server = HttpServer.start(ServerOptions.builder().port(0)
                .drainTimeout(Duration.ZERO).build(), handler(kind, executor))) {
            return new ParallelUploads(uploads, bytesEach).load(server.address());
        } finally {
            executor.shutdown();
        }
    }

    private static Handler handler(String kind, ExecutorService executor) {
        return switch (kind) {
            case "publish" -> request -> {
                Checking subscriber = new Checking();
                return Exchange.publish(subscriber, subscriber.answer);
            };
            case "stream" -> request -> Exchange.stream(executor, in -> {
                CRC32 crc = new CRC32();
                byte[] bytes = new byte[16 * 1024];
                for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                    crc.update(bytes, 0, count);
                }
                return Response.text(Long.toHexString(crc.getValue()));
            });
            default -> throw new IllegalArgumentException("publish or stream: " + kind);
        };
    }

    /** Asks for one piece at a time. */
    private static final class Checking implements Flow.Subscriber<ByteBuffer> {

        private final CompletableFuture<Response> answer = new CompletableFuture<>();
        private final CRC32 crc = new CRC32();
        private Flow.Subscription subscription;

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            this.subscription = subscription;
            subscription.request(1);
        }

        @Override
        public void onNext(ByteBuffer bytes) {
            crc.update(bytes);
            subscription.request(1);
        }

        @Override
        public void onError(Throwable failure) {
            answer.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            answer.complete(Response.text(Long.toHexString(crc.getValue())));
        }
    }

    private String expected() {
        CRC32 crc = new CRC32();
        for (long left = bytesEach; left > 0; left -= PIECE_BYTES) {
            crc.update(piece.duplicate().limit((int) Math.min(left, PIECE_BYTES)));
        }
        return Long.toHexString(crc.getValue());
    }

    private Result load(InetSocketAddress address) throws IOException {
        String expected = expected();
        long startNs = System.nanoTime();
        try (Selector selector = Selector.open()) {
            try {
                for (int i = 0; i < uploads; i++) {
                    SocketChannel channel = SocketChannel.open(address);
                    channel.configureBlocking(false);
                    channel.register(selector, SelectionKey.OP_WRITE, new long[] {bytesEach});
                    channel.write(ByteBuffer.wrap(("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: "
                            + bytesEach + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII)));
                }
                while (finished < uploads) {
                    if (System.nanoTime() - startNs > MOST.toNanos()) {
                        throw new IOException("only " + finished + " uploads in " + MOST);
                    }
                    selector.select(key -> visit(key, expected), 1000);
                    Runtime runtime = Runtime.getRuntime();
                    heapPeakBytes = Math.max(heapPeakBytes,
                            runtime.totalMemory() - runtime.freeMemory());
                }
            } finally {
                for (SelectionKey key : selector.keys()) {
                    key.channel().close();
                }
            }
        }
        return new Result(System.nanoTime() - startNs, heapPeakBytes);
    }

    private void visit(SelectionKey key, String expected) {
        SocketChannel channel = (SocketChannel) key.channel();
        long[] left = (long[]) key.attachment();
        try {
            if (key.isWritable()) {
                int at = (int) ((bytesEach - left[0]) % PIECE_BYTES);
                piece.limit((int) Math.min(PIECE_BYTES, at + left[0])).position(at);
                left[0] -= channel.write(piece);
                key.interestOps(left[0] == 0 ? SelectionKey.OP_READ : SelectionKey.OP_WRITE);
                return;
            }
            channel.read(answer.clear());
            String text = StandardCharsets.US_ASCII.decode(answer.flip()).toString();
            if (!text.startsWith(OK) || !text.endsWith("\r\n\r\n" + expected)) {
                throw new IllegalStateException("expected " + expected + " but got " + text);
            }
            key.channel().close();
            finished++;
        } catch (IOException e) {
            throw new IllegalStateException("an upload failed", e);
        }
    }

    /** See the class comment. */
    public static void main(String[] args) throws IOException {
        int uploads = Integer.parseInt(args[1]);
        long bytesEach = Long.parseLong(args[2]) * 1_000_000;
        Result result = run(args[0], uploads, bytesEach);
        System.out.printf("%s: %d uploads of %d MB in %d ms, heap at most %d MB of %d MB, %s%n",
                args[0], uploads, bytesEach / 1_000_000,
                TimeUnit.NANOSECONDS.toMillis(result.timeNs), result.heapPeakBytes >> 20,
                Runtime.getRuntime().maxMemory() >> 20, peakResident());
    }

    private static String peakResident() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return "resident memory unknown";
        }
        return Files.readAllLines(status).stream().filter(line -> line.startsWith("VmHWM"))
                .findFirst().orElse("VmHWM unknown").replaceAll("\\s+", " ");
    }
}
