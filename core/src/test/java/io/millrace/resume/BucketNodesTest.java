package io.millrace.resume;

import static io.millrace.resume.Tus.field;
import static io.millrace.resume.Tus.metadata;
import static io.millrace.resume.Tus.status;
import static io.millrace.resume.Tus.tus;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bucket.BucketKeys;
import io.millrace.bucket.BucketOptions;
import io.millrace.bucket.BucketStore;
import io.millrace.s3.DoubleCall;
import io.millrace.s3.S3Double;
import io.millrace.s3.S3Fault;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients of both protocols whose requests come to different nodes of one bucket. */
class BucketNodesTest {

    /** One server of the bucket. */
    private final class Server implements AutoCloseable {

        private final BucketStore store = BucketStore.open(BucketOptions.builder(engine.url())
                .keys(BucketKeys.of(engine.id(), engine.secret(), null))
                .bufferBytes(64 << 20).build());
        private final ResumableUploads uploads =
                ResumableUploads.builder(store.unfinished()).maxUploads(2).build();
        private final HttpServer server = HttpServer.start(
                ServerOptions.builder().port(0).workers(1).build(), uploads.around(store));

        Server() throws IOException {
            engine.await(call -> !store.conditions().contains("not probed"));
        }

        UploadClient connect() throws IOException {
            return new UploadClient(server.address());
        }

        String ask(String request) throws IOException {
            try (UploadClient client = connect()) {
                client.send(request);
                return request.startsWith("HEAD ") ? client.headAnswer() : client.answer();
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
            uploads.close();
            store.close();
        }
    }

    private S3Double engine;
    private Server one;
    private Server two;

    @BeforeEach
    void start() throws IOException {
        engine = S3Double.start();
        one = new Server();
        two = new Server();
    }

    @AfterEach
    void stop() throws IOException {
        one.close();
        two.close();
        engine.close();
    }

    private String begin(Server server, String... fields) throws IOException {
        String[] all = new String[fields.length + 2];
        all[0] = metadata("filename", "a.txt", "filetype", "text/plain");
        all[1] = "Content-Length: 0";
        System.arraycopy(fields, 0, all, 2, fields.length);
        try (UploadClient client = server.connect()) {
            assertEquals("201", status(client.send(tus("POST /", all)).answer()));
            return client.name();
        }
    }

    private static String offset(Server server, String name) throws IOException {
        return field(server.ask(tus("HEAD /a.txt?upload=" + name)), "Upload-Offset");
    }

    @Test
    void tusGoesOnWithAnyNode() throws Exception {
        String name = begin(one, "Upload-Length: 11");
        assertEquals("0", offset(two, name));
        assertEquals("204", status(two.ask(Tus.patch(name, 0, "hello "))));
        assertEquals("6", offset(one, name));
        assertEquals("409", status(one.ask(Tus.patch(name, 5, "world"))));
        String last = one.ask(Tus.patch(name, 6, "world"));
        assertEquals("204", status(last));
        assertEquals("11", field(last, "Upload-Offset"));
        assertEquals("hello world", engine.objects().get("a.txt").text());
        assertEquals("text/plain", engine.objects().get("a.txt").fields().get("content-type"));
        assertEquals("11", offset(two, name));
        assertEquals("hello world", two.ask("GET /a.txt HTTP/1.1\nHost: x\n\n").split("\n\n")[1]);
    }

    @Test
    void draftGoesOnWithAnyNode() throws Exception {
        String name;
        try (UploadClient client = one.connect()) {
            String begun = client.send("PUT /a.txt HTTP/1.1\nHost: x\nContent-Length: 6\n"
                    + "Upload-Draft-Interop-Version: 6\nUpload-Complete: ?0\n\nhello ").answer();
            if (begun.startsWith("HTTP/1.1 104 ")) {
                begun = client.answer();
            }
            assertEquals("201", status(begun));
            name = client.name();
        }
        String told = two.ask("HEAD /a.txt?upload=" + name + " HTTP/1.1\nHost: x\n"
                + "Upload-Draft-Interop-Version: 6\n\n");
        assertEquals("6", field(told, "Upload-Offset"));
        assertEquals("?0", field(told, "Upload-Complete"));
        String last = two.ask("PATCH /a.txt?upload=" + name + " HTTP/1.1\nHost: x\n"
                + "Upload-Draft-Interop-Version: 6\nUpload-Offset: 6\nUpload-Complete: ?1\n"
                + "Content-Type: application/partial-upload\nContent-Length: 5\n\nworld");
        assertEquals("2", status(last).substring(0, 1), last);
        assertEquals("hello world", engine.objects().get("a.txt").text());
    }

