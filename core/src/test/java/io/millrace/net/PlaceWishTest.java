package io.millrace.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PlaceWishTest {

    private final PlaceWish place = new PlaceWish();

    @Test
    void nothingIsWantedOrIdleAtFirst() {
        assertFalse(place.isWanted());
        assertEquals(PlaceWish.NEVER, place.idleSinceNs());
    }

    @Test
    void wishThatIsGrantedWakesTheAcceptorAndIsOver() throws Exception {
        try (Selector acceptor = Selector.open()) {
            place.whenMade(acceptor);
            place.tell(7);
            assertEquals(7, place.idleSinceNs());
            place.want();
            assertTrue(place.isWanted());
            place.made(8);
            assertFalse(place.isWanted());
            assertEquals(8, place.idleSinceNs());
            long startNs = System.nanoTime();
            acceptor.select(60_000);
            assertTrue(System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(60));
        }
    }
}
