package io.millrace.transfer;

import io.millrace.codec.Framing;
import io.millrace.codec.Limits;
import io.millrace.codec.RequestParser;
import io.millrace.codec.ResponseEncoder;
import io.millrace.http.HttpException;
import io.millrace.net.FileTransfer;
import io.millrace.net.FileTransfers;
import io.millrace.net.PieceChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Function;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How many MiB a second go from a socket into a file through {@link PieceChannel}, by a copy and by
 * {@code splice}, and how many through the JDK's own {@code transferFrom}?
 *
 * <p>An operation is one MiB of a body of 64. A second thread fills the socket without end, over
 * loopback; both sides block. Ours moves one piece a call, so that pieces of one size can be
 * compared whichever way they go; a pipe has room for the largest. A file is written
 * over and over and never forced: on {@code disk}, the folder for temporary files, it is in the
 * page cache, on {@code tmpfs} there is nothing else, and {@code null}, which is {@code
 * /dev/null}, leaves the file's own cost out. A body may begin within the file, as one does that
 * goes on with an upload: {@code -p start=0,40000000}.
 */
@BenchmarkMode(Mode.Throughput)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
public class BodyTransferBenchmark {

    private static final int MIB = 1024 * 1024;
    private static final int BODY_MIB = 64;
    private static final long BODY_BYTES = (long) BODY_MIB * MIB;
    private static final Path TMPFS = Path.of("/dev/shm");
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** A socket that never runs dry and a file for what comes out of it. */
    @State(Scope.Thread)
    public static class Ends {

        @Param({"null", "tmpfs", "disk"})
        public String target;

        @Param("0")
        public long start;

        private SocketChannel source;
        private FileChannel file;
        private Path temporary;
        private Thread feeder;

        @Setup
        public void open() throws IOException {
            SocketChannel sink;
            try (ServerSocketChannel listener = ServerSocketChannel.open()) {
                listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                sink = SocketChannel.open(listener.getLocalAddress());
                source = listener.accept();
            }
            file = switch (target) {
                case "null" -> FileChannel.open(Path.of("/dev/null"), StandardOpenOption.WRITE);
                case "tmpfs" -> temporary(Files.createTempFile(TMPFS, "body-transfer", null));
                case "disk" -> temporary(Files.createTempFile("body-transfer", null));
                default -> throw new IllegalArgumentException("target: " + target);
            };
            feeder = new Thread(() -> feed(sink), "feeder");
            feeder.start();
        }

        private FileChannel temporary(Path path) throws IOException {
            temporary = path;
            boolean isTmpfs = Files.getFileStore(path).type().equals("tmpfs");
            if (isTmpfs != target.equals("tmpfs")) {
                throw new IllegalStateException(path + " is on the wrong kind of file system");
            }
            return FileChannel.open(path, StandardOpenOption.WRITE);
        }

        // Ends when the reading side has been closed.
        private static void feed(SocketChannel sink) {
            ByteBuffer bytes = ByteBuffer.allocateDirect(MIB);
            try (sink) {
                while (true) {
                    sink.write(bytes.clear());
                }
            } catch (ClosedChannelException e) {
                throw new AssertionError("only the feeder closes its side", e);
            } catch (IOException e) {
                // A reset or a broken pipe: the reader has what it wanted.
            }
        }

        @TearDown
        public void close() throws IOException, InterruptedException {
            source.close();
            feeder.join();
            file.close();
            if (temporary != null) {
                Files.delete(temporary);
            }
        }
    }

    /** What a worker lends, and the head of the request that the body belongs to. */
    @State(Scope.Thread)
    public static class Worker {

        @Param({"65536", "262144", "1048576"})
        public int pieceBytes;

        private TransferResources copying;
        private TransferResources splicing;
        private Framing framing;

        @Setup
        public void prepare() throws HttpException {
            copying = resources(FileTransfer::copying);
            splicing = resources(FileTransfers::splicing);
            RequestParser parser = new RequestParser(copying.limits);
            framing = parser.parse(StandardCharsets.US_ASCII.encode("PUT /key HTTP/1.1\r\n"
                    + "Host: localhost\r\nContent-Length: " + BODY_BYTES + "\r\n\r\n")).framing();
        }

        private TransferResources resources(Function<ByteBuffer, FileTransfer> transfers) {
            return new TransferResources(new Limits(16_384, 8192, 100,
                    Long.MAX_VALUE, 256), pieceBytes, new ResponseEncoder(0),
                    new Counters(), transfers);
        }

        @TearDown
        public void close() {
            if (splicing.transfer != null) {
                splicing.close();
            }
        }
    }

    /** Makes sure that bytes are spliced, as they would be copied without a word. */
    @State(Scope.Thread)
    public static class Splice {

        private static final Path LARGEST_PIPE = Path.of("/proc/sys/fs/pipe-max-size");

        @Setup
        public void check(Ends ends, Worker worker) throws IOException {
            TransferResources resources = worker.splicing;
            if (resources.transfer == null) {
                throw new IllegalStateException("there is no splice to measure: it takes "
                        + "Linux, and a jar that JDK 22 or later has built and runs");
            }
            if (Long.parseLong(Files.readString(LARGEST_PIPE).strip()) < worker.pieceBytes) {
                throw new IllegalStateException("the system allows no pipe for a piece");
            }
            // The feeder sends zeros: whatever is copied leaves some in the worker's buffer.
            resources.piece.clear().put(0, (byte) 1);
            BodySource source = new BodySource(ends.source, resources, worker.framing);
            source.visit(NOTHING.duplicate());
            resources.transfer.channel(source, ends.file).transferFrom(source, 0,
                    worker.pieceBytes);
            source.close();
            if (resources.piece.get(0) != 1) {
                throw new IllegalStateException("the socket or the file refuses splice");
            }
        }
    }

    @Benchmark
    @OperationsPerInvocation(BODY_MIB)
    public long jdk(Ends ends) throws IOException {
        return moveBody(ends.source, ends.file, ends.start, BODY_BYTES);
    }

    @Benchmark
    @OperationsPerInvocation(BODY_MIB)
    public long piece(Ends ends, Worker worker) throws IOException {
        return moveBody(ends, worker, worker.copying);
    }

    // The grants that the jar makes to itself in its manifest don't reach JMH's forks.
    @Benchmark
    @Fork(value = 3, jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED",
        "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED"})
    @OperationsPerInvocation(BODY_MIB)
    public long splice(Ends ends, Worker worker, Splice checked) throws IOException {
        return moveBody(ends, worker, worker.splicing);
    }

    private static long moveBody(Ends ends, Worker worker, TransferResources resources)
            throws IOException {
        BodySource source = new BodySource(ends.source, resources, worker.framing);
        source.visit(NOTHING.duplicate());
        long moved = moveBody(source, resources.transfer.channel(source, ends.file), ends.start,
                worker.pieceBytes);
        source.close();
        return moved;
    }

    // PieceChannel gives way whenever the socket had less than a piece, the JDK's never does.
    private static long moveBody(ReadableByteChannel source, FileChannel file, long start,
            long mostBytes) throws IOException {
        long moved = 0;
        while (moved < BODY_BYTES) {
            long count = file.transferFrom(source, start + moved,
                    Math.min(mostBytes, BODY_BYTES - moved));
            if (count <= 0) {
                throw new IOException("the transfer stopped after " + moved + " bytes");
            }
            moved += count;
        }
        return moved;
    }
}
