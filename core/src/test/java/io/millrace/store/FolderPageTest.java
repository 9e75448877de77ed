package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.access.AccessRules;
import io.millrace.access.Right;
import io.millrace.http.Request;
import io.millrace.page.FolderPage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An application's page for folders: who gets it, and what it is told. */
class FolderPageTest {

    private static final String BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8";
    private static final Set<Right> ALL = EnumSet.allOf(Right.class);

    @TempDir
    Path temp;

    private FolderStore store;
    private Client client;

    @BeforeEach
    void fill() throws IOException {
        Files.createDirectories(temp.resolve("data/d/sub"));
        Files.writeString(temp.resolve("data/d/a b"), "hello");
    }

    private void open(StoreOptions.Builder options) throws IOException {
        closeStore();
        store = FolderStore.open(temp.resolve("data"), options.build());
        client = new Client(store);
    }

    @AfterEach
    void closeStore() throws IOException {
        if (store != null) {
            store.close();
        }
    }

    /** A page in words. */
    private static class Words implements FolderPage {

        @Override
        public void begin(StringBuilder out, View view) {
            out.append("begin ").append(about(view)).append('\n');
        }

        private static String about(View view) {
            return view.path() + (view.isReadOnly() ? " read-only" : "");
        }

        @Override
        public void entry(StringBuilder out, Entry entry) {
            out.append(entry.isFolder() ? "folder " : "object ").append(entry.name()).append(' ')
                    .append(entry.sizeBytes()).append(' ').append(entry.etag()).append('\n');
        }

        @Override
        public void end(StringBuilder out, View view, String next) {
            out.append("end ").append(about(view)).append(' ').append(next).append('\n');
        }

        @Override
        public String contentSecurityPolicy() {
            return "default-src 'self'";
        }
    }

    /** One that tells what its client may do. */
    private static final class Rights extends Words {

        @Override
        public void begin(StringBuilder out, View view) {
            out.append(Stream.of(Right.values()).filter(view::may).map(Right::name)
                    .collect(Collectors.joining(" ")));
        }

        @Override
        public void entry(StringBuilder out, Entry entry) {
            // The rights alone.
        }

        @Override
        public void end(StringBuilder out, View view, String next) {
            // The rights alone.
        }
    }

    private static String basic(String pair) {
        return "Basic "
                + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void browserGetsThePageWithEveryEntryInOrder() throws IOException {
        open(StoreOptions.builder().page(new Words()));
        String tag = client.get("/d/a%20b").field("ETag");
        Reply page = client.get("/d/", "Accept", BROWSER);
        assertEquals(200, page.status());
        assertEquals("begin /d/\nobject a b 5 " + tag + "\nfolder sub 0 null\nend /d/ null\n",
                page.text());
        assertEquals("text/html; charset=utf-8", page.field("Content-Type"));
        assertEquals("default-src 'self'", page.field("Content-Security-Policy"));
        assertEquals("nosniff", page.field("X-Content-Type-Options"));
        assertEquals("same-origin", page.field("Referrer-Policy"));
        assertEquals("Accept", page.field("Vary"));
        assertEquals("no-cache", page.field("Cache-Control"));
        assertEquals("begin /\nfolder d 0 null\nend / null\n",
                client.get("/", "Accept", BROWSER).text());
        Reply head = client.send(Request.of("HEAD", "/d/", "Accept", BROWSER));
        assertEquals(page.field("ETag"), head.field("ETag"));
    }

    @Test
    void everybodyElseGetsWhatTheyGotBefore() throws IOException {
        open(StoreOptions.builder());
        Reply html = client.get("/d/");
        Reply json = client.get("/d/?format=json");
        open(StoreOptions.builder().page(new Words()));
        assertEquals(html.text(), client.get("/d/").text());
        assertEquals(html.text(), client.get("/d/", "Accept", "*/*").text());
        assertEquals(html.text(), client.get("/d/?format=html", "Accept", BROWSER).text());
        assertEquals(json.text(), client.get("/d/?format=json", "Accept", BROWSER).text());
        assertEquals(json.text(), client.get("/d/", "Accept", "application/json").text());
        assertTrue(client.get("/d/").field("Content-Security-Policy")
                .startsWith("default-src 'none';"));
    }

    @Test
    void unchangedPageIsNotSentAgain() throws IOException {
        open(StoreOptions.builder().page(new Words()));
        String tag = client.get("/d/", "Accept", BROWSER).field("ETag");
        assertNotEquals(tag, client.get("/d/").field("ETag"));
        assertEquals(304, client.get("/d/", "Accept", BROWSER, "If-None-Match", tag).status());
        client.put("/d/c", "new");
        assertEquals(200, client.get("/d/", "Accept", BROWSER, "If-None-Match", tag).status());
    }

    @Test
    void longPageGoesOnBehindItsMostEntries() throws IOException {
        open(StoreOptions.builder().page(new Words() {
            @Override
            public long maxEntries() {
                return 1;
            }
        }));
        String first = client.get("/d/", "Accept", BROWSER).text();
        assertTrue(first.endsWith("end /d/ ?limit=1&after=a%20b\n"), first);
        String second = client.get("/d/?limit=1&after=a%20b", "Accept", BROWSER).text();
        assertTrue(second.endsWith("folder sub 0 null\nend /d/ null\n"), second);
        String both = client.get("/d/?limit=2", "Accept", BROWSER).text();
        assertTrue(both.endsWith("folder sub 0 null\nend /d/ null\n"), both);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1})
    void pageWithoutRoomForAnEntryFailsByItsName(long maxEntries) throws IOException {
        FolderPage page = new Words() {
            @Override
            public long maxEntries() {
                return maxEntries;
            }
        };
        open(StoreOptions.builder().page(page));
        IllegalStateException failure = assertThrows(IllegalStateException.class,
                () -> store.handle(Request.of("GET", "/d/", "Accept", BROWSER)));
        assertEquals(page.getClass().getName() + ": maxEntries() returned " + maxEntries,
                failure.getMessage());
        assertEquals(200, client.get("/d/").status());
    }

