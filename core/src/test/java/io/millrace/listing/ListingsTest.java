package io.millrace.listing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.OpenFiles;
import io.millrace.Pause;
import io.millrace.http.Body;
import io.millrace.http.HttpException;
import io.millrace.http.Request;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.route.WrappedRequest;
import io.millrace.tree.FaultLog;
import io.millrace.tree.Folder;
import io.millrace.tree.FolderSettings;
import io.millrace.tree.KeyLimits;
import io.millrace.tree.PlainFileSystem.Operation;
import io.millrace.tree.PlainFileSystem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What listings hold while they are under way, and how they end. */
class ListingsTest {

    private static final FolderSettings READ_ONLY =
            new FolderSettings(64, true, false, false, false, Set.of());
    private static final Pattern NAME = Pattern.compile("\n\\{\"name\":\"(.*?)\",");
    private static final long PATIENCE_S = 60;
    /** Their listing doesn't fit into one piece. */
    private static final int MANY = 2000;

    @TempDir
    Path temp;

    private Folder folder;
    private Listings listings;

    @BeforeEach
    void openFolder() throws IOException {
        folder = Folder.open(temp, READ_ONLY, new FaultLog(ListingsTest.class));
        open(8, 4 << 20, 1 << 20);
    }

    private void open(int maxWaiting, long piecesBytes, long namesBytes) throws IOException {
        if (listings != null) {
            listings.close();
        }
        listings = new Listings(folder, KeyLimits.DEFAULTS, maxWaiting, piecesBytes,
                namesBytes);
    }

    @AfterEach
    void closeAll() throws IOException {
        listings.close();
        folder.close();
        if (OS.LINUX.isCurrentOs()) {
            assertEquals(0, OpenFiles.below(temp));
        }
    }

