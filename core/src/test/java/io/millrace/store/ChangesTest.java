package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.RequestNotes;
import io.millrace.work.StoreExecutor;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** When the last change has ended. */
class ChangesTest {

    private final Changes changes = new Changes();
    private int ends;

    private void endAll() {
        changes.endAll(() -> ends++);
    }

    @Test
    void endComesAtOnceWithoutAChange() {
        assertTrue(changes.begin());
        changes.end();
        endAll();
        assertEquals(1, ends);
        assertFalse(changes.begin());
    }

    @Test
    void endComesWithTheLastOfTheChangesUnderWay() {
        changes.begin();
        changes.begin();
        endAll();
        assertFalse(changes.begin());
        changes.end();
        assertEquals(0, ends);
        changes.end();
        assertEquals(1, ends);
    }

    @Test
    void changeThatFailsHasEnded() {
        assertThrows(IOException.class, () -> changes.make(RequestNotes.NONE, null, () -> {
            endAll();
            assertEquals(0, ends);
            throw new IOException("a test's");
        }));
        assertEquals(1, ends);
    }

    @Test
    void changeThatAnotherThreadMakesEndsThere() throws Exception {
        try (StoreExecutor executor = new StoreExecutor(1, 1)) {
            CountDownLatch goOn = new CountDownLatch(1);
            var first = changes.make(RequestNotes.NONE, executor, () -> {
                goOn.await();
                return Responses.OK;
            });
            endAll();
            assertEquals(0, ends);
            assertSame(Responses.HANDED_OVER,
                    changes.make(RequestNotes.NONE, executor, () -> Responses.OK));
            goOn.countDown();
            assertSame(Responses.OK, Client.known(first));
        }
        assertEquals(1, ends);
    }

    @Test
    void changeThatNoThreadHasTimeForHasEnded() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        try (StoreExecutor executor = new StoreExecutor(1, 1)) {
            executor.later(RequestNotes.NONE, () -> {
                goOn.await();
                return Responses.OK;
            });
            executor.later(RequestNotes.NONE, () -> Responses.OK);
            assertSame(Responses.BUSY,
                    changes.make(RequestNotes.NONE, executor, () -> Responses.OK));
            goOn.countDown();
        }
        endAll();
        assertEquals(1, ends);
    }
}
