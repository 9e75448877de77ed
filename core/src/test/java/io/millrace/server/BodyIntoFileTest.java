package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.codec.Limits;
import io.millrace.codec.RequestParser;
import io.millrace.http.Response;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.ReadableByteChannel;
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
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A body from a socket into a file, by either way that the bytes may go: the promises are the same. */
class BodyIntoFileTest {

    private static final int PIECE_BYTES = 256 * 1024;
    private static final int MIB = 1 << 20;
    /** The kernel's, of either end: enough for a body to show that it is fast. */
    private static final int BUFFER_BYTES = 512 * 1024;
    private static final int LARGE = 3 * MIB + 1;
    private static final String NEXT = "GET /next HTTP/1.1\r\n\r\n";

    @TempDir
    Path folder;

    private final List<AutoCloseable> opened = new ArrayList<>();

    /** Which way the bytes go. */
    enum Way {
        /** Through the worker's buffer; on every system. */
        COPIED,
        /** Through a pipe in the kernel. */
        PIPED
    }

    /** What a worker lends, with a look at its pipe. */
    private static final class Lent implements AutoCloseable {

        /** Null if there is none. */
        private final WatchedPipe pipe;
        private final Resources resources;

        Lent(KernelPipe pipe) {
            this.pipe = pipe == null ? null : new WatchedPipe(pipe);
            resources = new Resources(
                    ServerOptions.builder().pieceBytes(PIECE_BYTES).build(),
                    request -> Response.text("unused"), new Counters(),
                    new Completions(() -> { }), () -> this.pipe);
        }

        /** That the way was the one that is tested. */
        void assertPiped(boolean expected) {
            if (pipe != null) {
                assertEquals(expected, pipe.filledBytes > 0);
                assertEquals(0, pipe.held());
            }
        }

        @Override
        public void close() {
            resources.close();
        }
    }

    /** Passes everything on and counts. */
    private static final class WatchedPipe implements KernelPipe {

        private final KernelPipe pipe;
        private long filledBytes;

        WatchedPipe(KernelPipe pipe) {
            this.pipe = pipe;
        }

        @Override
        public boolean joins(ReadableByteChannel socket, FileChannel file, long position) {
            return pipe.joins(socket, file, position);
        }

        @Override
        public int capacityBytes() {
            return pipe.capacityBytes();
        }

        @Override
        public int fill(SocketChannel socket, long count) throws IOException {
            int filled = pipe.fill(socket, count);
            filledBytes += Math.max(0, filled);
            return filled;
        }

        @Override
        public int held() {
            return pipe.held();
        }

        @Override
        public int empty(FileChannel file, long position) throws IOException {
            return pipe.empty(file, position);
        }

        @Override
        public void read(ByteBuffer target) throws IOException {
            pipe.read(target);
        }

        @Override
        public void wakeAt(SocketChannel socket, int bytes) {
            pipe.wakeAt(socket, bytes);
        }

        @Override
        public void discard() {
            pipe.discard();
        }
    }

    /** One connection and the body that comes over it. */
    private static final class Upload implements AutoCloseable {

        private final SocketChannel client;
        private final SocketChannel socket;
        private final Selector selector = Selector.open();
        private final ByteBuffer in;
        private final BodySource source;
        private final BodyReceiver receiver;
        private final Counters counters;

        /** @param buffered what had come along with the head */
        Upload(Lent worker, FileChannel file, String framing, byte[] buffered)
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
                    new RequestParser(new Limits(16_384, 8192, 100, Long.MAX_VALUE, 256)).parse(
                            ByteBuffer.wrap(head.getBytes(StandardCharsets.ISO_8859_1)))
                            .framing());
            receiver = new BodyReceiver(Response.text(""), source, file,
                    worker.resources.piece);
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