    private List<String> makeMany() throws IOException {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            names.add(String.format("object-%04d", i));
        }
        List<String> shuffled = new ArrayList<>(names);
        Collections.shuffle(shuffled, new Random(1));
        for (String name : shuffled) {
            Files.createFile(temp.resolve(name));
        }
        return names;
    }

    private Response begin(RequestHead request) throws HttpException {
        return begin(listings, request);
    }

    private static Response begin(Listings listings, RequestHead request) throws HttpException {
        return listings.answer(null, request, null);
    }

    private static Response known(Response response) throws Exception {
        return response.stage() == null ? response
                : response.stage().toCompletableFuture().get(PATIENCE_S, TimeUnit.SECONDS);
    }

    private Response get(String... fields) throws Exception {
        return known(begin(Request.of("GET", "/?format=json", fields)));
    }

    private static String read(Body body) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ByteBuffer piece = ByteBuffer.allocate(5000);
        while (body.length() < 0 || bytes.size() < body.length()) {
            int read = body.read(bytes.size(), piece.clear());
            if (read < 0) {
                break;
            }
            bytes.write(piece.array(), 0, read);
            if (read == 0) {
                CountDownLatch readable = new CountDownLatch(1);
                body.whenReadable(readable::countDown);
                assertTrue(readable.await(PATIENCE_S, TimeUnit.SECONDS), "nothing comes any more");
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static List<String> names(String text) {
        return NAME.matcher(text).results().map(found -> found.group(1)).toList();
    }

    private void assertNothingIsHeld() {
        long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (listings.heldBytes() != 0) {
            assertTrue(System.nanoTime() - endNs < 0, () -> listings.heldBytes() + " bytes");
            Pause.briefly();
        }
    }

    // Memory.

    @Test
    void shortListingHoldsItsBytesUntilItIsClosed() throws Exception {
        Files.createFile(temp.resolve("a"));
        Response response = get();
        assertEquals(response.body().length(), listings.heldBytes());
        assertEquals(List.of("a"), names(read(response.body())));
        response.body().close();
        response.body().close();
        assertEquals(0, listings.heldBytes(), "given back once");
    }

    @Test
    void nothingIsHeldAfterAnyOtherResponse() throws Exception {
        Files.createFile(temp.resolve("a"));
        Response response = get();
        String tag = response.headers().first("ETag");
        response.discard();
        assertEquals(304, get("If-None-Match", tag).status().code());
        assertEquals(412, get("If-Match", "\"x\"").status().code());
        Path moved = temp.resolveSibling(temp.getFileName() + "-moved");
        Files.move(temp, moved);
        try {
            assertEquals(404, get().status().code());
        } finally {
            Files.move(moved, temp);
        }
        assertEquals(0, listings.heldBytes());
    }

    @Test
    void longListingGivesBackWhatItHeldHoweverItEnds() throws Exception {
        List<String> names = makeMany();
        Response whole = get();
        assertEquals(Body.UNKNOWN_LENGTH, whole.body().length());
        assertTrue(listings.heldBytes() >= Listings.BASE_BYTES);
        assertEquals(names, names(read(whole.body())));
        whole.body().close();
        assertNothingIsHeld();
        Response unread = known(begin(Request.of("HEAD", "/")));
        unread.body().close();
        assertNothingIsHeld();
        Response begun = get();
        assertTrue(begun.body().read(0, ByteBuffer.allocate(10)) > 0);
        begun.body().close();
        assertNothingIsHeld();
    }

    @Test
    void listingOf64KiBHasAnEntityTagAndALongerOneHasNone() throws Exception {
        Response empty = known(begin(Request.of("GET", "/")));
        int left = ListingResponse.WHOLE_BYTES - (int) empty.body().length();
        empty.discard();
        int lineBytes = 104 + 4; // of HTML: each character of a short name makes it longer by one
        int more = left % lineBytes;
        String last = null;
        for (int i = 0; i < left / lineBytes; i++) {
            int extra = Math.min(more, 40);
            more -= extra;
            last = String.format("%04d", i) + "x".repeat(extra);
            Files.createFile(temp.resolve(last));
        }
        Response whole = known(begin(Request.of("GET", "/")));
        assertEquals(ListingResponse.WHOLE_BYTES, whole.body().length());
        assertTrue(whole.headers().contains("ETag"));
        whole.discard();
        Files.move(temp.resolve(last), temp.resolve(last + "x"));
        Response longer = known(begin(Request.of("GET", "/")));
        assertFalse(longer.headers().contains("ETag"));
        longer.discard();
        assertNothingIsHeld();
    }

    @Test
    void firstPieceIsMeasuredInBytes() throws Exception {
        for (int i = 0; i < 250; i++) {
            Files.createFile(temp.resolve("\u65e5".repeat(80) + i));
        }
        Response response = get();
        assertEquals(Body.UNKNOWN_LENGTH, response.body().length());
        String text = read(response.body());
        assertTrue(text.length() < ListingResponse.WHOLE_BYTES,
                () -> text.length() + " characters");
        assertEquals(250, names(text).size());
        response.discard();
        assertNothingIsHeld();
    }

    @Test
    void listingThatHasNoMemoryLeftForItsBaseIsRefused() throws Exception {
        makeMany();
        open(8, Listings.BASE_BYTES, 0);
        Response first = get();
        assertEquals(200, first.status().code());
        Response second = get();
        assertEquals(503, second.status().code());
        assertEquals("1", second.headers().first("Retry-After"));
        first.body().close();
        assertNothingIsHeld();
        Response third = get();
        assertEquals(200, third.status().code());
        third.body().close();
        open(8, Listings.BASE_BYTES - 1, 0);
        assertEquals(503, get().status().code());
        assertEquals(0, listings.heldBytes());
    }

    @Test
    void leastMemoryListsAllNamesInOrder() throws Exception {
        List<String> names = makeMany();
        open(8, Listings.BASE_BYTES, 0);
        Response response = get();
        assertEquals(names, names(read(response.body())));
        response.body().close();
        assertNothingIsHeld();
    }

    @Test
    void slowClientsHoldNoThread() throws Exception {
        makeMany();
        List<Response> slow = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Response response = get();
            assertTrue(response.body().read(0, ByteBuffer.allocate(1)) > 0);
            slow.add(response);
        }
        Response fast = get();
        assertEquals(MANY, names(read(fast.body())).size());
        fast.body().close();
        for (Response response : slow) {
            assertEquals(MANY, names(read(response.body())).size());
            response.body().close();
        }
        assertNothingIsHeld();
    }

    // Threads.

    @Test
    void requestBehindAllThatMayWaitIsRefused() throws Exception {
        PlainFileSystem system = new PlainFileSystem();
        CountDownLatch reading = new CountDownLatch(2);
        CountDownLatch release = new CountDownLatch(1);
        system.before((operation, real) -> {
            if (operation == Operation.LIST) {
                reading.countDown();
                try {
                    assertTrue(release.await(PATIENCE_S, TimeUnit.SECONDS));
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        });
        Folder slow = Folder.open(system.path(temp), READ_ONLY,
                new FaultLog(ListingsTest.class));
        try (Listings waiting = new Listings(slow, KeyLimits.DEFAULTS, 1, 1 << 20, 1 << 20)) {
            Request request = Request.of("GET", "/");
            Response one = begin(waiting, request);
            Response two = begin(waiting, request);
            assertTrue(reading.await(PATIENCE_S, TimeUnit.SECONDS));
            Response three = begin(waiting, request);
            Response refused = begin(waiting, request);
            assertEquals(503, refused.status().code(), "one waits already");
            release.countDown();
            for (Response response : List.of(one, two, three)) {
                assertEquals(200, known(response).status().code());
                known(response).discard();
            }
        }
        slow.close();
    }

    /** A request whose client has gone when its listing begins. */
    private static final class GoneRequest extends WrappedRequest {

        GoneRequest(Request request) {
            super(request);
        }

        @Override
        public void whenGone(Runnable action) {
            action.run();
        }
    }

    @Test
    void clientThatLeavesEndsTheReadingOfItsFolder() throws Exception {
        makeMany();
        PlainFileSystem system = new PlainFileSystem();
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch looked = new CountDownLatch(MANY);
        system.before((operation, real) -> {
            if (operation == Operation.LIST) {
                try {
                    assertTrue(release.await(PATIENCE_S, TimeUnit.SECONDS));
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            } else if (operation == Operation.LIST_ON) {
                looked.countDown();
            }
        });
        Folder slow = Folder.open(system.path(temp), READ_ONLY,
                new FaultLog(ListingsTest.class));
        try (Listings left = new Listings(slow, KeyLimits.DEFAULTS, 1, 1 << 20, 1 << 20)) {
            Response response =
                    begin(left, new GoneRequest(Request.of("GET", "/?format=json")));
            release.countDown();
            known(response).discard();
            assertEquals(0, left.heldBytes());
            assertTrue(looked.getCount() > 0, "not all names have been looked at");
        }
        slow.close();
    }

    /** The response to a client that ends its side before its folder is read. */
    private Response halfClosed(int names) throws Exception {
        for (int i = 0; i < names; i++) {
            Path file = temp.resolve("n" + i);
            if (!Files.exists(file)) {
                Files.createFile(file);
            }
        }
        PlainFileSystem system = new PlainFileSystem();
        CountDownLatch release = new CountDownLatch(1);
        system.before((operation, real) -> {
            if (operation == Operation.LIST) {
                try {
                    assertTrue(release.await(PATIENCE_S, TimeUnit.SECONDS));
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        });
        try (Folder slow = Folder.open(system.path(temp), READ_ONLY,
                new FaultLog(ListingsTest.class));
                Listings ended = new Listings(slow, KeyLimits.DEFAULTS, 1, 1 << 20, 1 << 20)) {
            Response response = begin(ended,
                    new WrappedRequest(Request.of("GET", "/?format=json")) {
                        @Override
                        public void whenHalfClosed(Runnable action) {
                            action.run();
                        }
                    });
            release.countDown();
            Response known = known(response);
            known.discard();
            assertEquals(0, ended.heldBytes());
            return known;
        }
    }

    @Test
    void endOfTheClientsSideEndsOnlyTheReadingOfALargeFolder() throws Exception {
        assertEquals(200, halfClosed(0).status().code());
        assertEquals(200, halfClosed(Listing.MOST_NAMES_UNSEEN).status().code());
        Response unread = halfClosed(Listing.MOST_NAMES_UNSEEN + 1);
        assertEquals(503, unread.status().code());
        assertTrue(read(unread.body()).startsWith("the client's side of the connection has ended"));
    }

    @Test
    void closingEndsListingsThatAreUnderWay() throws Exception {
        makeMany();
        Response begun = get();
        assertTrue(begun.body().read(0, ByteBuffer.allocate(1)) > 0);
        listings.close();
        assertThrows(IOException.class, () -> read(begun.body()));
        begun.body().close();
        assertNothingIsHeld();
        assertEquals(503, get().status().code());
    }

    @Test
    void folderThatCannotBeReadIsAFailureOfTheStore() throws Exception {
        PlainFileSystem system = new PlainFileSystem();
        Folder broken = Folder.open(system.path(temp), READ_ONLY,
                new FaultLog(ListingsTest.class));
        try (Listings failing = new Listings(broken, KeyLimits.DEFAULTS, 1, 1 << 20, 1 << 20)) {
            system.fail(Operation.LIST,
                    new FileSystemException("/", null, "Too many open files"));
            assertEquals(503, known(begin(failing, Request.of("GET", "/"))).status().code());
            system.fail(Operation.LIST_ON,
                    new FileSystemException("/", null, "Input/output error"));
            Files.createFile(temp.resolve("a"));
            assertEquals(500, known(begin(failing, Request.of("GET", "/"))).status().code());
            assertEquals(0, failing.heldBytes());
            system.before(null);
            Response response = known(begin(failing, Request.of("GET", "/")));
            assertFalse(response.headers().first("ETag").isEmpty());
            response.discard();
        }
        broken.close();
    }
}
