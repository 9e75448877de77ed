package io.millrace.bucket;

import static io.millrace.bucket.Node.PART;
import static io.millrace.bucket.Node.bytes;
import static io.millrace.bucket.Node.complete;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.HttpException;
import io.millrace.http.PacedSink;
import io.millrace.http.Request;
import io.millrace.http.Response;
import io.millrace.s3.DoubleCall;
import io.millrace.s3.S3Fault;
import io.millrace.upload.UnfinishedUpload;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads that go on with any node of a bucket, and what is left of them. */
class BucketUploadsTest extends TwoNodes {

    /** What uploads have in the bucket besides objects; digits are left out. */
    private List<String> kept() {
        return engine.objects().keySet().stream().filter(key -> key.startsWith(".millrace.uploads"))
                .map(key -> key.replaceAll("[0-9a-f]{32}", "X")).collect(Collectors.toList());
    }

    /** Tails are removed when the response has been sent. */
    private void awaitRecordAlone() {
        engine.await(call -> kept().equals(List.of(".millrace.uploads/X")));
    }

    // One node.

    @Test
    void bytesOfSeveralRequestsBecomeOneObject() throws Exception {
        byte[] all = bytes(100);
        UnfinishedUpload upload = one.begin("/d/a", "Content-Type", "text/plain");
        assertEquals("/d/a", upload.path());
        assertEquals(0, upload.sizeBytes());
        one.write(upload, part(all, 0, 40));
        assertEquals(40, upload.sizeBytes());
        one.write(one.find(upload), part(all, 40, 100));
        UnfinishedUpload whole = one.find(upload);
        assertEquals(100, whole.sizeBytes());
        assertNull(engine.objects().get("d/a"));
        Response response = complete(whole, "Content-Type", "text/plain");
        assertEquals(201, response.status().code());
        assertEquals("/d/a", response.headers().first("Location"));
        assertArrayEquals(all, object("d/a"));
        assertEquals("text/plain", engine.objects().get("d/a").fields().get("content-type"));
        UnfinishedUpload known = one.find(upload);
        assertTrue(known.isComplete());
        assertEquals(100, known.sizeBytes());
        assertEquals(engine.objects().get("d/a").etag(), known.etag());
        awaitRecordAlone();
        assertEquals(List.of(), engine.multiparts());
    }

    @Test
    void emptyUploadBecomesAnEmptyObject() throws Exception {
        assertEquals(201, complete(one.begin("/a")).status().code());
        assertEquals(0, object("a").length);
    }

    @Test
    void lastBytesThatGoStraightIntoTheObjectAreNotKeptByThemselves() throws Exception {
        UnfinishedUpload upload = one.begin("/a");
        engine.forget();
        Node.send(Node.open(upload), bytes(10));
        upload.close(true);
        assertEquals(10, upload.sizeBytes());
        assertEquals(201, complete(upload).status().code());
        assertArrayEquals(bytes(10), object("a"));
        assertEquals(List.of(), engine.requests(call -> call.key().contains(".tail-")));
        assertEquals(2, engine.requests(DoubleCall.is("PutObject")).size(), "object and record");
    }

    @Test
    void longUploadIsMadeOfPartsOfOneSize() throws Exception {
        byte[] all = bytes(2 * PART + 5);
        engine.forget();
        UnfinishedUpload upload = one.begin("/a");
        one.write(upload, part(all, 0, PART - 1));
        one.write(one.find(upload), part(all, PART - 1, PART + 1));
        one.write(one.find(upload), part(all, PART + 1, all.length));
        assertEquals(201, complete(one.find(upload)).status().code());
        assertArrayEquals(all, object("a"));
        assertEquals(3, engine.objects().get("a").parts());
        for (DoubleCall call : engine.requests(DoubleCall.is("UploadPart"))) {
            assertTrue(call.bodyBytes() == PART || call.bodyBytes() == 5, call.toString());
        }
        awaitRecordAlone();
    }

    @Test
    void noteIsReplacedInOneStep() throws Exception {
        UnfinishedUpload upload = one.begin("/a");
        upload.note(new byte[] {2, 3});
        assertArrayEquals(new byte[] {2, 3}, two.find(upload).note());
        assertThrows(IllegalArgumentException.class, () -> upload.note(new byte[(64 << 10) + 1]));
        upload.note(new byte[64 << 10]);
        assertEquals(64 << 10, two.find(upload).note().length);
    }

    @Test
    void uploadThatIsDiscardedLeavesNothing() throws Exception {
        UnfinishedUpload upload = one.begin("/a");
        one.write(upload, bytes(PART + 1));
        assertEquals(1, engine.multiparts().size());
        two.find(upload).discard();
        engine.await(call -> call.operation().equals("DeleteObject")
                && call.key().contains(".tail-") && call.status() != 0);
        assertEquals(List.of(), kept());
        assertEquals(List.of(), engine.multiparts());
        assertNull(one.find(upload));
        upload.discard();
    }

