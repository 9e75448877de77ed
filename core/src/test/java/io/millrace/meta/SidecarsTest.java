package io.millrace.meta;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
}