        /** Sends the same bytes again and again, until something fails. */
        void receiveForEver(byte[] bytes) throws IOException {
            while (true) {
                client.write(ByteBuffer.wrap(bytes));
                receive(MIB);
            }
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

    private <T extends AutoCloseable> T closing(T one) {
        opened.add(0, one);
        return one;
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
    }

    private Lent worker(Way way) {
        KernelPipe pipe = way == Way.PIPED ? KernelPipes.openForAnyFile() : null;
        assumeTrue(way == Way.COPIED || pipe != null,
                "no pipe: it takes Linux, JDK 22, native access and sun.nio.ch opened");
        return closing(new Lent(pipe));
    }

    private FileChannel create(String name) throws IOException {
        return closing(FileChannel.open(folder.resolve(name), StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE));
    }

    private Upload upload(Lent worker, FileChannel file, long length) throws Exception {
        return closing(new Upload(worker, file, length));
    }

    private static byte[] random(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    private static byte[] concat(byte[] bytes, String text) {
        byte[] all = Arrays.copyOf(bytes, bytes.length + text.length());
        System.arraycopy(text.getBytes(StandardCharsets.ISO_8859_1), 0, all, bytes.length,
                text.length());
        return all;
    }

    private byte[] content(String name) throws IOException {
        return Files.readAllBytes(folder.resolve(name));
    }

    @ParameterizedTest
    @EnumSource
    void bodyArrivesWholeAndNotAByteOfTheNextRequest(Way way) throws Exception {
        Lent worker = worker(way);
        int least = BodySource.MIN_PIPED_BYTES;
        for (int length : new int[] {1, least - 1, least, least + 1, MIB - 1, MIB, MIB + 1,
            LARGE}) {
            byte[] body = random(length);
            Upload upload = upload(worker, create("f" + length), length);
            assertTrue(upload.exchange(concat(body, NEXT)));
            assertEquals(length, upload.receiver.received());
            assertEquals(NEXT, upload.rest());
            assertArrayEquals(body, content("f" + length));
            assertEquals(0, worker.resources.counters.read(Counters.Figure.BYTES_IN_FLIGHT));
            worker.assertPiped(length >= least);
        }
    }

    @ParameterizedTest
    @EnumSource
    void bytesThatCameWithTheHeadGoFirst(Way way) throws Exception {
        Lent worker = worker(way);
        byte[] body = random(LARGE);
        Upload upload = closing(new Upload(worker, create("f"), "Content-Length: " + LARGE,
                Arrays.copyOf(body, 5000)));
        assertTrue(upload.exchange(concat(Arrays.copyOfRange(body, 5000, LARGE), NEXT)));
        assertEquals(NEXT, upload.rest());
        assertArrayEquals(body, content("f"));
        worker.assertPiped(true);
    }

    @ParameterizedTest
    @EnumSource
    void nothingThereIsNotTheEnd(Way way) throws Exception {
        Lent worker = worker(way);
        Upload upload = upload(worker, create("f"), LARGE);
        assertFalse(upload.receive(MIB));
        assertEquals(0, upload.receiver.received());
        assertTrue(upload.source.isSocketDrained());
        assertTrue(upload.exchange(random(LARGE)));
        assertArrayEquals(random(LARGE), content("f"));
    }

    @ParameterizedTest
    @EnumSource
    void trickledBodyArrivesWhole(Way way) throws Exception {
        Lent worker = worker(way);
        byte[] body = random(200_000);
        Upload upload = upload(worker, create("f"), body.length);
        boolean whole = false;
        for (int at = 0; at < body.length; at += 777) {
            int to = Math.min(body.length, at + 777);
            upload.client.write(ByteBuffer.wrap(body, at, to - at));
            upload.awaitReadable();
            whole = upload.receive(MIB);
        }
        assertTrue(whole);
        assertArrayEquals(body, content("f"));
        worker.assertPiped(true);
    }

    @ParameterizedTest
    @EnumSource
    void visitMovesNoMoreThanItsBudget(Way way) throws Exception {
        Lent worker = worker(way);
        Upload upload = upload(worker, create("f"), LARGE);
        ByteBuffer body = ByteBuffer.wrap(random(LARGE));
        long received = 0;
        boolean whole = false;
        while (!whole) {
            upload.client.write(body);
            whole = upload.receive(100_000);
            assertTrue(upload.receiver.received() - received <= 100_000);
            received = upload.receiver.received();
        }
        assertArrayEquals(random(LARGE), content("f"));
        worker.assertPiped(true);
    }

    @ParameterizedTest
    @EnumSource
    void uploadCutShortSaysSoAndKeepsWhatCame(Way way) throws Exception {
        Lent worker = worker(way);
        Upload upload = upload(worker, create("f"), LARGE);
        byte[] half = random(LARGE / 2);
        assertFalse(upload.exchange(half));
        upload.client.shutdownOutput();
        upload.awaitReadable();
        assertThrows(EOFException.class, () -> upload.receive(MIB));
        assertArrayEquals(half, content("f"));
        worker.assertPiped(true);
    }

    @ParameterizedTest
    @EnumSource
    void resetOfThePeerIsAnErrorOfTheConnection(Way way) throws Exception {
        Lent worker = worker(way);
        Upload upload = upload(worker, create("f"), LARGE);
        assertFalse(upload.exchange(random(LARGE / 2)));
        upload.client.setOption(StandardSocketOptions.SO_LINGER, 0);
        upload.client.close();
        upload.awaitReadable();
        IOException e = assertThrows(IOException.class, () -> upload.receive(MIB));
        assertEquals("Connection reset", e.getMessage());
        assertFalse(e instanceof PieceChannel.SinkException);
        worker.assertPiped(true);
    }

    @ParameterizedTest
    @EnumSource
    void nullDeviceTakesEveryByte(Way way) throws Exception {
        Path device = Path.of("/dev/null");
        assumeTrue(Files.isWritable(device), "no null device");
        Lent worker = worker(way);
        Upload upload = upload(worker,
                closing(FileChannel.open(device, StandardOpenOption.WRITE)), LARGE);
        assertTrue(upload.exchange(concat(random(LARGE), NEXT)));
        assertEquals(NEXT, upload.rest());
        worker.assertPiped(true);
    }

    /** Whatever a failed write leaves behind must not come out with the next body. */
    private void assertNextBodyIsIntact(Lent worker) throws Exception {
        byte[] body = random(LARGE + 1);
        Upload upload = upload(worker, create("next"), body.length);
        assertTrue(upload.exchange(body));
        assertArrayEquals(body, content("next"));
        worker.assertPiped(true);
    }

    @ParameterizedTest
    @EnumSource
    void fullDeviceIsAFailureOfTheSink(Way way) throws Exception {
        Path device = Path.of("/dev/full");
        assumeTrue(Files.isWritable(device), "no device that is always full");
        Lent worker = worker(way);
        Upload upload = upload(worker,
                closing(FileChannel.open(device, StandardOpenOption.WRITE)), LARGE);
        PieceChannel.SinkException e = assertThrows(PieceChannel.SinkException.class,
                () -> upload.exchange(random(LARGE)));
        assertEquals("No space left on device", e.getCause().getMessage());
        assertNextBodyIsIntact(worker);
    }

    @ParameterizedTest
    @EnumSource
    void diskThatGetsFullIsAFailureOfTheSink(Way way) throws Exception {
        Lent worker = worker(way);
        Path disk = smallDisk();
        try (FileChannel file = FileChannel.open(disk.resolve("f"),
                StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            Upload upload = upload(worker, file, LARGE);
            PieceChannel.SinkException e = assertThrows(PieceChannel.SinkException.class,
                    () -> upload.exchange(random(LARGE)));
            assertEquals("No space left on device", e.getCause().getMessage());
            byte[] written = Files.readAllBytes(disk.resolve("f"));
            assertTrue(written.length > 0);
            assertArrayEquals(Arrays.copyOf(random(LARGE), written.length), written);
        }
        assertNextBodyIsIntact(worker);
    }

    /** A file system of 300 KiB, gone at the test's end. */
    private Path smallDisk() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        assumeTrue(Files.isExecutable(Path.of("/bin/mount"))
                && run("/bin/mount", "-t", "tmpfs", "-o", "size=300k", "none", disk.toString()),
                "only root may mount a file system, and not everywhere");
        return closing(new MountedDisk(disk)).path;
    }

    private record MountedDisk(Path path) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            assertTrue(run("/bin/umount", path.toString()));
        }
    }

