package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Exchange;
import io.millrace.http.Request;
import io.millrace.http.Withdrawable;
import io.millrace.route.LeavingRequest;
import io.millrace.tree.FaultLog;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Requests that wait for a folder, as long as they may. */
class HeldRequestsTest {

    private static final Request PUT = Request.of("PUT", "/a").withBody(1);

    private long nowNs = 5;
    private final HeldRequests held = new HeldRequests(100, () -> nowNs);
    private final StoreRequests store = new StoreRequests(StoreOptions.defaults(), null,
            new FaultLog(HeldRequestsTest.class), null);

    private CompletableFuture<?> hold() throws Exception {
        return (CompletableFuture<?>) held.hold(PUT, Durability.NONE).stage();
    }

    @Test
    void requestWaitsForItsTimeAndIsRefusedThen() throws Exception {
        CompletableFuture<?> first = hold();
        nowNs = 6;
        CompletableFuture<?> second = hold();
        nowNs = 104;
        held.expire();
        assertFalse(first.isDone());
        nowNs = 105;
        held.expire();
        assertSame(Responses.NOT_HANDED_OVER, first.getNow(null));
        assertEquals("1", Responses.NOT_HANDED_OVER.headers().first("Retry-After"));
        assertFalse(second.isDone());
        assertEquals(1, held.count());
    }

    @Test
    void everyChangeWaits() throws Exception {
        StoreRequests waiting = new StoreRequests(StoreOptions.defaults(), null,
                new FaultLog(HeldRequestsTest.class), held);
        for (String method : List.of("PUT", "DELETE", "MOVE")) {
            waiting.handle(Request.of(method, "/a", "Destination", "/b"), Durability.NONE);
        }
        assertEquals(3, held.count());
        waiting.handle(Request.of("GET", "/a"), Durability.NONE);
        assertEquals(3, held.count());
    }

    @Test
    void requestsGoOnAndLaterOnesDontWait() throws Exception {
        CompletableFuture<?> first = hold();
        held.goOn(store);
        assertTrue(first.getNow(null) instanceof Discard);
        Exchange later = held.hold(PUT, Durability.NONE);
        assertTrue(later instanceof Discard);
        assertEquals(0, held.count());
    }

    @Test
    void requestThatIsTakenBackIsNeverCarriedOut() throws Exception {
        CompletableFuture<?> first = hold();
        CompletableFuture<?> derived = hold().thenApply(any -> any);
        assertTrue(((Withdrawable) first).withdraw());
        assertTrue(((Withdrawable) derived).withdraw());
        held.expire();
        assertEquals(0, held.count());
        held.goOn(store);
        assertFalse(first.isDone());
        assertFalse(derived.isDone());
    }

    @Test
    void requestThatGoesOnIsNotTakenBack() throws Exception {
        CompletableFuture<?> first = hold();
        held.goOn(store);
        assertFalse(((Withdrawable) first).withdraw());
    }

    @Test
    void requestWhoseClientLeavesIsNeverCarriedOut() throws Exception {
        LeavingRequest leaving = new LeavingRequest(Request.of("PUT", "/a").withBody(1));
        CompletableFuture<?> first =
                (CompletableFuture<?>) held.hold(leaving, Durability.NONE).stage();
        leaving.leave();
        held.goOn(store);
        assertFalse(first.isDone());
    }

    @Test
    void requestsAreRefusedOnceTheWaitIsGivenUp() throws Exception {
        CompletableFuture<?> first = hold();
        held.refuse(Responses.CLOSED);
        assertSame(Responses.CLOSED, first.getNow(null));
        assertSame(Responses.CLOSED, held.hold(PUT, Durability.NONE));
    }
}
