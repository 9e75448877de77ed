package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.HttpDate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects with the times that clients name. */
class KeepTimesTest {

    private static final String DATE = "Sun, 06 Nov 1994 08:49:37 GMT";
    private static final long SECOND = 784_111_777;

    @TempDir
    Path folder;

    private FolderStore store;
    private Client client;

    @BeforeEach
    void open() throws IOException {
        open(true);
    }

    private void open(boolean keepTimes) throws IOException {
        close();
        store = FolderStore.open(folder, StoreOptions.builder().keepTimes(keepTimes).build());
        client = new Client(store);
    }

    @AfterEach
    void close() throws IOException {
        if (store != null) {
            store.close();
        }
    }

    private long second(String name) throws IOException {
        return Files.getLastModifiedTime(folder.resolve(name)).to(TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @CsvSource({"X-OC-Mtime, 784111777", "X-OC-Mtime, 784111777.123456789",
        "Last-Modified, 'Sun, 06 Nov 1994 08:49:37 GMT'"})
    void objectHasTheSecondThatItsPutNames(String field, String value) throws IOException {
        Reply put = client.put("/d/a", "one", field, value);
        assertEquals("accepted", put.field("X-OC-Mtime"));
        assertEquals(DATE, put.field("Last-Modified"));
        assertEquals(SECOND, second("d/a"));
        Reply get = client.get("/d/a");
        assertEquals(DATE, get.field("Last-Modified"));
        assertEquals(put.field("ETag"), get.field("ETag"));
        assertEquals(304, client.get("/d/a", "If-Modified-Since", DATE).status());
    }

    @Test
    void ownFieldCountsBeforeLastModified() throws IOException {
        client.put("/a", "one", "X-OC-Mtime", "784111777",
                "Last-Modified", "Mon, 01 Jan 2001 00:00:00 GMT");
        assertEquals(SECOND, second("a"));
    }

    @Test
    void versionsOfOneSecondAndLengthHaveTagsOfTheirOwn() throws IOException {
        Set<String> tags = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            String[] fields = i % 2 == 0 ? new String[] {"X-OC-Mtime", "784111777"}
                    : new String[] {"X-OC-Mtime", "784111777", "Content-Type", "a/b"};
            Reply put = client.put("/a", "one", fields);
            assertEquals(200, put.status());
            assertTrue(tags.add(put.field("ETag")), "PUT " + i);
            assertEquals(put.field("ETag"), client.get("/a").field("ETag"));
            assertEquals(i % 2 == 0 ? "application/octet-stream" : "a/b",
                    client.get("/a").field("Content-Type"));
            if (i % 10 == 0) {
                client.delete("/a");
            }
            assertEquals(412, client.put("/a", "two", "If-Match", "\"x\"").status());
        }
        assertEquals(200, client.put("/a", "one").status());
        assertTrue(second("a") > SECOND + 1, "a PUT without a time has that of the clock");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "-1", "1e9", "12345678901", "0x10", " 1 2", "."})
    void malformedTimeIsIgnored(String value) throws IOException {
        Reply put = client.put("/a", "one", "X-OC-Mtime", value);
        assertEquals(200, put.status());
        assertNull(put.field("X-OC-Mtime"));
        assertTrue(second("a") > SECOND + 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Mon, 01 Jan 0001 00:00:00 GMT", "Tue, 21 Sep 1677 00:12:43 GMT",
        "Wed, 31 Dec 1969 23:59:59 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"})
    void timeThatAFileCanNotHaveIsIgnored(String date) throws IOException {
        Reply put = client.put("/a", "one", "Last-Modified", date);
        assertEquals(200, put.status());
        assertNull(put.field("X-OC-Mtime"));
        long now = System.currentTimeMillis() / 1000;
        assertTrue(Math.abs(second("a") - now) < 600, "it is " + second("a"));
    }

    @Test
    void secondThatIsNotOverIsNotKept() throws IOException {
        long now = System.currentTimeMillis() / 1000;
        assertNull(client.put("/a", "one", "X-OC-Mtime", Long.toString(now + 5))
                .field("X-OC-Mtime"));
        assertNull(client.put("/b", "one", "Last-Modified", HttpDate.format(now + 3600))
                .field("X-OC-Mtime"));
        assertTrue(second("a") <= now + 4);
        assertEquals("accepted", client.put("/c", "one", "X-OC-Mtime", Long.toString(now - 1))
                .field("X-OC-Mtime"));
    }

    @Test
    void timesAreThoseOfTheClockUnlessTheStoreKeepsThem() throws IOException {
        open(false);
        Reply put = client.put("/a", "one", "X-OC-Mtime", "784111777", "Last-Modified", DATE);
        assertNull(put.field("X-OC-Mtime"));
        assertTrue(second("a") > SECOND + 1);
    }

    @Test
    void fieldsAndDigestsAreThoseOfADatedObjectToo() throws IOException {
        client.put("/a", "one", "X-OC-Mtime", "784111777", "Content-Type", "a/b",
                "Content-Encoding", "gzip", "Want-Repr-Digest", "sha-256=1");
        open(true);
        Reply get = client.get("/a");
        assertEquals("a/b", get.field("Content-Type"));
        assertEquals("gzip", get.field("Content-Encoding"));
    }
}
