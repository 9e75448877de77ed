package io.millrace.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.OpenFiles;
import io.millrace.codec.Limits;
import io.millrace.codec.RequestParser;
import io.millrace.codec.ResponseEncoder;
import io.millrace.http.Exchange;
import io.millrace.http.Response;
import io.millrace.net.FileTransfer;
import io.millrace.net.FileTransfers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Bodies over real sockets into files, for the tests of what becomes of them. */
abstract class BodyIntoFile {

    static final Limits LIMITS = new Limits(16_384, 8192, 100, Long.MAX_VALUE, 256);
    static final int PIECE_BYTES = 256 * 1024;
    static final int MIB = 1 << 20;
    /** The kernel's, of either end: enough for a body to show that it is fast. */
    static final int BUFFER_BYTES = 512 * 1024;
    /** Fewer bytes than that are always copied. */
    static final int MIN_SPLICED_BYTES = 64 * 1024;
    static final int LARGE = 3 * MIB + 1;
    static final String NEXT = "GET /next HTTP/1.1\r\n\r\n";

    @TempDir
    Path folder;

    final List<AutoCloseable> opened = new ArrayList<>();

    /** Which way the bytes go. */
    enum Way {
        /** Through the worker's buffer; on every system. */
        COPIED,
        /** Through a pipe in the kernel. */
        SPLICED
    }

    /** What a worker lends. */
    static final class Lent implements AutoCloseable {

        final TransferResources resources;
        private final boolean splices;
        private final Set<String> pipesBefore;

        Lent(Way way, Function<ByteBuffer, FileTransfer> transfers) throws IOException {
            splices = way == Way.SPLICED;
            pipesBefore = splices ? OpenFiles.pipes() : Set.of();
            resources = new TransferResources(LIMITS, PIECE_BYTES, new ResponseEncoder(0),
                    new Counters(), transfers);
        }

        /** Whether there is a pipe, which is opened only for bytes that are then spliced. */
        void assertSpliced(boolean expected) throws IOException {
            if (splices) {
                assertEquals(expected ? 1 : 0, pipes().size());
            }
        }

        /** Those that were opened since the worker came. */
        Set<String> pipes() throws IOException {
            Set<String> pipes = OpenFiles.pipes();
            pipes.removeAll(pipesBefore);
            return pipes;
        }

        @Override
        public void close() {
            if (resources.transfer != null) {
                resources.close();
            }
        }
    }

    /** One connection and the body that comes over it. */
    static final class Upload implements AutoCloseable {

        final SocketChannel client;
        private final SocketChannel socket;
        private final Selector selector = Selector.open();
        private final ByteBuffer in;
        final BodySource source;
        final BodyReceiver receiver;
        private final Counters counters;

        /** @param buffered what had come along with the head */
        Upload(Lent worker, FileChannel file, String framing, byte[] buffered)
                throws Exception {
            this(worker, file, framing, buffered, 0);
        }

        /** @param start where in the file the body goes */
        Upload(Lent worker, FileChannel file, String framing, byte[] buffered, long start)
                throws Exception {
            client = SocketChannel.open();
            client.setOption(StandardSocketOptions.SO_SNDBUF, BUFFER_BYTES);
            try (ServerSocketChannel listener = ServerSocketChannel.open()) {
                listener.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES);
                listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                client.connect(listener.getLocalAddress());
                socket = listener.accept();
            }
            client.configureBlocking(false);
            socket.configureBlocking(false);
            socket.register(selector, SelectionKey.OP_READ);
            String head = "PUT /x HTTP/1.1\r\nHost: a\r\n" + framing + "\r\n\r\n";
            in = ByteBuffer.wrap(buffered);
            counters = worker.resources.counters;
            source = new BodySource(socket, worker.resources,
                    new RequestParser(LIMITS).parse(
                            ByteBuffer.wrap(head.getBytes(StandardCharsets.ISO_8859_1)))
                            .framing());
            receiver = new BodyReceiver(new Exchange() {
                @Override
                public long sinkPosition() {
                    return start;
                }

                @Override
                public Response complete() {
                    throw new AssertionError();
                }
            }, source, file, worker.resources);
            receiver.begin(null);
        }

        Upload(Lent worker, FileChannel file, long length) throws Exception {
            this(worker, file, "Content-Length: " + length, new byte[0]);
        }

        /** One visit. */
        boolean receive(long budget) throws IOException {
            source.visit(source.in() != null ? source.in() : in);
            return receiver.receive(budget);
        }

        /** Sends while it receives, until the body is whole or all that was sent is received. */
        boolean exchange(byte[] bytes) throws IOException {
            long end = readBytes() + bytes.length;
            ByteBuffer left = ByteBuffer.wrap(bytes);
            boolean whole = false;
            while (left.hasRemaining()) {
                client.write(left);
                whole = whole || receive(MIB);
            }
            while (!whole && readBytes() < end) {
                isReadable(1); // which few bytes of a fast body are not
                whole = receive(MIB);
            }
            return whole;
        }

        private long readBytes() {
            return counters.read(Counters.Figure.BYTES_IN);
        }

        void awaitReadable() throws IOException {
            assertTrue(isReadable(60_000));
        }

        boolean isReadable(long waitMs) throws IOException {
            selector.selectedKeys().clear();
            return selector.select(waitMs) > 0;
        }

        /** What is left in the socket. */
        String rest() throws IOException {
            client.shutdownOutput();
            ByteBuffer rest = ByteBuffer.allocate(1000);
            awaitReadable();
            while (socket.read(rest) >= 0) {
                awaitReadable();
            }
            return new String(rest.array(), 0, rest.position(), StandardCharsets.ISO_8859_1);
        }

        @Override
        public void close() throws IOException {
            client.close();
            socket.close();
            selector.close();
        }
    }

    <T extends AutoCloseable> T closing(T one) {
        opened.add(0, one);
        return one;
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
    }

    Lent worker(Way way) throws IOException {
        Lent worker = closing(new Lent(way,
                way == Way.SPLICED ? FileTransfers::splicing : FileTransfer::copying));
        assumeTrue(worker.resources.transfer != null,
                "no splice: it takes Linux, JDK 22, native access and sun.nio.ch opened");
        return worker;
    }

    FileChannel create(String name) throws IOException {
        return closing(FileChannel.open(folder.resolve(name), StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE));
    }

    Upload upload(Lent worker, FileChannel file, long length) throws Exception {
        return closing(new Upload(worker, file, length));
    }

    FileChannel device(String path) throws IOException {
        assumeTrue(Files.isWritable(Path.of(path)), "no " + path);
        return closing(FileChannel.open(Path.of(path), StandardOpenOption.WRITE));
    }

    static byte[] random(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    static byte[] concat(byte[] bytes, String text) {
        byte[] all = Arrays.copyOf(bytes, bytes.length + text.length());
        System.arraycopy(text.getBytes(StandardCharsets.ISO_8859_1), 0, all, bytes.length,
                text.length());
        return all;
    }

    byte[] content(String name) throws IOException {
        return Files.readAllBytes(folder.resolve(name));
    }

    /** Whatever a failed write leaves behind must not come out with the next body. */
    void assertNextBodyIsIntact(Lent worker) throws Exception {
        byte[] body = random(LARGE + 1);
        Upload upload = upload(worker, create("next"), body.length);
        assertTrue(upload.exchange(body));
        assertArrayEquals(body, content("next"));
        worker.assertSpliced(true);
    }
}
