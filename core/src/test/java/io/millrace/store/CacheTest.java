package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.content.ChannelBody;
import io.millrace.http.Abandonment;
import io.millrace.http.Request;
import io.millrace.http.Response;
import io.millrace.tree.PlainFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects in memory: never older than what the store has said, and how old they may be else. */
@ParameterizedClass
@ValueSource(strings = {"", "p/q/r"})
class CacheTest extends CachedStore {

    // What is kept.

    @Test
    void objectIsKeptWhenItIsAskedForAgain() throws Exception {
        client.put("/a", "hello");
        Response first = get("/a");
        first.body().close();
        Response second = get("/a");
        assertNotSame(first, second);
        assertSame(second, get("/a"));
        assertSame(second, get("/%61"));
        assertSame(second, handler.handle(Request.of("HEAD", "/%61")).complete());
        assertEquals("hello", Reply.of(second).text());
        assertEquals("hello", Reply.of(second).text());
    }

    @Test
    void largestObjectIsKeptAndOneByteMoreIsNot() throws Exception {
        open(StoreOptions.builder().cachedObjectBytes(10));
        client.put("/a", "0123456789");
        client.put("/b", "0123456789+");
        assertSame(warm("/a"), get("/a"));
        Response larger = warm("/b");
        Response again = get("/b");
        assertNotSame(larger, again);
        larger.body().close();
        assertEquals("0123456789+", Reply.of(again).text());
    }

    @Test
    void emptyObjectIsKept() throws Exception {
        Files.createFile(folder.resolve("a"));
        assertSame(warm("/a"), get("/a"));
        assertEquals(0, get("/a").body().length());
    }

    @Test
    void storeWithoutACacheKeepsNothing() throws Exception {
        open(StoreOptions.builder().cacheBytes(0));
        client.put("/a", "hello");
        Response answer = warm("/a");
        Response again = get("/a");
        assertNotSame(answer, again);
        answer.body().close();
        again.body().close();
    }

    @Test
    void otherFileSystemsKeepNothing() throws Exception {
        try (FolderStore other =
                FolderStore.open(new PlainFileSystem().path(folder.resolve("p")))) {
            Client client = new Client(other);
            client.put("/a", "hello");
            client.get("/a");
            client.get("/a");
            Response answer = other.handle(Request.of("GET", "/a")).complete();
            assertEquals(ChannelBody.class, answer.body().getClass());
            answer.body().close();
        }
    }

    @Test
    void absenceIsNeverKept() throws Exception {
        for (int i = 0; i < 3; i++) {
            assertEquals(404, client.get("/a").status());
        }
        Files.writeString(folder.resolve("a"), "made by another program");
        assertEquals(200, client.get("/a").status());
    }

    // Changes through the store.

    @Test
    void everyChangeIsSeenByTheNextGet() throws Exception {
        for (int i = 0; i < 50; i++) {
            String text = "version " + i;
            String tag = client.put("/a", text).field("ETag");
            for (int j = 0; j < 3; j++) {
                Reply got = client.get("/a");
                assertEquals(text, got.text());
                assertEquals(tag, got.field("ETag"));
                assertEquals(304, client.get("/a", "If-None-Match", tag).status());
            }
            if (i % 3 == 0) {
                assertEquals(200, client.delete("/a").status());
                assertEquals(404, client.get("/a").status());
            }
        }
    }

    @Test
    void putThatFailsLeavesTheOldObjectToBeSeen() throws Exception {
        client.put("/a", "old");
        warm("/a");
        assertEquals(412, client.put("/a", "new", "If-Match", "\"x\"").status());
        assertEquals("old", client.get("/a").text());
        client.cut("/a", "half", Abandonment.PEER_LEFT, new IOException("the peer left"));
        assertEquals("old", client.get("/a").text());
    }

    @Test
    void answerThatHasBegunKeepsItsVersion() throws Exception {
        client.put("/a", "first");
        Response first = warm("/a");
        client.put("/a", "2nd");
        assertEquals("first", Reply.of(first).text());
        assertEquals("2nd", client.get("/a").text());
    }

    /**
     * One writer a key numbers its changes; every eighth is a DELETE, every other a PUT of its own
     * number. What a reader gets must be no older than what was acknowledged, or read by anybody,
     * before it began, and whole.
     */
    @Test
    void noReaderSeesAnOlderVersionThanAnybodyBefore() throws Exception {
        long changes = 200;
        List<Counted> keys = List.of(new Counted("/k0"), new Counted("/k1"), new Counted("/k2"));
        int readers = 3;
        ExecutorService executor = Executors.newFixedThreadPool(keys.size() + readers);
        AtomicInteger fromMemory = new AtomicInteger();
        CompletionService<Void> ends = new ExecutorCompletionService<>(executor);
        try {
            for (Counted key : keys) {
                ends.submit(() -> {
                    for (long n = 1; n <= changes; n++) {
                        key.change(n);
                    }
                    key.over = true;
                    return null;
                });
            }
            for (int i = 0; i < readers; i++) {
                ends.submit(() -> {
                    while (!keys.stream().allMatch(key -> key.over)) {
                        for (Counted key : keys) {
                            key.read(fromMemory);
                        }
                    }
                    return null;
                });
            }
            for (int i = 0; i < keys.size() + readers; i++) {
                ends.take().get(); // the first failure ends the test
            }
        } finally {
            executor.shutdownNow();
        }
        assertTrue(fromMemory.get() > 0, "no answer came from memory");
    }

