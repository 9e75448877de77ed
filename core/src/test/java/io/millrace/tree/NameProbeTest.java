package io.millrace.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether a folder takes two names for one. */
class NameProbeTest {

    @TempDir
    Path folder;

    private final PlainFileSystem system = new PlainFileSystem();

    private boolean tellsNamesApart() throws IOException {
        return NameProbe.tellsNamesApart(system.path(folder), ".probe-a");
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(), files.toList());
        }
    }

    @Test
    void folderWhoseNamesAreWhatTheyAreTellsThemApart() throws IOException {
        assertTrue(tellsNamesApart());
    }

    @Test
    void leftoversOfAKilledProbeAreReplaced() throws IOException {
        Files.createFile(folder.resolve(".probe-a"));
        assertTrue(tellsNamesApart());
        assumeTrue("UTF-8".equals(System.getProperty("sun.jnu.encoding")),
                "this locale has names of ASCII only");
        Files.createFile(folder.resolve(".probe-a\u00e9"));
        assertTrue(tellsNamesApart());
    }

    @Test
    void folderThatDoesNotKnowCaseIsFoundOut() throws IOException {
        system.spelling = name -> name.toLowerCase(Locale.ROOT);
        assertFalse(tellsNamesApart());
    }

    @Test
    void folderThatNormalizesNamesIsFoundOut() throws IOException {
        assumeTrue("UTF-8".equals(System.getProperty("sun.jnu.encoding")),
                "this locale has names of ASCII only");
        system.spelling = name -> Normalizer.normalize(name, Normalizer.Form.NFC);
        assertFalse(tellsNamesApart());
    }
}
