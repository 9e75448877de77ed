package io.millrace.listing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Pause;
import io.millrace.http.Body;
import io.millrace.http.HttpException;
import io.millrace.http.Request;
import io.millrace.http.Response;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/** What listings hold while they are under way, and how they end. */
class ListingsTest extends ListedFolder {

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

    // A cache would else take what a program gets for what a browser gets.
    @Test
    void responseToAConditionNamesWhatItDependsOnAsTheListingDoes() throws Exception {
        Response listing = get();
        assertEquals("Accept", listing.headers().first("Vary"));
        assertEquals("none", listing.headers().first("Accept-Ranges"));
        String tag = listing.headers().first("ETag");
        listing.discard();
        assertEquals("Accept", get("If-None-Match", tag).headers().first("Vary"));
        assertEquals("Accept", get("If-Match", "\"x\"").headers().first("Vary"));
    }

    /** A page that does something before it begins. */
    private Response page(Runnable first) throws HttpException {
        return listings.answer(null, Request.of("GET", "/", "Accept", "text/html"), new Format() {
            @Override
            public String mediaType() {
                return "text/html";
            }

            @Override
            public void begin(StringBuilder out, String path) {
                first.run();
            }

            @Override
            public void entry(StringBuilder out, ListedEntry entry, boolean isFirst) {
                out.append(entry.name());
            }

            @Override
            public void end(StringBuilder out, String next) {
                out.append('.');
            }
        });
    }

    @Test
    void failureOfAPageIsTheResponses() throws Exception {
        Response response = page(() -> {
            throw new IllegalStateException("for this test");
        });
        assertEquals("for this test", assertThrows(ExecutionException.class,
                () -> known(response)).getCause().getMessage());
        assertNothingIsHeld();
    }

    @Test
    void listingUnderWayIsGivenUpWhenTheStoreCloses() throws Exception {
        Files.createFile(temp.resolve("a"));
        CountDownLatch goesOn = new CountDownLatch(1);
        Response response = page(() -> {
            try {
                goesOn.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        FutureTask<Void> close = new FutureTask<>(() -> {
            listings.close();
            return null;
        });
        Thread closing = new Thread(close);
        closing.start();
        while (closing.getState() != Thread.State.TIMED_WAITING && !close.isDone()) {
            Pause.briefly();
        }
        goesOn.countDown();
        assertEquals(503, known(response).status().code());
        close.get();
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
    void listingOfSeveralRunsGivesBackTheMemoryOfEach() throws Exception {
        List<String> names = makeMany();
        open(8, Listings.BASE_BYTES, 2 * OrderedNames.LEAST_RUN_BYTES);
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
}