    @Test
    void pageHas10000EntriesUnlessTheRequestSaysHowMany() throws IOException {
        for (int i = 0; i < 9_999; i++) {
            Files.createFile(temp.resolve("data/d/" + i));
        }
        open(StoreOptions.builder().page(new Words()));
        String text = client.get("/d/", "Accept", BROWSER).text();
        assertEquals(10_000, text.lines().filter(line -> line.matches("(object|folder) .*"))
                .count());
        assertTrue(text.endsWith("end /d/ ?limit=10000&after=a%20b\n"), text.substring(0, 99));
        Files.delete(temp.resolve("data/d/0"));
        assertTrue(client.get("/d/", "Accept", BROWSER).text().endsWith("end /d/ null\n"));
        assertTrue(client.get("/d/?format=json").text().endsWith("\"next\":null}\n"));
    }

    @Test
    void readOnlyStoreTellsItsPage() throws IOException {
        open(StoreOptions.builder().page(new Words()).readOnly(true));
        String text = client.get("/d/", "Accept", BROWSER).text();
        assertTrue(text.startsWith("begin /d/ read-only\n"), text);
    }

    // What the client may do.

    private String offered(String path, String... fields) {
        String[] all = Stream.concat(Stream.of("Accept", BROWSER), Stream.of(fields))
                .toArray(String[]::new);
        Reply reply = client.get(path, all);
        assertEquals(200, reply.status());
        return reply.text();
    }

    @Test
    void storeWithoutTokensOffersAll() throws IOException {
        open(StoreOptions.builder().page(new Rights()));
        assertEquals("READ WRITE DELETE LIST", offered("/d/"));
    }

    private static AccessRules rules() {
        return AccessRules.none().grant("all", "all", ALL, "/")
                .grant("reader", "reader", Set.of(Right.READ, Right.LIST), "/")
                .grant("deep", "deep", Set.of(Right.LIST), "/").grant("deep", "deep", ALL, "/d/");
    }

    @Test
    void tokenIsOfferedWhatItMayDoInThisFolder() throws IOException {
        open(StoreOptions.builder().page(new Rights()).access(rules()));
        assertEquals("READ WRITE DELETE LIST", offered("/d/", "Authorization", "Bearer all"));
        assertEquals("READ LIST", offered("/d/", "Authorization", "Bearer reader"));
        assertEquals("LIST", offered("/", "Authorization", basic("deep:deep")));
        assertEquals("READ WRITE DELETE LIST",
                offered("/d/sub/", "Authorization", basic("deep:deep")));
    }

    @Test
    void pageOfAStoreWithTokensIsForOneClientAndHasATagOfItsOwn() throws IOException {
        open(StoreOptions.builder().page(new Words()).access(rules()));
        Reply all = client.get("/d/", "Accept", BROWSER, "Authorization", "Bearer all");
        Reply reader = client.get("/d/", "Accept", BROWSER, "Authorization", "Bearer reader");
        assertEquals(all.text(), reader.text());
        assertNotEquals(all.field("ETag"), reader.field("ETag"));
        Reply unchanged = client.get("/d/", "Accept", BROWSER, "Authorization", "Bearer all",
                "If-None-Match", all.field("ETag"));
        assertEquals(304, unchanged.status());
        for (Reply reply : Set.of(all, reader, unchanged)) {
            assertEquals("private, no-cache", reply.field("Cache-Control"));
        }
        assertEquals("no-cache",
                client.get("/d/", "Authorization", "Bearer all").field("Cache-Control"));
    }

    @Test
    void withoutATokenThereIsNoPageUnlessReadsAreOpen() throws IOException {
        open(StoreOptions.builder().page(new Words()).access(rules()));
        Reply refused = client.get("/d/", "Accept", BROWSER);
        assertEquals(401, refused.status());
        assertNull(refused.field("Content-Security-Policy"));
    }

    @Test
    void openReadsOfferWhatATokenMayDoThatIsSentAllTheSame() throws IOException {
        open(StoreOptions.builder().page(new Rights()).access(rules()).openReads(true));
        assertEquals("READ LIST", offered("/d/", "Authorization", "Bearer reader"));
        assertEquals("READ LIST", offered("/", "Authorization", basic("deep:deep")));
        assertEquals("READ WRITE DELETE LIST", offered("/", "Authorization", "Bearer all"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer wrong", "Basic %", "Digest x"})
    void openReadsOfferWhatAnyTokenMayDoToWhoHasNone(String authorization) throws IOException {
        AccessRules writers = AccessRules.none().grant("w", "w", Set.of(Right.WRITE), "/d/");
        open(StoreOptions.builder().page(new Rights()).access(writers).openReads(true));
        assertEquals("READ WRITE LIST", offered("/d/"));
        assertEquals("READ WRITE LIST", offered("/d/", "Authorization", authorization));
        assertEquals("READ LIST", offered("/"));
        assertEquals(0, store.stats().wrongTokens());
        assertEquals(0, store.stats().missingTokens());
    }
}
