package io.millrace.bucket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.millrace.bucket.BucketClient.Got;
import io.millrace.http.Request;
import io.millrace.http.Response;
import io.millrace.s3.DoubleCall;
import io.millrace.s3.S3Double;
import io.millrace.s3.S3Fault;
import io.millrace.store.Client;
import io.millrace.upload.UnfinishedUpload;
import org.junit.jupiter.api.Test;

/** What a node has in memory of an object that an upload in several requests has replaced. */
class EndedUploadCacheTest {

    private static Got get(Node node) throws Exception {
        Request request = Request.of("GET", "/a");
        return BucketClient.read(request, Client.known(node.store().handle(request).complete()));
    }

    @Test
    void endThatAnotherNodeHasMadeIsSeenWhereItIsAcknowledged() throws Exception {
        try (S3Double engine = S3Double.start();
                Node one = Node.of(engine);
                Node two = Node.of(engine, () -> 0)) { // its copies stay fresh
            engine.place("a", "before");
            UnfinishedUpload upload = one.begin("/a");
            Node.send(Node.open(upload), Node.bytes(10));
            upload.close(true);
            get(two);
            assertEquals("before", get(two).text());
            // The object is there, and the record doesn't say so.
            engine.next(DoubleCall.is("PutObject", ".millrace.uploads/" + upload.name()),
                    S3Fault.answer(403, "AccessDenied"));
            assertEquals(204, Node.complete(upload).status().code());
            Response end = Node.complete(two.find(upload));
            assertEquals(200, end.status().code());
            Got now = get(two);
            assertArrayEquals(Node.bytes(10), now.bytes());
            assertEquals(end.headers().first("ETag"), now.field("ETag"));
        }
    }

    @Test
    void endThatIsFoundWithoutAnEntityTagIsToldWithoutOne() throws Exception {
        try (S3Double engine = S3Double.start(); Node node = Node.of(engine)) {
            UnfinishedUpload upload = node.begin("/a");
            Node.send(Node.open(upload), Node.bytes(10));
            upload.close(true);
            engine.next(DoubleCall.is("PutObject", ".millrace.uploads/" + upload.name()),
                    S3Fault.answer(403, "AccessDenied"));
            assertEquals(201, Node.complete(upload).status().code());
            engine.next(DoubleCall.is("HeadObject", "a"), S3Fault.noEtag());
            Response end = Node.complete(node.find(upload));
            assertEquals(200, end.status().code());
            assertFalse(end.headers().contains("ETag"));
        }
    }
}
