package io.millrace.bucket;

import static io.millrace.bucket.Node.PART;
import static io.millrace.bucket.Node.bytes;
import static io.millrace.bucket.Node.complete;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.http.HttpException;
import io.millrace.http.PacedSink;
import io.millrace.s3.DoubleCall;
import io.millrace.s3.S3Fault;
import io.millrace.upload.UnfinishedUpload;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What becomes of an upload that two nodes of a bucket have to do with at the same time. */
class UploadOnTwoNodesTest extends TwoNodes {

    @Test
    void uploadGoesOnWithEveryNode() throws Exception {
        byte[] all = bytes(3 * PART + 1234);
        UnfinishedUpload upload = one.begin("/a");
        int from = 0;
        for (int i = 0; from < all.length; i++) {
            int to = Math.min(all.length, from + 3_000_000);
            Node node = i % 2 == 0 ? two : one;
            UnfinishedUpload found = node.find(upload);
            assertEquals(from, found.sizeBytes());
            node.write(found, part(all, from, to));
            from = to;
        }
        assertEquals(201, complete(one.find(upload)).status().code());
        assertArrayEquals(all, object("a"));
        assertEquals(engine.objects().get("a").etag(), two.find(upload).etag());
    }

    @Test
    void newerUseOnAnotherNodeWinsAndNothingOfTheOlderOneCounts() throws Exception {
        byte[] all = bytes(2 * PART + 10);
        UnfinishedUpload older = one.begin("/a");
        PacedSink sink = Node.open(older);
        Node.send(sink, part(all, 0, PART + 5));
        awaitPart(1);

        UnfinishedUpload newer = two.find(older);
        assertEquals(0, newer.sizeBytes());
        PacedSink newerSink = Node.open(newer);
        byte[] wrong = new byte[PART];
        Node.send(sink, wrong); // the older one goes on, and sends a part
        assertEquals(409, status(assertThrows(HttpException.class, () -> older.close(false))));
        Node.send(newerSink, all);
        newer.close(true);
        assertEquals(201, complete(newer).status().code());
        assertArrayEquals(all, object("a"));
        engine.await(call -> engine.objects().size() == 2); // the object and the record alone
    }

    @Test
    void sizeThatWasToldStaysWhenANodeIsKilled() throws Exception {
        byte[] all = bytes(PART + 100);
        UnfinishedUpload upload = one.begin("/a");
        one.write(upload, part(all, 0, 100));
        UnfinishedUpload killed = one.find(upload);
        Node.send(Node.open(killed), part(all, 100, 200)); // and it is never closed

        UnfinishedUpload found = two.find(upload);
        found.force();
        assertEquals(100, found.sizeBytes());
        assertEquals(409, status(assertThrows(HttpException.class, () -> killed.close(false))));
        two.write(found, part(all, 100, all.length));
        assertEquals(201, complete(two.find(upload)).status().code());
        assertArrayEquals(all, object("a"));
    }

    @Test
    void partsThatAreWrittenDownCountAfterAKillAndNoNumberIsUsedTwice() throws Exception {
        byte[] all = bytes(3 * PART);
        UnfinishedUpload killed = one.begin("/a");
        stepNs.set(TimeUnit.SECONDS.toNanos(5)); // so each part is written down at once
        Node.send(Node.open(killed), part(all, 0, 2 * PART + 1));
        engine.await(call -> engine.requests(UploadOnTwoNodesTest::isOfRecord).size() == 4);
        UnfinishedUpload found = two.find(killed);
        assertEquals(2 * PART, found.sizeBytes());
        two.write(found, part(all, 2 * PART, all.length));
        awaitPart(1 + 32);
        assertEquals(201, complete(two.find(killed)).status().code());
        assertArrayEquals(all, object("a"));
    }

    @Test
    void olderUseEndsOnceAPartOfItCanNotBeWrittenDown() throws Exception {
        stepNs.set(TimeUnit.SECONDS.toNanos(5)); // so each part is written down at once
        UnfinishedUpload older = one.begin("/a");
        PacedSink sink = Node.open(older);
        Node.send(sink, bytes(PART));
        engine.await(call -> engine.requests(UploadOnTwoNodesTest::isOfRecord).size() == 3);
        Node.open(two.find(older));
        CompletableFuture<Void> closed = new CompletableFuture<>();
        sink.whenClosed(() -> closed.complete(null));
        Node.send(sink, bytes(PART));
        Node.known(closed);
        assertFalse(sink.isOpen());
        assertEquals(409, status(assertThrows(HttpException.class, () -> older.close(false))));
        assertEquals(PART, two.find(older).sizeBytes());
    }

    @Test
    void uploadThatAnotherNodeIsEndingIsNotGoneOnWith() throws Exception {
        UnfinishedUpload upload = one.begin("/a");
        one.write(upload, bytes(PART)); // so no bytes are missing already
        UnfinishedUpload stale = one.find(upload);
        CompletableFuture<Void> gate = new CompletableFuture<>();
        engine.next(DoubleCall.is("DeleteObject", ".millrace.uploads/" + upload.name()),
                S3Fault.hold(gate));
        UnfinishedUpload ending = two.find(upload);
        CompletableFuture<Void> ended = CompletableFuture.runAsync(() ->
                assertDoesNotThrow(ending::discard));
        engine.await(call -> call.operation().equals("DeleteObject")
                && call.key().endsWith(upload.name()));
        assertNull(one.find(upload));
        assertEquals(409, status(assertThrows(HttpException.class, () -> Node.open(stale))));
        gate.complete(null);
        Node.known(ended);
    }

    private void awaitPart(int number) {
        engine.await(call -> call.key().equals("a") && call.status() == 200
                && Integer.toString(number).equals(call.query().get("partNumber")));
    }

    /** A record that has been written: of the beginning, of numbers, or of parts. */
    private static boolean isOfRecord(DoubleCall call) {
        return call.operation().equals("PutObject") && call.status() == 200
                && call.key().matches("[.]millrace[.]uploads/[0-9a-f]{32}");
    }
}
