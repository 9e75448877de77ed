package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Pause;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The delay of a wrong token. */
class WrongTokenDelayTest extends GuardedStore {

    @Test
    void wrongTokenWaitsASecondAndHoldsNobodyElse() throws IOException {
        start(StoreOptions.builder().token("t0ken"));
        try (Socket guess = connect()) {
            long startNs = System.nanoTime();
            guess.getOutputStream().write(("PUT /a HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x"
                    + "\r\nContent-Length: 3\r\nConnection: close\r\n\r\nnew").getBytes());
            List<Long> othersNs = new ArrayList<>();
            for (int i = 0; i < 3; i++) { // on the same worker
                assertEquals(200, status(send("GET /a")));
                assertEquals(401, status(send("GET /a", "")));
                othersNs.add(System.nanoTime() - startNs);
            }
            assertEquals(401, status(new String(guess.getInputStream().readAllBytes())));
            long tookNs = System.nanoTime() - startNs;
            assertTrue(tookNs >= TimeUnit.SECONDS.toNanos(1), tookNs + " ns");
            assertTrue(othersNs.get(0) < TimeUnit.SECONDS.toNanos(1), othersNs.toString());
        }
        assertTrue(send("GET /a").endsWith("old"));
    }

    @Test
    void clientThatLeavesEndsItsWait() throws IOException {
        start(StoreOptions.builder().token("t0ken").wrongTokenDelay(Duration.ofMinutes(1)));
        try (Socket guess = connect()) {
            guess.getOutputStream().write("""
                    GET /a HTTP/1.1\r
                    Host: x\r
                    Authorization: Bearer x\r
                    \r
                    """.getBytes());
            await(1);
            guess.setSoLinger(true, 0);
        }
        await(0);
        assertEquals(1, store.wrongTokens());
    }

    /** Waits until the server has so many connections and, if there is one, its wrong token. */
    private void await(int connections) {
        long startNs = System.nanoTime();
        while (server.stats().openConnections() != connections || store.wrongTokens() == 0) {
            assertTrue(System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(30));
            Pause.briefly();
        }
    }
}
