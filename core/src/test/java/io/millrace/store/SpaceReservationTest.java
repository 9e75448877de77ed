package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.millrace.digest.DigestCache;
import io.millrace.http.Abandonment;
import io.millrace.http.Request;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.objects.ObjectCache;
import io.millrace.space.Preallocation;
import io.millrace.space.Preallocation.Outcome;
import io.millrace.space.Quota;
import io.millrace.space.SpaceReservation;
import io.millrace.tree.FaultLog;
import io.millrace.tree.Folder;
import io.millrace.tree.FolderNames;
import io.millrace.tree.Key;
import io.millrace.tree.KeyLimits;
import io.millrace.tree.PlainFileSystem;
import io.millrace.tree.PlainFileSystem.FileChannels;
import io.millrace.tree.PlainFileSystem.Operation;
import io.millrace.work.StoreExecutor;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an upload asks of a preallocation and of the file system, and in which order. */
class SpaceReservationTest {

    private static final int LEAST = (int) SpaceReservation.LEAST_BODY_BYTES / 2;
    /** It comes in pieces of {@link #LEAST}. */
    private static final int LENGTH = 4 * LEAST;

    @TempDir
    Path folder;

    private final PlainFileSystem system = new PlainFileSystem();
    private final List<String> done = Collections.synchronizedList(new ArrayList<>());
    private final byte[] body = new byte[LENGTH];
    private Outcome got = Outcome.ALL;
    /** What each but the first gets; null: the same. */
    private Outcome later;
    private boolean writes = true;
    private StoreState state;

    private final Preallocation fake = new Preallocation() {

        @Override
        public Outcome reserve(Path file, long from, long to) {
            done.add("reserve " + from / LEAST + "-" + to / LEAST);
            Outcome now = got;
            got = later == null ? got : later;
            return now;
        }

        @Override
        public void release(Path file, long sizeBytes) {
            done.add("release " + sizeBytes / LEAST);
        }

        @Override
        public boolean startWriting(Path file) {
            done.add("write");
            return writes;
        }
    };

    @BeforeEach
    void open() throws IOException {
        new Random(3).nextBytes(body);
        system.fileChannels = FileChannels.WHOLE;
        StoreOptions options = StoreOptions.builder().contract(Contract.ARTICLE).build();
        state = new StoreState(options, Folder.open(system.path(folder),
                options.folderSettings(), new FaultLog(SpaceReservationTest.class)),
                new Quota(Long.MAX_VALUE), new StoreExecutor(1, 1), new DigestCache(),
                new ObjectCache(0, 0, 0, System::nanoTime), fake,
                new Eviction(options, System::currentTimeMillis));
        system.before((operation, real) -> {
            if (operation == Operation.FORCE || operation == Operation.MOVE) {
                done.add(operation.name());
            }
        });
    }

    @AfterEach
    void close() throws IOException {
        state.close();
    }

    private Upload begin(Durability durability, long bodyBytes, String... fields)
            throws Exception {
        Upload upload = new Upload(state, durability, Key.of("/a", KeyLimits.DEFAULTS),
                Request.of("PUT", "/a", fields).withBody(bodyBytes), null);
        assertNull(upload.begin());
        return upload;
    }

    /** Writes as the server does, and tells after each piece how much has come. */
    private void send(Upload upload, int length) throws IOException {
        WritableByteChannel sink = upload.sink();
        for (int at = 0; at < length; at += LEAST) {
            ByteBuffer piece = ByteBuffer.wrap(body, at, Math.min(LEAST, length - at));
            while (piece.hasRemaining()) {
                if (sink instanceof FileChannel file) {
                    file.write(piece, piece.position());
                } else {
                    sink.write(piece);
                }
            }
            upload.onProgress(piece.position());
        }
    }

    private void put(Durability durability, int length, String... fields) throws Exception {
        Upload upload = begin(durability, length, fields);
        send(upload, length);
        Response answer = Client.known(upload.complete());
        assertEquals(200, answer.status().code());
        assertEquals(length, Files.size(folder.resolve("a")));
    }

    private String done() {
        return String.join(", ", done);
    }

    @Test
    void newObjectIsReservedAheadAndMoved() throws Exception {
        put(Durability.NONE, LENGTH);
        assertEquals("reserve 1-2, reserve 2-4, MOVE", done());
        assertArrayEquals(body, Files.readAllBytes(folder.resolve("a")));
    }

    @Test
    void writingIsStartedBeforeAnObjectIsReplaced() throws Exception {
        Files.writeString(folder.resolve("a"), "old");
        put(Durability.NONE, LENGTH);
        assertEquals("reserve 1-2, reserve 2-4, write, MOVE", done());
    }

    @Test
    void writingIsStartedToReplaceAnObjectThatCameMeanwhile() throws Exception {
        Upload upload = begin(Durability.NONE, LENGTH);
        send(upload, LENGTH);
        Files.writeString(folder.resolve("a"), "old");
        assertEquals(200, Client.known(upload.complete()).status().code());
        assertEquals("reserve 1-2, reserve 2-4, write, MOVE", done());
    }

    @Test
    void bytesAreForcedWhereTheirWritingCannotBeStarted() throws Exception {
        writes = false;
        Files.writeString(folder.resolve("a"), "old");
        put(Durability.NONE, LENGTH);
        assertEquals("reserve 1-2, reserve 2-4, write, FORCE, MOVE", done());
    }

