package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Body;
import io.millrace.http.Request;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Listings that are sent while their folder changes. */
class LongListingTest extends ListedStore {

    private static final int TRIES_OF_A_RACE = 300;

    @Test
    void longListingIsStreamedWithoutValidators() throws IOException {
        List<String> names = makeMany();
        Reply reply = client.get("/d/?format=json", "If-None-Match", "\"x\"");
        assertNull(reply.field("ETag"));
        assertEquals(names, names(reply));
        assertTrue(client.get("/d/").text().endsWith("</pre>\n</body>\n</html>\n"));
        assertEquals(names.subList(1, MANY - 1),
                names("/d/?format=json&limit=" + (MANY - 2) + "&after=object-0000"));
        assertEquals(412, client.get("/d/", "If-Match", "\"x\"").status());
    }

    /** The rest of a listing after its first piece, with a change in between. */
    private String restAfter(Change change) throws Exception {
        Body body = Client.known(handle(Request.of("GET", "/d/?format=json"))).body();
        ByteBuffer first = ByteBuffer.allocate(1);
        assertEquals(1, body.read(0, first));
        change.make();
        Reply rest = Reply.of(Response.of(Status.OK).with(body));
        return (char) first.get(0) + rest.text();
    }

    private interface Change {

        void make() throws Exception;
    }

    private void assertWholeJson(String text) {
        assertTrue(text.startsWith("{\"path\":\"/d/\",\"entries\":[\n{") && !text.contains(",\n,")
                && text.endsWith("}\n],\"next\":null}\n"), text);
    }

    @Test
    void filesThatVanishMeanwhileLeaveAWholeListing() throws Exception {
        List<String> names = makeMany();
        String text = restAfter(() -> {
            for (String name : names) {
                if (!name.endsWith("7")) {
                    Files.delete(folder.resolve("d").resolve(name));
                }
            }
        });
        assertWholeJson(text);
        List<String> found = names(new Reply(200, null, text.getBytes(StandardCharsets.UTF_8)));
        assertTrue(found.containsAll(names.stream().filter(n -> n.endsWith("7")).toList()));
        assertTrue(found.size() < MANY);
    }

    @Test
    void folderThatVanishesMeanwhileEndsItsListing() throws Exception {
        List<String> names = makeMany();
        String text = restAfter(() -> {
            for (String name : names) {
                Files.delete(folder.resolve("d").resolve(name));
            }
            Files.delete(folder.resolve("d"));
        });
        assertWholeJson(text);
        assertEquals(404, client.get("/d/").status());
    }

    @Test
    void folderThatBecomesALinkMeanwhileShowsNothingOfTheOutside() throws Exception {
        makeMany();
        Path outside = Files.createDirectory(temp.resolve("outside"));
        for (int i = 0; i < MANY; i++) {
            Files.writeString(outside.resolve("object-" + i + "-secret"), "secret");
            Files.writeString(outside.resolve(String.format("object-%04d", i)), "secret");
        }
        String text = restAfter(() -> {
            Files.move(folder.resolve("d"), folder.resolve("moved"));
            Files.createSymbolicLink(folder.resolve("d"), outside);
        });
        assertWholeJson(text);
        assertFalse(text.contains("secret") || text.contains("\"size\":6"), "of the outside");
        assertEquals(404, client.get("/d/").status());
    }

    @Test
    void linkThatIsSwappedInAndOutShowsNothingOfTheOutside() throws Exception {
        Path outside = Files.createDirectories(temp.resolve("outside/e"));
        Files.writeString(outside.resolve("secret"), "secret");
        Path aside = temp.resolve("aside");
        make("c/d/e/inside");
        Path swapped = folder.resolve("c/d");
        Thread swapper = new Thread(() -> {
            try {
                while (!Thread.currentThread().isInterrupted()) {
                    Files.move(swapped, aside);
                    Files.createSymbolicLink(swapped, outside.getParent());
                    Files.delete(swapped);
                    Files.move(aside, swapped);
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        swapper.start();
        int found = 0;
        try {
            for (int i = 0; i < TRIES_OF_A_RACE || found == 0; i++) {
                Reply reply = client.get("/c/d/e/?format=json");
                assertTrue(reply.status() == 200 || reply.status() == 404, reply.text());
                assertFalse(reply.text().contains("secret"), reply.text());
                found += reply.text().contains("inside") ? 1 : 0;
            }
        } finally {
            swapper.interrupt();
            swapper.join();
        }
    }

    @Test
    void namesAreAllThereWhileTheirObjectsAreReplaced() throws Exception {
        List<String> names = makeMany();
        Thread replacer = new Thread(() -> {
            Client other = new Client(store);
            for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
                other.put("/d/" + names.get(i % MANY), "new");
            }
        });
        replacer.start();
        try {
            for (int i = 0; i < 3; i++) {
                assertEquals(names, names("/d/"));
            }
        } finally {
            replacer.interrupt();
            replacer.join();
        }
    }
}