    @Test
    void namesThatAreNoneFindNothingAndAskNobody() throws Exception {
        engine.forget();
        assertNull(one.uploads().find("a"));
        assertNull(one.uploads().find("../../a"));
        // A look for leftovers may still begin, as the nodes have just been started.
        assertEquals(List.of(), engine.requests(
                call -> !call.operation().equals("ListMultipartUploads")));
        assertNull(one.uploads().find("0".repeat(32)));
    }

    // Ends.

    @Test
    void conditionHoldsAtTheEnd() throws Exception {
        UnfinishedUpload upload = one.begin("/a", "If-None-Match", "*");
        one.write(upload, bytes(PART + 1));
        engine.place("a", "other");
        assertEquals(412, complete(two.find(upload), "If-None-Match", "*").status().code());
        assertEquals("other", engine.objects().get("a").text());
        assertEquals(PART + 1, one.find(upload).sizeBytes());
    }

    @Test
    void conditionThatIsFalseAlreadyBeginsNoUpload() {
        engine.place("a", "other");
        assertEquals(412, status(assertThrows(HttpException.class,
                () -> one.begin("/a", "If-None-Match", "*"))));
        assertEquals(List.of(), kept());
    }

    @Test
    void endWhoseAnswerIsLostIsFoundOut() throws Exception {
        UnfinishedUpload upload = one.begin("/a", "If-None-Match", "*");
        one.write(upload, bytes(2 * PART));
        engine.next(DoubleCall.is("CompleteMultipartUpload"), S3Fault.reset().afterStoring());
        Response response = complete(one.find(upload), "If-None-Match", "*");
        assertEquals(201, response.status().code());
        assertTrue(two.find(upload).isComplete());
        assertArrayEquals(bytes(2 * PART), object("a"));
    }

    @Test
    void endThatANodeWasKilledAfterIsFoundOutByTheNextOne() throws Exception {
        byte[] all = bytes(PART + 7);
        UnfinishedUpload upload = one.begin("/a", "If-None-Match", "*");
        one.write(upload, all);
        // Neither the answer arrives, nor what is written down then.
        engine.next(DoubleCall.is("CompleteMultipartUpload"), S3Fault.reset().afterStoring());
        engine.next(200, DoubleCall.is("HeadObject", "a"), S3Fault.reset());
        assertEquals(502, complete(one.find(upload), "If-None-Match", "*").status().code());
        engine.heal();
        assertEquals(200, complete(two.find(upload), "If-None-Match", "*").status().code());
        assertTrue(one.find(upload).isComplete());
        assertArrayEquals(all, object("a"));
    }

    @Test
    void failedEndLeavesTheBytesForTheNextOne() throws Exception {
        byte[] all = bytes(PART + 3);
        UnfinishedUpload upload = one.begin("/a");
        Node.send(Node.open(upload), all);
        upload.close(true);
        engine.next(9, DoubleCall.is("CompleteMultipartUpload"),
                S3Fault.answer(500, "InternalError"));
        int status = complete(upload).status().code();
        assertTrue(status == 503 || status == 502, "status " + status);
        engine.heal();
        UnfinishedUpload again = two.find(upload);
        assertEquals(all.length, again.sizeBytes());
        assertEquals(201, complete(again).status().code());
        assertArrayEquals(all, object("a"));
    }

    @Test
    void unansweredChangeOfARecordIsFoundOut() throws Exception {
        UnfinishedUpload upload = one.begin("/a");
        engine.next(DoubleCall.is("PutObject", ".millrace.uploads/" + upload.name()),
                S3Fault.reset().afterStoring());
        one.write(upload, bytes(10));
        assertEquals(10, two.find(upload).sizeBytes());
    }

    // What doesn't count.

    @Test
    void bytesThatAreDroppedDoNotCount() throws Exception {
        byte[] all = bytes(PART + 9);
        UnfinishedUpload upload = one.begin("/a");
        one.write(upload, part(all, 0, 9));
        UnfinishedUpload checked = one.find(upload);
        PacedSink sink = (PacedSink) checked.open(9, PART * 2, true);
        Node.send(sink, new byte[PART * 2]);
        checked.drop();
        checked.close(false);
        assertEquals(9, checked.sizeBytes());
        UnfinishedUpload again = two.find(upload);
        assertEquals(9, again.sizeBytes());
        two.write(again, part(all, 9, all.length));
        assertEquals(201, complete(two.find(upload)).status().code());
        assertArrayEquals(all, object("a"));
    }

    @Test
    void bytesThatAreDroppedDoNotCountThoughOneOfTheirPartsFails() throws Exception {
        UnfinishedUpload upload = one.begin("/a");
        one.write(upload, bytes(9));
        UnfinishedUpload checked = one.find(upload);
        PacedSink sink = (PacedSink) checked.open(9, PART * 4L, true);
        engine.next(9, DoubleCall.is("UploadPart").and(
                call -> "2".equals(call.query().get("partNumber"))),
                S3Fault.answer(500, "InternalError"));
        assertThrows(IOException.class, () -> Node.send(sink, new byte[PART * 4]));
        engine.heal();
        checked.drop();
        checked.close(false);
        assertEquals(9, two.find(upload).sizeBytes());
    }

