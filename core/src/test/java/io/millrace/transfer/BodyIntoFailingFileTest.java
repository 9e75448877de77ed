package io.millrace.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.net.PieceChannel;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A body into a file that fails: the sink is to blame, and no other body or file is harmed. */
class BodyIntoFailingFileTest extends BodyIntoFile {

    @ParameterizedTest
    @EnumSource
    void fullDeviceIsAFailureOfTheSink(Way way) throws Exception {
        Lent worker = worker(way);
        Upload upload = upload(worker, device("/dev/full"), LARGE);
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
                .redirectInput(new File("/dev/null")) // and not from a pipe, which are counted
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
                    () -> receiveForEver(upload, body));
            assertInstanceOf(ClosedChannelException.class, e.getCause());
            closer.join();
            assertEquals(0, Files.size(bystander));
            upload.close();
            Files.delete(folder.resolve("f" + round)); // the slower the closer, the larger it is
        }
        assertNextBodyIsIntact(worker);
    }

    /** Sends the same bytes again and again, until something fails. */
    private static void receiveForEver(Upload upload, byte[] bytes) throws IOException {
        while (true) {
            upload.client.write(ByteBuffer.wrap(bytes));
            upload.receive(MIB);
        }
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
}