    @Test
    void objectStandsIfItsSuccessorCannotBeForced() throws Exception {
        writes = false;
        Files.writeString(folder.resolve("a"), "old");
        Upload upload = begin(Durability.NONE, LENGTH);
        send(upload, LENGTH);
        system.fail(Operation.FORCE, new IOException("Input/output error"));
        assertEquals(500, Client.known(upload.complete()).status().code());
        assertEquals("old", Files.readString(folder.resolve("a")));
        assertNothingElseIsThere();
    }

    @ParameterizedTest
    @EnumSource(value = Durability.class, names = {"DATA", "FULL"})
    void whatIsForcedAnywayIsNotStarted(Durability durability) throws Exception {
        Files.writeString(folder.resolve("a"), "old");
        put(durability, LENGTH);
        assertEquals("reserve 1-2, reserve 2-4, FORCE, MOVE"
                + (durability == Durability.FULL ? ", FORCE" : ""), done());
    }

    @Test
    void uploadThatGotOnlySomeAsksForNoMore() throws Exception {
        got = Outcome.SOME;
        Files.writeString(folder.resolve("a"), "old");
        put(Durability.NONE, LENGTH);
        assertEquals("reserve 1-2, write, MOVE", done());
    }

    @Test
    void uploadThatGotNothingAsksForNoMoreAndIsMovedAsEver() throws Exception {
        got = Outcome.NOTHING;
        Files.writeString(folder.resolve("a"), "old");
        put(Durability.NONE, LENGTH);
        assertEquals("reserve 1-2, MOVE", done());
    }

    @Test
    void writingIsOwedForWhatWasGotBeforeThereWasNothingMore() throws Exception {
        later = Outcome.NOTHING;
        Files.writeString(folder.resolve("a"), "old");
        put(Durability.NONE, LENGTH);
        assertEquals("reserve 1-2, reserve 2-4, write, MOVE", done());
    }

    @Test
    void shortBodyReservesNothing() throws Exception {
        put(Durability.NONE, 2 * LEAST - 1);
        assertEquals("MOVE", done());
    }

    @Test
    void bodyThatIsLongEnoughReserves() throws Exception {
        put(Durability.NONE, 2 * LEAST);
        assertEquals("reserve 1-2, MOVE", done());
    }

    @Test
    void bodyOfUnknownLengthReservesNothing() throws Exception {
        Upload upload = begin(Durability.NONE, RequestHead.UNKNOWN_LENGTH);
        send(upload, LENGTH);
        assertEquals(200, Client.known(upload.complete()).status().code());
        assertEquals("MOVE", done());
    }

    @Test
    void bodyWithADigestIsReservedToo() throws Exception {
        put(Durability.NONE, LENGTH, "Want-Repr-Digest", "sha-256=1");
        // The first move is that of what is kept beside it: this file system has no attributes.
        assertEquals("reserve 1-2, reserve 2-4, MOVE, MOVE", done());
        assertArrayEquals(body, Files.readAllBytes(folder.resolve("a")));
    }

    /** One request to an upload that outlives it: pieces until a position, of more that it has. */
    private void request(FileUpload upload, int from, int to, int roomTo) throws Exception {
        FileChannel file = upload.open((long) from * LEAST);
        upload.reserve((long) roomTo * LEAST);
        for (int piece = from; piece < to; piece++) {
            ByteBuffer bytes = ByteBuffer.wrap(body, piece * LEAST, LEAST);
            file.write(bytes, (long) piece * LEAST);
            upload.received((piece + 1L) * LEAST);
        }
        upload.close();
    }

    private FileUpload upload() throws Exception {
        FileUpload upload = state.uploads().create(state, Key.of("/a", KeyLimits.DEFAULTS),
                Request.of("PUT", "/a"), LENGTH, new byte[0]);
        done.clear(); // its record's move
        return upload;
    }

    @Test
    void uploadOfSeveralRequestsIsReservedAheadAndGivesBackWhatIsBeyondAtTheEndOfEach()
            throws Exception {
        FileUpload upload = upload();
        request(upload, 0, 1, 4);
        assertEquals("reserve 1-2, release 1", done());
        request(upload, 1, 2, 4);
        assertEquals("reserve 1-2, release 1, reserve 2-4, release 2", done());
        request(upload, 2, 4, 4);
        assertEquals("reserve 1-2, release 1, reserve 2-4, release 2, reserve 3-4", done());
    }

    @Test
    void uploadReservesNothingThatHasNoRoomOfTheQuota() throws Exception {
        FileUpload upload = upload();
        request(upload, 0, 1, 1);
        assertEquals("", done());
        request(upload, 1, 2, 3);
        assertEquals("reserve 2-3, release 2", done());
    }

    @Test
    void uploadWhoseWritingIsOwedStartsIt() throws Exception {
        Files.writeString(folder.resolve("a"), "old");
        FileUpload upload = upload();
        request(upload, 0, 4, 4);
        assertEquals("reserve 1-2, reserve 2-4", done());
        done.clear();
        assertEquals(200, upload.complete(Request.of("PUT", "/a")).status().code());
        assertEquals("write, MOVE, MOVE, MOVE", done());
    }

    @Test
    void abandonedUploadLeavesNothing() throws Exception {
        Upload upload = begin(Durability.NONE, LENGTH);
        send(upload, LENGTH / 2);
        upload.abandon(Abandonment.PEER_LEFT, new EOFException());
        assertEquals("reserve 1-2, reserve 2-4", done());
        assertNothingElseIsThere();
    }

    private void assertNothingElseIsThere() throws IOException {
        try (var files = Files.walk(folder)) {
            assertEquals(List.of(), files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals(FolderNames.LOCK_FILE) && !name.equals("a"))
                    .toList());
        }
    }
}
