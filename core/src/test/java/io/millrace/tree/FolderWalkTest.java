package io.millrace.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which files are objects, and where a walk over them ends. */
class FolderWalkTest {

    @TempDir
    Path folder;

    private void write(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, name);
    }

    private Map<String, Long> walk(int depth) throws IOException {
        Map<String, Long> found = new HashMap<>();
        new FolderWalk(depth, (name, attributes) -> {
            found.put(name, attributes.size());
            return true;
        }).of(folder);
        return found;
    }

    @Test
    void fileOfEachLevelIsFoundByItsNameUpToTheDepth() throws IOException {
        write("a");
        write("p/b");
        write("p/q/c");
        Files.createDirectories(folder.resolve("empty/one"));
        assertEquals(Map.of("a", 1L, "p/b", 3L, "p/q/c", 5L), walk(3));
        assertEquals(Set.of("a", "p/b"), walk(2).keySet());
        assertEquals(Set.of("a"), walk(1).keySet());
    }

    @Test
    void ownFilesAndLinksAreNoObjects() throws IOException {
        write("p/b");
        write(".millrace.parts/x");
        write("p/.millrace-y");
        Files.createSymbolicLink(folder.resolve("link"), Path.of("p/b"));
        Files.createSymbolicLink(folder.resolve("folder"), Path.of("p"));
        assertEquals(Set.of("p/b"), walk(9).keySet());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void walkEndsAtOnceWhereverItIsToldTo(int after) throws IOException {
        for (String name : new String[] {"p/q/a", "p/q/b", "p/q/c", "r/q/a", "r/q/b", "s"}) {
            write(name);
        }
        List<String> found = new ArrayList<>();
        new FolderWalk(9, (name, attributes) -> {
            found.add(name);
            return found.size() < after;
        }).of(folder);
        assertEquals(after, found.size());
    }

    @Test
    void folderThatMayNotBeReadIsPassedOverAndAnotherFailureEndsTheWalk() throws IOException {
        FolderWalk.Visitor visitor = (name, attributes) -> true;
        assertTrue(visitor.unreadable("p/", new AccessDeniedException("p")));
        IOException failure = new FileSystemException("p", null, "Input/output error");
        assertEquals(failure, assertThrows(IOException.class,
                () -> visitor.unreadable("p/", failure)));
    }

    @Test
    void whatIsGoneSinceItWasListedIsPassedOver() throws IOException {
        for (int i = 0; i < 20; i++) {
            write("a" + i);
            write("p" + i + "/b");
        }
        List<String> found = new ArrayList<>();
        new FolderWalk(9, new FolderWalk.Visitor() {
            @Override
            public boolean visit(String name, BasicFileAttributes attributes) {
                if (found.isEmpty()) {
                    removeAll();
                }
                return found.add(name);
            }
        }).of(folder);
        assertEquals(1, found.size());
        assertThrows(NoSuchFileException.class, () -> walk(9));
    }

    private void removeAll() {
        try (var files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())
                    ::iterator) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
