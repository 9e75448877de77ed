package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.digest.DigestCache;
import io.millrace.http.Request;
import io.millrace.http.RequestNotes;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.objects.ObjectCache;
import io.millrace.space.LatePreallocation;
import io.millrace.space.Quota;
import io.millrace.tree.FaultLog;
import io.millrace.tree.Folder;
import io.millrace.tree.Key;
import io.millrace.tree.KeyLimits;
import io.millrace.work.StoreExecutor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A large object takes its place without the worker, whose other connections would wait. */
class LargePutTest {

    private static final int LARGE = 8 << 20;

    @TempDir
    Path folder;

    private StoreState state;

    @BeforeEach
    void open() throws Exception {
        StoreOptions options = StoreOptions.builder().build();
        state = new StoreState(options, Folder.open(folder, options.folderSettings(),
                new FaultLog(LargePutTest.class)), new Quota(Long.MAX_VALUE),
                new StoreExecutor(1, 1), new DigestCache(),
                new ObjectCache(0, 0, 0, System::nanoTime), new LatePreallocation(),
                new Eviction(options, System::currentTimeMillis));
    }

    @AfterEach
    void close() throws Exception {
        state.close();
    }

    private Response put(int length) throws Exception {
        Upload upload = new Upload(state, Durability.NONE, Key.of("/a", KeyLimits.DEFAULTS),
                Request.of("PUT", "/a").withBody(length), null);
        assertNull(upload.begin());
        Client.write(upload.sink(), new byte[length]);
        return upload.complete();
    }

    @Test
    void objectOf8MiBTakesItsPlaceOnAnotherThread() throws Exception {
        Response later = put(LARGE);
        assertNotNull(later.stage());
        assertEquals(Status.CREATED, Client.known(later).status());
        assertEquals(LARGE, Files.size(folder.resolve("a")));
    }

    @Test
    void objectOfOneByteLessTakesItsPlaceAtOnce() throws Exception {
        Response known = put(LARGE - 1);
        assertNull(known.stage());
        assertEquals(Status.CREATED, known.status());
        assertEquals(LARGE - 1, Files.size(folder.resolve("a")));
    }

    @Test
    void largeObjectTakesItsPlaceAtOnceIfTooManyWaitForTheThreads() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Response running = state.executor().later(RequestNotes.NONE, () -> {
            busy.countDown();
            release.await();
            return Response.of(Status.OK);
        });
        assertTrue(busy.await(60, TimeUnit.SECONDS));
        Response waiting =
                state.executor().later(RequestNotes.NONE, () -> Response.of(Status.OK));
        try {
            Response known = put(LARGE);
            assertNull(known.stage());
            assertEquals(Status.CREATED, known.status());
            assertEquals(LARGE, Files.size(folder.resolve("a")));
        } finally {
            release.countDown();
        }
        assertEquals(Status.OK, Client.known(running).status());
        assertEquals(Status.OK, Client.known(waiting).status());
    }
}
