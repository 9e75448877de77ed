package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The permissions that objects and folders get. */
class FileModeTest {

    @TempDir
    Path temp;

    private Path folder;
    private FolderStore store;
    private Client client;

    @BeforeEach
    void hasPermissions() {
        assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("posix"));
        folder = temp.resolve("data");
    }

    private void open(String mode) throws IOException {
        close();
        store = FolderStore.open(folder, StoreOptions.builder()
                .fileMode(mode.isEmpty() ? Set.of() : PosixFilePermissions.fromString(mode))
                .build());
        client = new Client(store);
    }

    @AfterEach
    void close() throws IOException {
        if (store != null) {
            store.close();
        }
    }

    private String mode(String name) throws IOException {
        return PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve(name)));
    }

    // The umask of the tests takes w from the group and all others: what has it shows that it is
    // not asked.
    @ParameterizedTest
    @CsvSource({"rw-------, rwx------", "rw-r-----, rwxr-x---", "rw-rw----, rwxrwx---",
        "rw-r--r--, rwxr-xr-x", "rw-rw-rw-, rwxrwxrwx", "rw--w----, rwx-w----"})
    void filesHaveTheModeAndFoldersMayBeEnteredToo(String ofFiles, String ofFolders)
            throws IOException {
        open(ofFiles);
        assertEquals(200, client.put("/a", "x").status());
        assertEquals(200, client.put("/a", "y").status());
        assertEquals(200, client.put("/empty", "").status());
        assertEquals(200, client.putChunked("/chunked", "x").status());
        assertEquals(200, client.put("/large", "x".repeat(1 << 20)).status());
        for (String name : List.of("a", "empty", "chunked", "large")) {
            assertEquals(ofFiles, mode(name), name);
        }
        assertEquals(200, client.put("/f/", "").status());
        assertEquals(200, client.put("/d/e/o", "x").status());
        assertEquals(200, client.put("/d/g/", "").status());
        assertEquals(ofFiles, mode("d/e/o"));
        for (String name : List.of("f", "d", "d/e", "d/g")) {
            assertEquals(ofFolders, mode(name), name);
        }
        assertEquals("x", client.get("/d/e/o").text());
        assertEquals(200, client.delete("/f/").status());
    }

    @Test
    void withoutAModeTheSystemDecides() throws IOException {
        Files.createDirectory(folder);
        Files.createFile(folder.resolve("made"));
        Files.createDirectory(folder.resolve("made-too"));
        open("");
        client.put("/a", "x");
        client.put("/d/o", "x");
        assertEquals(mode("made"), mode("a"));
        assertEquals(mode("made"), mode("d/o"));
        assertEquals(mode("made-too"), mode("d"));
    }

    @Test
    void whatIsThereKeepsItsModeUntilItIsReplaced() throws IOException {
        open("rw-r-----");
        client.put("/a", "x");
        client.put("/d/o", "x");
        open("rw-------");
        assertEquals("rw-r-----", mode("a"));
        client.put("/a", "y");
        client.put("/d/p", "y");
        assertEquals("rw-------", mode("a"));
        assertEquals("rw-------", mode("d/p"));
        assertEquals("rwxr-x---", mode("d"));
    }

    @Test
    void folderOfAFileThatIsTakenIsAConflict() throws IOException {
        open("rw-------");
        client.put("/a", "x");
        assertEquals(409, client.put("/a/b", "x").status());
        assertEquals(308, client.put("/a/", "").status());
        Files.createSymbolicLink(folder.resolve("link"), temp);
        String before = PosixFilePermissions.toString(Files.getPosixFilePermissions(temp));
        assertEquals(409, client.put("/link/", "").status());
        assertEquals(before, PosixFilePermissions.toString(Files.getPosixFilePermissions(temp)));
    }

    @Test
    void fileSystemWithoutPermissionsIsRefused() throws IOException {
        URI zip = URI.create("jar:" + temp.resolve("x.zip").toUri());
        try (FileSystem files = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
            String message = assertThrows(IOException.class,
                    () -> FolderStore.open(files.getPath("/data"), StoreOptions.builder()
                            .nonAtomicReplace(true)
                            .fileMode(PosixFilePermissions.fromString("rw-------")).build()))
                    .getMessage();
            assertTrue(message.contains("has no permissions of Unix"), message);
        }
    }
}