    @RepeatedTest(5)
    void bytesOfACutRequestAreThereOnTheOtherNode() throws Exception {
        String name = begin(one, "Upload-Length: 11");
        try (UploadClient client = one.connect()) {
            String cut = Tus.patch(name, 0, "hello world");
            client.send(cut.substring(0, cut.length() - 5)).endOutput();
            engine.await(call -> call.operation().equals("PutObject") && call.status() == 200
                    && call.key().contains(name + ".tail-"));
            assertEquals("6", offset(one, name)); // while the cut request is ending
        }
        assertEquals("6", offset(two, name));
        assertEquals("204", status(two.ask(Tus.patch(name, 6, "world"))));
        assertEquals("hello world", engine.objects().get("a.txt").text());
    }

    @Test
    void pieceWithAWrongChecksumDoesNotCountOnAnyNode() throws Exception {
        String name = begin(one, "Upload-Length: 11");
        assertEquals("204", status(one.ask(Tus.patch(name, 0, "hello "))));
        assertEquals("460", status(two.ask(Tus.patch(name, 6, "world",
                "Upload-Checksum: sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0="))));
        assertEquals("6", offset(one, name));
        assertEquals("204", status(two.ask(Tus.patch(name, 6, "world",
                "Upload-Checksum: sha1 " + sha1("world")))));
        assertEquals("hello world", engine.objects().get("a.txt").text());
    }

    @Test
    void cutPieceWithAChecksumDoesNotCountOnAnyNode() throws Exception {
        String name = begin(one, "Upload-Length: 11");
        assertEquals("204", status(one.ask(Tus.patch(name, 0, "hello "))));
        try (UploadClient client = two.connect()) {
            String piece = Tus.patch(name, 6, "world", "Upload-Checksum: sha1 " + sha1("world"));
            client.send(piece.substring(0, piece.length() - 1)).endOutput().rest();
        }
        assertEquals("6", offset(one, name));
        assertEquals("204", status(two.ask(Tus.patch(name, 6, "world",
                "Upload-Checksum: sha1 " + sha1("world")))));
        assertEquals("hello world", engine.objects().get("a.txt").text());
    }

    @Test
    void bytesThatTheEngineDoesNotKeepAreNeitherAnObjectNorCounted() throws Exception {
        byte[] part = new byte[8 << 20]; // so that the engine is asked for it behind the last byte
        new Random(1).nextBytes(part);
        String body = new String(part, StandardCharsets.ISO_8859_1);
        String name = begin(one, "Upload-Length: " + part.length);
        engine.next(20, DoubleCall.is("UploadPart"), S3Fault.answer(500, "InternalError"));
        assertEquals("503", status(one.ask(Tus.patch(name, 0, body))));
        assertNull(engine.objects().get("a.txt"));
        engine.heal();
        assertEquals("0", offset(two, name));
        assertEquals("204", status(two.ask(Tus.patch(name, 0, body))));
        assertArrayEquals(part, engine.objects().get("a.txt").bytes());
    }

    @Test
    void clientIsToldOfAPartThatFailsWhileItsBodyComes() throws Exception {
        String patch = Tus.patch(begin(one, "Upload-Length: " + (16 << 20)), 0,
                "x".repeat(16 << 20));
        engine.next(20, DoubleCall.is("UploadPart"), S3Fault.answer(500, "InternalError"));
        try (UploadClient client = one.connect()) {
            client.send(patch.substring(0, patch.length() - (4 << 20)));
            assertEquals("503", status(client.answer()));
        }
    }

