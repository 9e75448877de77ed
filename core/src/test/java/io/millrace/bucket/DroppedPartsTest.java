package io.millrace.bucket;

import static io.millrace.bucket.Node.PART;
import static io.millrace.bucket.Node.bytes;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.http.HttpException;
import io.millrace.s3.DoubleCall;
import io.millrace.s3.S3Double;
import io.millrace.s3.S3Fault;
import io.millrace.upload.UnfinishedUpload;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Uploads of several requests whose parts the engine has dropped, by a lifecycle rule say. */
class DroppedPartsTest {

    private S3Double engine;
    private Node node;

    @BeforeEach
    void start() throws IOException {
        engine = S3Double.start();
        node = Node.of(engine);
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
        engine.close();
    }

    private void drop(String operation) {
        engine.next(9, DoubleCall.is(operation), S3Fault.answer(404, "NoSuchUpload"));
    }

    @ParameterizedTest // said at the end itself, or at the last part before it
    @CsvSource({"0, CompleteMultipartUpload", "3, UploadPart"})
    void uploadEndsWhereItWouldBeComplete(int rest, String asked) throws Exception {
        UnfinishedUpload upload = node.begin("/a");
        node.write(upload, bytes(PART + rest));
        drop(asked);
        assertEquals(409, Node.complete(node.find(upload)).status().code());
        assertNull(node.find(upload));
        assertNull(engine.objects().get("a"));
    }

    @Test
    void uploadEndsWhereItWouldGoOn() throws Exception {
        UnfinishedUpload upload = node.begin("/a");
        node.write(upload, bytes(PART));
        drop("UploadPart");
        UnfinishedUpload next = node.find(upload);
        Node.send(Node.open(next), bytes(PART));
        HttpException refused = assertThrows(HttpException.class, () -> next.close(false));
        assertEquals(409, refused.status().code());
        assertNull(node.find(upload));
    }

    @Test
    void partsThatHaveBecomeTheObjectMeanwhileAreNotDropped() throws Exception {
        UnfinishedUpload upload = node.begin("/a");
        node.write(upload, bytes(PART + 3));
        Predicate<DoubleCall> record =
                DoubleCall.is("PutObject", ".millrace.uploads/" + upload.name());
        // As usual when it says that it is in use, and which number the last part has.
        engine.next(2, record, S3Fault.hold(CompletableFuture.completedFuture(null)));
        engine.next(record, S3Fault.answer(403, "AccessDenied")); // its end isn't written down
        assertEquals(201, Node.complete(node.find(upload)).status().code());
        UnfinishedUpload again = node.find(upload);
        engine.next(DoubleCall.is("HeadObject", "a"), S3Fault.answer(404, "NoSuchKey"));
        assertEquals(200, Node.complete(again).status().code());
        assertArrayEquals(bytes(PART + 3), engine.objects().get("a").bytes());
    }

    /** There is memory for four of them. */
    @Test
    void memoryForAnUploadWhoseLastBytesAreGoneIsGivenBack() throws Exception {
        for (int i = 0; i < 5; i++) {
            UnfinishedUpload upload = node.begin("/a");
            node.write(upload, bytes(10));
            engine.next(DoubleCall.is("GetObject").and(call -> call.key().contains(".tail-")),
                    S3Fault.answer(404, "NoSuchKey"));
            UnfinishedUpload next = node.find(upload);
            assertEquals(409, assertThrows(HttpException.class, () -> Node.open(next))
                    .status().code());
        }
    }
}