    /** A key, how far its changes are, and how far anybody has seen them. */
    private final class Counted {

        private final String target;
        private final AtomicLong begun = new AtomicLong();
        /** The latest change that was acknowledged or read. */
        private final AtomicLong known = new AtomicLong();
        private final AtomicLong reads = new AtomicLong();
        private volatile Response last;
        private volatile boolean over;

        Counted(String target) {
            this.target = target;
        }

        private boolean isDelete(long n) {
            return n % 8 == 0;
        }

        void change(long n) {
            begun.set(n);
            Reply reply = isDelete(n) ? client.delete(target)
                    : client.put(target, (n + " ").repeat(100));
            assertEquals(200, reply.status());
            known.accumulateAndGet(n, Math::max);
            // Every other version is read often enough to get into memory.
            long enough = reads.get() + (n % 2 == 0 ? 6 : 0);
            long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (reads.get() < enough) {
                assertTrue(deadlineNs - System.nanoTime() > 0, "nobody reads");
                assertFalse(Thread.currentThread().isInterrupted(), "another thread failed");
                Thread.yield();
            }
        }

        void read(AtomicInteger fromMemory) throws Exception {
            long least = known.get();
            nowNs.addAndGet(WINDOW.toNanos() / 20); // some find that a check is due
            Response answer = get(target);
            Reply reply = Reply.of(answer);
            long most = begun.get();
            reads.incrementAndGet();
            if (answer == last) {
                fromMemory.incrementAndGet();
            }
            if (reply.status() == 404) {
                // A change between the two must have been a DELETE, or nothing was there yet.
                assertTrue(most / 8 * 8 >= least, "absent between " + least + " and " + most);
                return;
            }
            last = answer;
            String text = reply.text();
            long n = Long.parseLong(text.substring(0, text.indexOf(' ')));
            assertEquals((n + " ").repeat(100), text);
            assertTrue(least <= n && n <= most, n + " after " + least + " and before " + most);
            assertFalse(isDelete(n));
            known.accumulateAndGet(n, Math::max);
        }
    }

    // The same answers.

    @ParameterizedTest
    @ValueSource(strings = {"", "Range: bytes=2-4", "Range: bytes=-3", "Range: bytes=99-",
        "Range: bytes=0-0,9-9", "Range: pages=1", "If-None-Match: TAG", "If-Match: TAG",
        "If-Match: \"x\"", "If-Range: TAG; Range: bytes=1-2", "If-Range: \"x\"; Range: bytes=1-2",
        "Want-Repr-Digest: sha-256=1", "Want-Content-Digest: sha-512=1; Range: bytes=1-2",
        "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT",
        "If-Unmodified-Since: Sun, 06 Nov 1994 08:49:36 GMT"})
    void answerFromMemoryIsTheAnswerFromTheFile(String text) throws Exception {
        writeOld("a.txt", "0123456789");
        String tag = client.get("/a.txt").field("ETag");
        List<String> fields = new ArrayList<>();
        for (String field : text.isEmpty() ? new String[0] : text.split("; ")) {
            int colon = field.indexOf(": ");
            fields.add(field.substring(0, colon));
            fields.add(field.substring(colon + 2).replace("TAG", tag));
        }
        String[] all = fields.toArray(new String[0]);
        warm("/a.txt");
        StoreOptions uncached = StoreOptions.builder().readOnly(true).cacheBytes(0).build();
        try (FolderStore other = FolderStore.open(root, uncached)) {
            // What was removed can only be answered from memory.
            for (String method : List.of("GET", "HEAD")) {
                Reply expected = new Client(new Below(other, below))
                        .send(Request.of(method, "/a.txt", all));
                Files.move(folder.resolve("a.txt"), folder.resolve("hidden"));
                Reply cached = client.send(Request.of(method, "/a.txt", all));
                Files.move(folder.resolve("hidden"), folder.resolve("a.txt"));
                assertEquals(expected.status(), cached.status());
                assertEquals(bare(expected, expected.headers().toString()),
                        bare(cached, cached.headers().toString()));
                assertEquals(bare(expected, expected.text()), bare(cached, cached.text()));
            }
        }
    }

    /** A text of an answer without the boundary that is made anew each time. */
    private static String bare(Reply reply, String text) {
        String type = reply.field("Content-Type");
        int boundary = type == null ? -1 : type.indexOf("boundary=");
        return boundary < 0 ? text : text.replace(type.substring(boundary + 9), "");
    }
}