    @Test
    void failedPartEndsTheBodyAndWhatWasThereStays() throws Exception {
        UnfinishedUpload upload = one.begin("/a");
        one.write(upload, bytes(9));
        UnfinishedUpload failing = one.find(upload);
        PacedSink sink = Node.open(failing);
        engine.next(9, DoubleCall.is("UploadPart"), S3Fault.answer(500, "InternalError"));
        IOException failure = assertThrows(IOException.class,
                () -> Node.send(sink, new byte[4 * PART]));
        assertFalse(sink.isOpen());
        assertEquals(503, one.uploads().failed("PATCH /a", failure).status().code());
        engine.heal();
        assertEquals(503, status(assertThrows(HttpException.class, () -> failing.close(false))));
        assertEquals(9, two.find(upload).sizeBytes());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void partThatFailsBehindTheLastByteFailsTheEndOfItsBody(boolean completes) throws Exception {
        UnfinishedUpload upload = one.begin("/a");
        one.write(upload, bytes(9));
        UnfinishedUpload failing = one.find(upload);
        engine.next(9, DoubleCall.is("UploadPart"), S3Fault.answer(500, "InternalError"));
        Node.send(Node.open(failing), new byte[PART - 9]);
        assertEquals(503, status(assertThrows(HttpException.class,
                () -> failing.close(completes))));
        failing.close(false);
        engine.heal();
        assertEquals(9, failing.sizeBytes());
        two.write(two.find(upload), bytes(5));
        assertEquals(14, one.find(upload).sizeBytes());
    }

    @Test
    void bodyForWhichThereIsNoMemoryIsRefusedAndTakesNone() throws Exception {
        UnfinishedUpload[] uploads = new UnfinishedUpload[5];
        for (int i = 0; i < 4; i++) {
            uploads[i] = one.begin("/" + i);
            Node.open(uploads[i]);
        }
        uploads[4] = one.begin("/4");
        assertEquals(503, status(assertThrows(HttpException.class, () -> Node.open(uploads[4]))));
        uploads[0].close(false);
        Node.open(uploads[4]);
    }

    // What can't be had.

    @Test
    void engineThatDoesNotHoldConditionsKeepsNoUploads() throws Exception {
        engine.holdConditions(false).checkEarly(false);
        try (Node unheld = Node.of(engine)) {
            String found = unheld.store().conditions();
            assertNotNull(unheld.uploads().unkept(), found);
            assertEquals(501, unheld.uploads().unkept().status().code());
            assertEquals(501, status(assertThrows(HttpException.class,
                    () -> unheld.begin("/a"))));
        }
        assertNull(one.uploads().unkept());
    }

    @Test
    void digestOfTheWholeIsRefusedBeforeAnyByteComes() {
        assertEquals(501, status(assertThrows(HttpException.class, () -> one.begin("/a",
                "Repr-Digest", "sha-256=:RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=:"))));
    }

    @Test
    void uploadIsNotMadeOfOthers() throws Exception {
        assertFalse(one.uploads().canCopy());
        UnfinishedUpload part = one.begin("/b");
        assertEquals(501, status(assertThrows(HttpException.class,
                () -> one.begin("/a").copyFrom(part))));
    }

    @Test
    void lengthBeyondTheMostIsRefusedAtOnce() throws Exception {
        Request put = Request.of("PUT", "/a");
        long most = one.uploads().maxObjectBytes();
        assertEquals(16L * (1 << 20) * 5000, most);
        one.uploads().create(put, most, new byte[0]);
        assertEquals(413, status(assertThrows(HttpException.class,
                () -> one.uploads().create(put, most + 1, new byte[0]))));
    }

    // All of them.

    @Test
    void everyNodeListsAllAndReadsOnlyWhatHasChanged() throws Exception {
        UnfinishedUpload first = one.begin("/a");
        UnfinishedUpload second = two.begin("/b");
        one.write(first, bytes(5));
        assertEquals(2, two.uploads().all().size());
        engine.forget();
        one.write(one.find(first), bytes(6));
        List<? extends UnfinishedUpload> all = two.uploads().all();
        assertEquals(2, all.size());
        assertEquals(11, all.stream().mapToLong(upload -> {
            try {
                return upload.sizeBytes();
            } catch (HttpException e) {
                throw new AssertionError(e);
            }
        }).sum());
        assertEquals(0, engine.requests(DoubleCall.is("GetObject",
                ".millrace.uploads/" + second.name())).size());
        for (UnfinishedUpload upload : all) {
            upload.discard();
        }
        assertEquals(List.of(), one.uploads().all());
    }
}
