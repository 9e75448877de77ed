package io.millrace.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.net.FileTransfers;
import io.millrace.net.PieceChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is true of spliced bodies alone. */
class SplicedBodyTest extends BodyIntoFile {

    /** What a fast body's socket has to hold before it is reported. */
    private static final int WAKE_BYTES = 512 * 1024;

    private Upload upload(long length) throws Exception {
        return upload(worker(Way.SPLICED), device("/dev/null"), length);
    }

    private static void send(Upload upload, int count) throws IOException {
        assertEquals(count, upload.client.write(ByteBuffer.allocate(count)));
    }

    /** Sends until one visit finds enough to call the peer fast, and receives it all. */
    private static void becomeFast(Upload upload) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(MIB);
        long sent = 0;
        long before;
        do {
            before = upload.receiver.received();
            sent += upload.client.write(bytes.clear());
            assertFalse(upload.receive(MIB));
        } while (upload.receiver.received() - before < MIN_SPLICED_BYTES);
        while (upload.receiver.received() < sent) {
            upload.isReadable(1);
            assertFalse(upload.receive(MIB));
        }
    }

    private static void assertByteIsReported(Upload upload) throws IOException {
        send(upload, 1);
        upload.awaitReadable();
    }

    private static void assertByteIsNotReported(Upload upload) throws IOException {
        send(upload, 1);
        long startNs = System.nanoTime();
        while (upload.isReadable(100)) { // as always while the kernel is short of memory
            assertTrue(System.nanoTime() - startNs < TimeUnit.MINUTES.toNanos(5));
        }
    }

    @Test
    void fastBodyIsReportedInLargePiecesUntilItsLast() throws Exception {
        long length = 64 * MIB;
        Upload upload = upload(length);
        becomeFast(upload);
        assertByteIsNotReported(upload);
        // A visit for another reason, as a time that is up, takes what is there.
        long before = upload.receiver.received();
        assertFalse(upload.receive(MIB));
        assertEquals(before + 1, upload.receiver.received());
        long most = length - WAKE_BYTES - upload.receiver.received();
        assertFalse(upload.exchange(new byte[Math.toIntExact(most)]));
        assertByteIsNotReported(upload);
        assertFalse(upload.receive(MIB));
        assertByteIsReported(upload);
    }

    @Test
    void everyByteIsReportedAgainWhenABodyIsGivenUp() throws Exception {
        Upload upload = upload(Long.MAX_VALUE);
        becomeFast(upload);
        assertByteIsNotReported(upload);
        assertFalse(upload.receive(MIB));
        upload.source.close();
        assertByteIsReported(upload);
    }

    @Test
    void everyByteIsReportedAgainWhenABodyIsReadInstead() throws Exception {
        Upload upload = upload(Long.MAX_VALUE);
        becomeFast(upload);
        assertByteIsNotReported(upload);
        assertEquals(1, upload.source.read(ByteBuffer.allocateDirect(2)));
        assertByteIsReported(upload);
    }

    @Test
    void slowBodyIsReportedByteByByte() throws Exception {
        Lent worker = worker(Way.SPLICED);
        Upload upload = upload(worker, create("f"), LARGE);
        for (int i = 1; i <= 10; i++) {
            upload.client.write(ByteBuffer.wrap(new byte[1]));
            upload.awaitReadable();
            assertFalse(upload.receive(MIB));
            assertEquals(i, upload.receiver.received());
        }
        worker.assertSpliced(true);
    }

    @Test
    void splicedBytesNeverEnterTheWorkersBuffer() throws Exception {
        Lent worker = worker(Way.SPLICED);
        byte[] before = random(PIECE_BYTES);
        worker.resources.piece.clear().put(before);
        Upload upload = upload(worker, create("f"), LARGE);
        assertFalse(upload.exchange(random(LARGE - MIN_SPLICED_BYTES)));
        byte[] after = new byte[PIECE_BYTES];
        worker.resources.piece.clear().get(after);
        assertArrayEquals(before, after);
        assertArrayEquals(random(LARGE - MIN_SPLICED_BYTES), content("f"));
    }

    @Test
    void fileOnADiskIsCopiedIntoAsThatIsFasterAndADeviceIsNot() throws Exception {
        worker(Way.SPLICED); // if there is one at all
        Lent worker = closing(new Lent(Way.SPLICED, FileTransfers::fastest));
        byte[] body = random(LARGE);
        assertTrue(upload(worker, create("f"), LARGE).exchange(body));
        assertArrayEquals(body, content("f"));
        worker.assertSpliced(false);
        assertTrue(upload(worker, device("/dev/null"), LARGE).exchange(body));
        worker.assertSpliced(true);
    }

    @Test
    void chunkedBodyIsNeverSpliced() throws Exception {
        Lent worker = worker(Way.SPLICED);
        byte[] body = random(MIB);
        Upload upload = closing(new Upload(worker, create("f"), "Transfer-Encoding: chunked",
                new byte[0]));
        byte[] chunk = concat(new byte[0], Integer.toHexString(MIB) + "\r\n");
        assertFalse(upload.exchange(chunk));
        assertTrue(upload.exchange(concat(body, "\r\n0\r\n\r\n")));
        assertArrayEquals(body, content("f"));
        worker.assertSpliced(false);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, LARGE / 2})
    void pipeThatIsFullWhenItsFileIsClosedIsDiscarded(int count) throws Exception {
        Lent worker = worker(Way.SPLICED);
        FileChannel file = create("f");
        Upload upload = upload(worker, file, Long.MAX_VALUE);
        assertFalse(upload.exchange(random(count)));
        worker.assertSpliced(true);
        file.close();
        assertThrows(PieceChannel.SinkException.class, () -> upload.exchange(random(count)));
        worker.assertSpliced(false);
        assertNextBodyIsIntact(worker);
    }

    @Test
    void workersPipeIsOpenedOnceAndClosedAtItsEnd() throws Exception {
        Lent worker = worker(Way.SPLICED);
        Set<String> pipes = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            Upload upload = upload(worker, create("f" + i), LARGE);
            assertTrue(upload.exchange(random(LARGE)));
            worker.assertSpliced(true);
            pipes.addAll(worker.pipes());
        }
        assertEquals(1, pipes.size());
        worker.close();
        worker.assertSpliced(false);
    }
}
