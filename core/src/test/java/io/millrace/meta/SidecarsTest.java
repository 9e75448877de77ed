package io.millrace.meta;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SidecarsTest {

    @TempDir
    Path folder;

    // The umask of the tests takes w from the group and all others.
    @ParameterizedTest
    @CsvSource({"rw-------, rw-------", "rw-r-----, rw-r-----", "rw-r--r--, rw-r--r--",
        "---r-----, rw-r-----"})
    void whatIsKeptIsReadByThoseWhoMayReadTheObject(String ofObject, String ofSidecar)
            throws IOException {
        assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("posix"));
        Path object = Files.createFile(folder.resolve("object"));
        Files.setPosixFilePermissions(object, PosixFilePermissions.fromString(ofObject));
        byte[] value = {1, 2, 3};
        for (boolean forces : new boolean[] {false, true}) {
            Path staged = folder.resolve("staged" + forces);
            Sidecars.write(staged, value, forces, object);
            assertArrayEquals(value, Files.readAllBytes(staged));
            assertEquals(ofSidecar,
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(staged)));
        }
    }

    @Test
    void linkInPlaceOfTheirFolderIsNotFollowed() throws IOException {
        Path outside = Files.createDirectory(folder.resolve("outside"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), outside);
        Sidecars sidecars = new Sidecars(link);
        assertFalse(sidecars.exist());
        assertThrows(FileAlreadyExistsException.class, sidecars::makeFolder);
        assertFalse(sidecars.exist());
    }

    @Test
    void folderOfAnotherProgramBecomesTheirs() throws IOException {
        Sidecars sidecars = new Sidecars(folder.resolve("kept"));
        assertFalse(sidecars.exist());
        Files.createDirectory(sidecars.folder());
        sidecars.makeFolder();
        assertTrue(sidecars.exist());
    }

    @Test
    void fileThatIsTooLongToBeOneOfTheirsIsNotRead() throws IOException {
        Sidecars sidecars = new Sidecars(folder);
        Path staged = Files.write(folder.resolve("staged"), new byte[MetaFormat.MAX_BYTES]);
        sidecars.place(staged, "a", 5, 7);
        assertEquals(MetaFormat.MAX_BYTES, sidecars.read("a", 5, 7).length);
        Files.write(staged, new byte[MetaFormat.MAX_BYTES + 1]);
        sidecars.place(staged, "a", 5, 7);
        assertNull(sidecars.read("a", 5, 7));
    }

    @Test
    void removalTellsWhetherThereWasAny() throws IOException {
        Sidecars sidecars = new Sidecars(folder.resolve("kept"));
        assertFalse(sidecars.remove("a", 5, 7), "not even a folder");
        sidecars.makeFolder();
        sidecars.place(Files.write(folder.resolve("staged"), new byte[1]), "a", 5, 7);
        assertFalse(sidecars.remove("a", 5, 8));
        assertEquals(1, sidecars.changes());
        assertTrue(sidecars.remove("a", 5, 7));
        assertFalse(sidecars.remove("a", 5, 7));
        assertEquals(2, sidecars.changes());
    }
}