    @Test
    void uploadOfAnotherNodeTakesAPlaceFromTheNextLookOnUntilItIsComplete() throws Exception {
        String name = begin(one, "Upload-Length: 5");
        begin(one, "Upload-Length: 5");
        two.uploads.expire(); // as happens once a minute
        String third = tus("POST /", metadata("filename", "b.txt"), "Upload-Length: 5",
                "Content-Length: 0");
        assertEquals("503", status(two.ask(third)));
        assertEquals("204", status(one.ask(Tus.patch(name, 0, "hello"))));
        assertEquals("503", status(two.ask(third)));
        two.uploads.expire();
        assertEquals("201", status(two.ask(third)));
        assertEquals("503", status(two.ask(third)));
    }

    @ParameterizedTest // the engine decides the first, a look before it the second
    @ValueSource(strings = {"%s", "%s, \"other\""})
    void uploadEndsWhereItsConditionHoldsNoLonger(String condition) throws Exception {
        engine.place("a.txt", "seen");
        String seen = engine.objects().get("a.txt").etag();
        String name = begin(one, "Upload-Length: 5", "If-Match: " + condition.formatted(seen));
        engine.place("a.txt", "changed");
        assertEquals("412", status(two.ask(Tus.patch(name, 0, "hello"))));
        assertEquals("changed", engine.objects().get("a.txt").text());
        assertEquals("404", status(one.ask(tus("HEAD /a.txt?upload=" + name))));
    }

    private static String sha1(String text) throws NoSuchAlgorithmException {
        return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1")
                .digest(text.getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void whatABucketCannotDoIsNotAnnouncedAndGets501() throws Exception {
        String options = one.ask("OPTIONS / HTTP/1.1\nHost: x\n\n");
        assertEquals("creation,creation-with-upload,creation-defer-length,expiration,checksum,"
                + "termination", field(options, "Tus-Extension"));
        assertEquals("501", status(one.ask(tus("POST /", metadata("filename", "a.txt"),
                "Upload-Length: 1", "Upload-Concat: partial", "Content-Length: 0"))));
        assertEquals("501", status(one.ask(tus("POST /", metadata("filename", "a.txt"),
                "Upload-Length: 1", "Content-Length: 0",
                "Repr-Digest: sha-256=:RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=:"))));
    }

    @Test
    void uploadThatIsEndedOnOneNodeIsGoneOnTheOther() throws Exception {
        String name = begin(one, "Upload-Length: 11");
        assertEquals("204", status(two.ask(tus("DELETE /a.txt?upload=" + name))));
        assertEquals("404", status(one.ask(tus("HEAD /a.txt?upload=" + name))));
        assertTrue(engine.objects().keySet().stream()
                .noneMatch(key -> key.startsWith(".millrace.uploads/")));
    }

    @Test
    void uploadThatIsEndedOnOneNodeTakesNoPlaceOnTheOther() throws Exception {
        for (int i = 0; i < 2; i++) {
            String name = begin(one, "Upload-Length: 11");
            assertEquals("204", status(two.ask(tus("DELETE /a.txt?upload=" + name))));
        }
        one.uploads.expire(); // as happens once a minute
        begin(one, "Upload-Length: 11");
    }

    @Test
    void largeUploadThroughAlternatingNodesIsWhole() throws Exception {
        byte[] all = new byte[18_000_000];
        new Random(1).nextBytes(all);
        String name = begin(one, "Upload-Length: " + all.length);
        int from = 0;
        for (int i = 0; from < all.length; i++) {
            Server server = i % 2 == 0 ? two : one;
            int to = Math.min(all.length, from + 5_000_000);
            String body = new String(all, from, to - from, StandardCharsets.ISO_8859_1);
            assertEquals("204", status(server.ask(Tus.patch(name, from, body))));
            from = to;
            assertEquals(Integer.toString(from), offset(i % 2 == 0 ? one : two, name));
        }
        assertArrayEquals(all, engine.objects().get("a.txt").bytes());
        assertEquals(List.of(), engine.multiparts());
        assertEquals(List.of(), one.uploads.unfinished());
    }
}
