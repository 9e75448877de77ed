package io.millrace.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
 * How many MiB a second go from a socket into a file through {@link PieceChannel}, and how many
 * through the JDK's own {@code transferFrom}?
 *
 * <p>An operation is one MiB of a body of 64. A second thread fills the socket without end, over
 * loopback; both sides block. A file is written over and over and never forced: on {@code disk},
 * the folder for temporary files, it is in the page cache, on {@code tmpfs} there is nothing else,
 * and {@code null}, which is {@code /dev/null}, leaves the file's own cost out.
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

    /** A socket that never runs dry and a file for what comes out of it. */
    @State(Scope.Thread)
    public static class Ends {

        @Param({"null", "tmpfs", "disk"})
        public String target;

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

    /** A worker's buffer. */
    @State(Scope.Thread)
    public static class Piece {

        @Param({"65536", "262144", "1048576"})
        public int pieceBytes;

        private ByteBuffer buffer;

        @Setup
        public void allocate() {
            buffer = ByteBuffer.allocateDirect(pieceBytes);
        }
    }

    @Benchmark
    @OperationsPerInvocation(BODY_MIB)
    public long jdk(Ends ends) throws IOException {
        return moveBody(ends.source, ends.file);
    }

    @Benchmark
    @OperationsPerInvocation(BODY_MIB)
    public long piece(Ends ends, Piece piece) throws IOException {
        return moveBody(ends.source, new PieceChannel(ends.file, piece.buffer));
    }

    // PieceChannel gives way whenever the socket had less than a piece, the JDK's never does.
    private static long moveBody(SocketChannel source, FileChannel file) throws IOException {
        long moved = 0;
        while (moved < BODY_BYTES) {
            long count = file.transferFrom(source, moved, BODY_BYTES - moved);
            if (count <= 0) {
                throw new IOException("the transfer stopped after " + moved + " bytes");
            }
            moved += count;
        }
        return moved;
    }
}
