package io.millrace.listing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Request;
import io.millrace.http.Response;
import io.millrace.route.WrappedRequest;
import io.millrace.tree.FaultLog;
import io.millrace.tree.Folder;
import io.millrace.tree.KeyLimits;
import io.millrace.tree.PlainFileSystem;
import io.millrace.tree.PlainFileSystem.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What threads do for listings, and what they leave undone. */
class ListingThreadsTest extends ListedFolder {

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
                new FaultLog(ListingThreadsTest.class));
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
                new FaultLog(ListingThreadsTest.class));
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
                new FaultLog(ListingThreadsTest.class));
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
                new FaultLog(ListingThreadsTest.class));
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
