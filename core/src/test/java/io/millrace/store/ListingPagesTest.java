package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Listings in pages, and conditions on them. */
class ListingPagesTest extends ListedStore {

    // Pages.

    @Test
    void pagesOfAnyLengthHaveEachNameOnce() throws IOException {
        Set<String> expected = new TreeSet<>();
        for (int i = 0; i < 10; i++) {
            expected.add("n&" + i);
            make("d/n&" + i);
        }
        Files.createSymbolicLink(folder.resolve("d/z"), Path.of("n&0"));
        for (int limit = 1; limit <= 11; limit++) {
            List<String> found = new ArrayList<>();
            String next = "?format=json&limit=" + limit;
            while (next != null) {
                Reply page = client.get("/d/" + next);
                assertTrue(names(page).size() <= limit);
                found.addAll(names(page));
                next = next(page);
                assertEquals(found.size() < 10, next != null);
            }
            assertEquals(List.copyOf(expected), found);
        }
    }

    @Test
    void pagesWhileObjectsComeAndGoHaveEachNameAtMostOnce() {
        for (char c = 'b'; c <= 'y'; c++) {
            client.put("/d/" + c, "x");
        }
        List<String> found = new ArrayList<>();
        String next = "?format=json&limit=3";
        while (next != null) {
            Reply page = client.get("/d/" + next);
            found.addAll(names(page));
            next = next(page);
            String last = found.get(found.size() - 1);
            client.delete("/d/" + last);
            client.put("/d/" + last + '0', "behind it");
            client.put("/d/a" + found.size(), "before it");
            client.put("/d/y", "replaced");
        }
        assertEquals(found.size(), new HashSet<>(found).size(), found.toString());
        assertTrue(found.containsAll(List.of("b", "m", "x", "d0", "y")), found.toString());
    }

    @Test
    void lastPageSaysSoAlsoIfOnlyOtherFilesFollow() throws IOException {
        make("d/a");
        Files.createSymbolicLink(folder.resolve("d/b"), Path.of("a"));
        assertNull(next(client.get("/d/?format=json&limit=1")));
        make("d/c");
        assertEquals("?format=json&limit=1&after=a", next(client.get("/d/?format=json&limit=1")));
        assertTrue(client.get("/d/?limit=1").text()
                .contains("<a href=\"?limit=1&amp;after=a\" rel=\"next\">next</a>"));
        assertEquals(List.of("c"), names("/d/?format=json&limit=1&after=b"));
        assertEquals(List.of(), names("/d/?format=json&after=c/"));
    }

    @Test
    void malformedQueryIsRefusedInALine() {
        for (String query : List.of("limit=0", "limit=x", "after=%ff", "format=xml")) {
            Reply reply = client.get("/?" + query);
            assertEquals(400, reply.status());
            assertTrue(reply.text().startsWith("invalid query: "), reply.text());
        }
        client.put("/a", "x");
        assertEquals(200, client.get("/a?limit=x").status(), "an object has no such query");
    }

    // Conditions.

    @Test
    void unchangedListingIsNotSentAgain() {
        client.put("/d/a", "x");
        for (String format : List.of("html", "json")) {
            Reply first = client.get("/d/?format=" + format);
            String tag = first.field("ETag");
            assertTrue(tag.startsWith("W/\""), tag);
            Reply again = client.get("/d/?format=" + format, "If-None-Match", tag);
            assertEquals(304, again.status());
            assertEquals(tag, again.field("ETag"));
            assertEquals("Accept", again.field("Vary"));
            assertEquals("no-cache", again.field("Cache-Control"));
        }
        assertEquals(412, client.get("/d/", "If-Match", "\"x\"").status());
        assertEquals(200, client.get("/d/", "If-None-Match", "\"x\"").status());
        assertEquals(200, client.get("/d/", "Range", "bytes=0-1").status());
    }

    @Test
    void everyChangeOfWhatIsListedIsAnotherTag() throws Exception {
        client.put("/d/a", "x");
        client.put("/d/e/b", "x");
        FileTime time = Files.getLastModifiedTime(folder.resolve("d"));
        Set<String> tags = new HashSet<>();
        tags.add(client.get("/d/").field("ETag"));
        Files.writeString(folder.resolve("d/a"), "another program writes in place");
        tags.add(client.get("/d/?x=1").field("ETag"));
        Files.setLastModifiedTime(folder.resolve("d/a"), FileTime.fromMillis(86_400_000));
        tags.add(client.get("/d/").field("ETag"));
        Files.setLastModifiedTime(folder.resolve("d/e"), FileTime.fromMillis(86_400_000));
        tags.add(client.get("/d/").field("ETag"));
        assertEquals(time, Files.getLastModifiedTime(folder.resolve("d")), "it doesn't tell");
        client.delete("/d/a");
        tags.add(client.get("/d/").field("ETag"));
        assertEquals(5, tags.size());
        assertNotEquals(client.get("/d/").field("ETag"), client.get("/d/e/").field("ETag"));
    }
}