    private static boolean run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        return process.onExit().orTimeout(60, TimeUnit.SECONDS).join().exitValue() == 0;
    }

    @ParameterizedTest
    @EnumSource
    void fileThatIsOpenForAppendingGrowsAtItsEnd(Way way) throws Exception {
        Lent worker = worker(way);
        Files.write(folder.resolve("f"), new byte[] {1, 2, 3});
        Upload upload = upload(worker, closing(FileChannel.open(folder.resolve("f"),
                StandardOpenOption.APPEND)), LARGE);
        assertTrue(upload.exchange(concat(random(LARGE), NEXT)));
        assertEquals(NEXT, upload.rest());
        byte[] all = content("f");
        assertEquals(LARGE + 3, all.length);
        assertArrayEquals(random(LARGE), Arrays.copyOfRange(all, 3, all.length));
        assertNextBodyIsIntact(worker);
    }

    @ParameterizedTest
    @EnumSource
    void fileThatIsNotOpenForWritingIsAFailureOfTheSink(Way way) throws Exception {
        Lent worker = worker(way);
        Files.createFile(folder.resolve("f"));
        Upload upload = upload(worker, closing(FileChannel.open(folder.resolve("f"),
                StandardOpenOption.READ)), LARGE);
        PieceChannel.SinkException e = assertThrows(PieceChannel.SinkException.class,
                () -> upload.exchange(random(LARGE)));
        assertInstanceOf(NonWritableChannelException.class, e.getCause());
        assertNextBodyIsIntact(worker);
    }

    @ParameterizedTest
    @EnumSource
    void fileClosedInTheMiddleIsAFailureOfTheSinkAndNoOtherFileIsHarmed(Way way)
            throws Exception {
        Lent worker = worker(way);
        FileChannel file = create("f");
        Upload upload = upload(worker, file, LARGE);
        assertFalse(upload.exchange(random(LARGE / 2)));
        file.close();
        create("other"); // the system gives it the lowest free descriptor: that of the closed file
        PieceChannel.SinkException e = assertThrows(PieceChannel.SinkException.class,
                () -> upload.exchange(random(LARGE / 2)));
        assertInstanceOf(ClosedChannelException.class, e.getCause());
        assertEquals(0, content("other").length);
        assertEquals(LARGE / 2, content("f").length);
        assertNextBodyIsIntact(worker);
    }

    @ParameterizedTest
    @EnumSource
    void fileClosedByAnotherThreadAtAnyMomentHarmsNoOtherFile(Way way) throws Exception {
        Lent worker = worker(way);
        byte[] body = random(LARGE);
        for (int round = 0; round < 100; round++) {
            FileChannel file = create("f" + round);
            Path bystander = folder.resolve("bystander" + round);
            Upload upload = upload(worker, file, Long.MAX_VALUE);
            Thread closer = new Thread(() -> closeAndOpen(file, bystander));
            closer.start();
            PieceChannel.SinkException e = assertThrows(PieceChannel.SinkException.class,
                    () -> upload.receiveForEver(body));
            assertInstanceOf(ClosedChannelException.class, e.getCause());
            closer.join();
            assertEquals(0, Files.size(bystander));
            upload.close();
            Files.delete(folder.resolve("f" + round)); // the slower the closer, the larger it is
        }
        assertNextBodyIsIntact(worker);
    }

    private void closeAndOpen(FileChannel file, Path next) {
        try {
            file.close();
            closing(FileChannel.open(next, StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void kernelReportsASocketWhenItHoldsAsManyBytesAsItWasTold() throws Exception {
        Lent worker = worker(Way.PIPED);
        Upload upload = upload(worker, create("f"), LARGE);
        worker.pipe.wakeAt(upload.socket, BodySource.WAKE_BYTES);
        upload.client.write(ByteBuffer.wrap(new byte[1]));
        long startNs = System.nanoTime();
        while (upload.isReadable(100)) { // as always while the kernel is short of memory
            assertTrue(System.nanoTime() - startNs < TimeUnit.MINUTES.toNanos(5));
        }
        // A visit for another reason, as a time that is up, takes what is there.
        assertFalse(upload.receive(MIB));
        assertEquals(1, upload.receiver.received());
        upload.client.write(ByteBuffer.wrap(new byte[1]));
        worker.pipe.wakeAt(upload.socket, 1);
        upload.awaitReadable();
    }

    @Test
    void everyByteIsReportedAgainWhenABodyIsGivenUp() throws Exception {
        Lent worker = worker(Way.PIPED);
        Upload upload = upload(worker, create("f"), LARGE);
        assertFalse(upload.exchange(random(MIB)));
        upload.source.close();
        upload.client.write(ByteBuffer.wrap(new byte[1]));
        upload.awaitReadable();
    }

    @Test
    void slowBodyIsReportedByteByByte() throws Exception {
        Lent worker = worker(Way.PIPED);
        Upload upload = upload(worker, create("f"), LARGE);
        for (int i = 1; i <= 10; i++) {
            upload.client.write(ByteBuffer.wrap(new byte[1]));
            upload.awaitReadable();
            assertFalse(upload.receive(MIB));
            assertEquals(i, upload.receiver.received());
        }
        worker.assertPiped(true);
    }

    @Test
    void chunkedBodyIsNeverPiped() throws Exception {
        Lent worker = worker(Way.PIPED);
        byte[] body = random(MIB);
        Upload upload = closing(new Upload(worker, create("f"), "Transfer-Encoding: chunked",
                new byte[0]));
        byte[] chunk = concat(new byte[0], Integer.toHexString(MIB) + "\r\n");
        assertFalse(upload.exchange(chunk));
        assertTrue(upload.exchange(concat(body, "\r\n0\r\n\r\n")));
        assertArrayEquals(body, content("f"));
        worker.assertPiped(false);
    }

    @Test
    void workersPipeIsOpenedOnceAndClosedAtItsEnd() throws Exception {
        Lent worker = worker(Way.PIPED);
        long before = pipesOfThisProcess();
        for (int i = 0; i < 3; i++) {
            Upload upload = upload(worker, create("f" + i), LARGE);
            assertTrue(upload.exchange(random(LARGE)));
            assertEquals(before + 2, pipesOfThisProcess());
        }
        worker.close();
        assertEquals(before, pipesOfThisProcess());
    }

    private static long pipesOfThisProcess() throws IOException {
        try (Stream<Path> links = Files.list(Path.of("/proc/self/fd"))) {
            return links.filter(BodyIntoFileTest::isPipe).count();
        }
    }

    private static boolean isPipe(Path link) {
        try {
            return Files.readSymbolicLink(link).toString().startsWith("pipe:");
        } catch (IOException e) {
            return false; // the descriptor of the listing itself is gone by now
        }
    }

    // With a pipe in memory, on every system.

    /** A pipe that empties a few bytes at a time, until it refuses. */
    private static final class ShortPipe implements KernelPipe {

        private final ByteBuffer bytes = ByteBuffer.allocate(PIECE_BYTES * 2).limit(0);
        private final int stepBytes;
        private int stepsBeforeRefusal;
        /** Thrown when the pipe has been filled well; null for nothing. */
        private RuntimeException failure;

        ShortPipe(int stepBytes, int stepsBeforeRefusal) {
            this.stepBytes = stepBytes;
            this.stepsBeforeRefusal = stepsBeforeRefusal;
        }

        @Override
        public boolean joins(ReadableByteChannel socket, FileChannel file, long position) {
            return true;
        }

        @Override
        public int capacityBytes() {
            return bytes.capacity();
        }

        @Override
        public int fill(SocketChannel socket, long count) throws IOException {
            assertEquals(0, held());
            int read = socket.read(bytes.clear().limit((int) count));
            bytes.flip();
            return read;
        }

        @Override
        public int held() {
            return bytes.remaining();
        }

        @Override
        public int empty(FileChannel file, long position) throws IOException {
            if (stepsBeforeRefusal-- == 0) {
                return REFUSED;
            }
            int limit = bytes.limit();
            bytes.limit(Math.min(limit, bytes.position() + stepBytes));
            int written = file.write(bytes, position);
            bytes.limit(limit);
            return written;
        }

        @Override
        public void read(ByteBuffer target) {
            while (bytes.hasRemaining() && target.hasRemaining()) {
                target.put(bytes.get());
            }
        }

        @Override
        public void wakeAt(SocketChannel socket, int bytes) {
            if (failure != null) {
                throw failure;
            }
            // Every byte is reported.
        }

        @Override
        public void discard() {
            bytes.limit(0);
        }
    }

    /** A pipe that holds no bytes but a number, and says how it was told to report the socket. */
    private static final class CountingPipe implements KernelPipe {

        private final List<Integer> wakes = new ArrayList<>();
        private final List<Long> askedAt = new ArrayList<>();
        private boolean joins = true;
        private int next;
        private int held;

        @Override
        public boolean joins(ReadableByteChannel socket, FileChannel file, long position) {
            askedAt.add(position);
            return joins;
        }

        @Override
        public int capacityBytes() {
            return MIB;
        }

        @Override
        public int fill(SocketChannel socket, long count) {
            held = (int) Math.min(next, count);
            return held;
        }

        @Override
        public int held() {
            return held;
        }

        @Override
        public int empty(FileChannel file, long position) {
            int emptied = held;
            held = 0;
            return emptied;
        }

        @Override
        public void read(ByteBuffer target) {
            throw new AssertionError();
        }

        @Override
        public void wakeAt(SocketChannel socket, int bytes) {
            wakes.add(bytes);
        }

        @Override
        public void discard() {
            held = 0;
        }
    }

    @Test
    void fastBodyIsReportedInLargePiecesUntilItsLast() throws Exception {
        CountingPipe pipe = new CountingPipe();
        Upload upload = upload(closing(new Lent(pipe)), create("f"), LARGE);
        int wakeBytes = BodySource.WAKE_BYTES;
        int least = BodySource.MIN_PIPED_BYTES;
        assertWakes(List.of(), pipe, upload, least - 1);
        assertWakes(List.of(wakeBytes), pipe, upload, least);
        assertWakes(List.of(wakeBytes), pipe, upload, 1);
        while (LARGE - wakeBytes - upload.receiver.received() > MIB) {
            assertWakes(List.of(wakeBytes), pipe, upload, MIB);
        }
        assertWakes(List.of(wakeBytes), pipe, upload,
                (int) (LARGE - wakeBytes - upload.receiver.received()));
        assertWakes(List.of(wakeBytes, 1), pipe, upload, 1);
        assertWakes(List.of(wakeBytes, 1), pipe, upload, least);
    }

    @Test
    void fileThatTheOtherPiecesWereCopiedIntoIsAskedForNoMore() throws Exception {
        CountingPipe pipe = new CountingPipe();
        pipe.joins = false;
        Upload upload = upload(closing(new Lent(pipe)), create("f"), LARGE);
        byte[] body = random(LARGE);
        assertTrue(upload.exchange(body));
        assertArrayEquals(body, content("f"));
        // Before it has a byte one can't tell what it is; then once.
        assertEquals(0, pipe.askedAt.get(0));
        assertEquals(1, pipe.askedAt.stream().filter(position -> position > 0).count());
    }

    private static void assertWakes(List<Integer> wakes, CountingPipe pipe, Upload upload,
            int bytes) throws IOException {
        long before = upload.receiver.received();
        pipe.next = bytes;
        assertFalse(upload.receive(MIB));
        assertEquals(before + bytes, upload.receiver.received());
        assertEquals(wakes, pipe.wakes);
    }

    private void receiveThrough(ShortPipe pipe) throws Exception {
        byte[] body = random(LARGE);
        Lent worker = closing(new Lent(pipe));
        Upload upload = upload(worker, create("f"), LARGE);
        assertTrue(upload.exchange(concat(body, NEXT)));
        assertEquals(NEXT, upload.rest());
        assertArrayEquals(body, content("f"));
        worker.assertPiped(true);
    }

    @Test
    void shortWritesOfAPipeAreGoneOnWith() throws Exception {
        receiveThrough(new ShortPipe(9999, Integer.MAX_VALUE));
    }

    @Test
    void pipeThatIsFullWhenSomethingFailsIsDiscarded() throws Exception {
        ShortPipe pipe = new ShortPipe(9999, Integer.MAX_VALUE);
        pipe.failure = new IllegalStateException("meant");
        Lent worker = closing(new Lent(pipe));
        Upload upload = upload(worker, create("f"), LARGE);
        assertThrows(IllegalStateException.class, () -> upload.exchange(random(LARGE)));
        worker.assertPiped(true);
    }

    @Test
    void pipeThatRefusesInTheMiddleIsEmptiedByCopying() throws Exception {
        receiveThrough(new ShortPipe(9999, 7));
    }
}
