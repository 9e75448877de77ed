package io.millrace.bucket.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Response;
import org.junit.jupiter.api.Test;

/** What an operator is told of an engine's conditional requests, and a client. */
class HoldsTest {

    private static Holds holds(boolean create, boolean replace, boolean complete) {
        return new Holds(true, create, replace, true, complete, true, true);
    }

    @Test
    void conditionalWritesAreHeldOnlyIfAllOfThemAre() {
        assertTrue(holds(true, true, true).writes());
        assertFalse(holds(false, true, true).writes());
        assertFalse(holds(true, false, true).writes());
        assertFalse(holds(true, true, false).writes());
    }

    @Test
    void bannerNamesEachKindAndEachRightThatIsMissing() {
        assertEquals("conditional writes not probed yet", Holds.UNKNOWN.toString());
        assertEquals("read-only", Holds.READ_ONLY.toString());
        assertEquals("conditional writes: create held, replace not held, multipart held,"
                + " delete not held", new Holds(true, true, false, false, true, true, true)
                .toString());
        assertEquals("conditional writes: create not held, replace held, multipart not held,"
                + " delete held; the keys may not list: folders get 403; the keys may not delete:"
                + " DELETE gets 403", new Holds(true, false, true, true, false, false, false)
                .toString());
    }

    @Test
    void conditionIsRefusedForGoodOnlyOnceTheEngineIsKnown() {
        Holds known = holds(false, false, false);
        assertNull(BucketResponses.refuse(Holds.UNKNOWN, true, BucketResponses.UNHELD));
        assertSame(BucketResponses.UNHELD,
                BucketResponses.refuse(known, false, BucketResponses.UNHELD));
        assertSame(BucketResponses.UNPROBED,
                BucketResponses.refuse(Holds.UNKNOWN, false, BucketResponses.UNHELD));
        Response later = BucketResponses.retry(7, "busy");
        assertEquals(503, later.status().code());
        assertEquals("7", later.headers().first("Retry-After"));
    }
}
