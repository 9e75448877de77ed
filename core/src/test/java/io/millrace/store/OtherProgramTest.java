package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.tree.PlainFileSystem.Operation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/** Other programs in the folder, between a look and what it was for. */
@ParameterizedClass
@CsvSource({"ARTICLE, ''", "HTTP, ''", "HTTP, p/q"})
class OtherProgramTest extends FailingStore {

    @Test
    void objectThatVanishesWhileItIsOpenedIsNotFound() throws Exception {
        client.get("/a");
        system.before((operation, real) -> {
            if (operation == Operation.LOOK && real.endsWith("b")) {
                Files.writeString(real, "now you see it");
            } else if (operation == Operation.OPEN) {
                Files.delete(real);
            }
        });
        assertEquals(404, client.get("/b").status());
        system.before((operation, real) -> {
            if (operation == Operation.OPEN) {
                throw because("Too many levels of symbolic links (NOFOLLOW_LINKS specified)");
            }
        });
        assertEquals(404, client.get("/a").status());
    }

    @Test
    void folderThatVanishesInTheLastMomentIsMadeAgain() throws Exception {
        assumeTrue(contract == Contract.HTTP, "the article's has no folders");
        Path file = folder.resolve("c").resolve("b");
        AtomicInteger moves = new AtomicInteger();
        system.before((operation, real) -> {
            if (operation == Operation.MOVE && real.equals(file) && moves.incrementAndGet() == 1) {
                Files.delete(file.getParent());
            }
        });
        assertEquals(200, client.put("/c/b", "new").status());
        assertEquals(2, moves.get());
        assertEquals("new", Files.readString(file));
        Files.delete(file);
        Files.delete(file.getParent());
    }

    @Test
    void folderThatAppearsInTheLastMomentIsKept() throws Exception {
        Path file = folder.resolve("b");
        system.before((operation, real) -> {
            if (operation == Operation.MOVE) {
                Files.createDirectory(file);
            }
        });
        assertEquals(client.failure(409), client.put("/b", "new").status());
        Files.delete(file);
        system.before((operation, real) -> {
            if (operation == Operation.DELETE && real.equals(file)) {
                Files.delete(real);
                Files.createDirectory(real);
                Files.writeString(real.resolve("inside"), "safe");
            }
        });
        Files.writeString(file, "an object");
        assertEquals(404, client.delete("/b").status());
        assertEquals("safe", Files.readString(file.resolve("inside")));
        Files.delete(file.resolve("inside"));
        Files.delete(file);
    }

    @Test
    void roomOfAReplacedObjectIsNotGivenAwayBeforeItIsReplaced() throws Exception {
        store.close();
        open(StoreOptions.builder().quotaBytes(10));
        client.put("/b", "1234");
        List<Integer> others = new ArrayList<>();
        system.before((operation, real) -> {
            if (operation == Operation.MOVE && real.endsWith("b")) {
                others.add(client.put("/c", "123456").status());
                throw because("Input/output error");
            }
        });
        assertEquals(500, client.put("/b", "1").status());
        assertEquals(List.of(507), others);
        system.before(null);
        client.delete("/b");
        assertEquals(507, client.put("/d", "1234567890").status(), "a has 3 bytes of 10");
        assertEquals(200, client.put("/d", "1234567").status());
        client.delete("/d");
    }

    @Test
    void folderThatBecameReadOnlyForbidsChanges() throws Exception {
        assumeTrue(!"root".equals(System.getProperty("user.name")), "root may write everywhere");
        try (FolderStore real = FolderStore.open(temp.resolve("real"))) {
            Client client = new Client(real);
            client.put("/a", "old");
            Path root = temp.resolve("real");
            assumeTrue(root.toFile().setWritable(false), "no permissions here");
            assertEquals(403, client.put("/a", "new").status());
            assertEquals(403, client.delete("/a").status());
            assertEquals("old", client.get("/a").text());
            root.toFile().setWritable(true);
        } finally {
            for (String name : List.of("real/a", "real/.millrace.parts", "real/.millrace.lock",
                    "real")) {
                Files.deleteIfExists(temp.resolve(name));
            }
        }
    }
}
