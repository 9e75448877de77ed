package io.millrace.app.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.access.AccessRules;
import io.millrace.app.cli.CommandException;
import io.millrace.app.log.Lines;
import io.millrace.app.serve.ServeCommand;
import io.millrace.app.serve.ServeFlags;
import io.millrace.app.serve.ServeParts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

public class TokenFileTest {

    @TempDir
    public Path folder;

    /** Writes a token file that no other user can read. */
    public static Path write(Path file, String text) throws IOException {
        Files.writeString(file, text);
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            chmod(file, "rw-------");
        }
        return file;
    }

    public static void chmod(Path file, String mode) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    private CommandException refused(Path file) {
        CommandException refused =
                assertThrows(CommandException.class, () -> TokenFile.read(file));
        assertEquals(1, refused.getMessage().lines().count());
        assertFalse(refused.getMessage().contains("SECRET"), refused.getMessage());
        return refused;
    }

    @Test
    void fileOfSeveralLinesIsRead() throws Exception {
        String text = "# who\nci t0ken rw /builds/\n\nops other rwdl\n";
        assertEquals(AccessRules.parse(text),
                TokenFile.read(write(folder.resolve("tokens"), text)));
    }

    @Test
    void malformedLineIsNamedByFileAndNumber() throws Exception {
        Path file = write(folder.resolve("tokens"), "a b r\nSECRET\n");
        CommandException refused = refused(file);
        assertEquals("the token file " + file + ", line 2: a token alone must be the only line: "
                + "write NAME TOKEN RIGHTS, and a /PREFIX/ if they are not for all",
                refused.getMessage());
        assertEquals(2, refused.exitCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"data/tokens", "data/ops/tokens", "data/../data/tokens", "link"})
    void fileThatRequestsCanReachStartsNoServer(String name) throws Exception {
        Path data = Files.createDirectories(folder.resolve("data/ops")).getParent();
        write(data.resolve("tokens"), "SECRET\n");
        write(data.resolve("ops/tokens"), "SECRET\n");
        Files.createSymbolicLink(folder.resolve("link"), data.resolve("tokens"));
        Path file = folder.resolve(name);
        CommandException refused = assertThrows(CommandException.class,
                () -> ServeCommand.start(ServeFlags.FLAGS.parse(List.of("--port", "0",
                        "--dir", data.toString(), "--token-file", file.toString())),
                        new ServeParts(new Lines(System.out, Runnable::run))));
        assertEquals("the token file " + file + " is in the store's folder " + data
                + ", where requests can reach it: move it to another folder",
                refused.getMessage());
        assertEquals(2, refused.exitCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"data", "data2", "new"})
    void fileBesideTheFolderIsFine(String name) throws Exception {
        Files.createDirectories(folder.resolve("data"));
        Path file = write(folder.resolve("data-tokens"), "SECRET\n");
        TokenFile.refuseWithin(folder.resolve(name), "token file", file);
        TokenFile.refuseWithin(folder.resolve("data"), "token file", folder.resolve("missing"));
    }

    @Test
    void emptyFileIsRefused() throws Exception {
        Path file = write(folder.resolve("tokens"), "\n");
        assertTrue(refused(file).getMessage()
                .startsWith("the token file " + file + ", there is no token"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw----r--", "r--r--r--", "rw-r--r--", "rw-----w-"})
    void fileThatIsOpenToAllUsersIsRefusedWithTheCommandToType(String mode) throws Exception {
        Path file = write(folder.resolve("tokens"), "SECRET\n");
        chmod(file, mode);
        CommandException refused = refused(file);
        assertEquals("the token file " + file
                + " is open to every user of this machine: type chmod 600 " + file,
                refused.getMessage());
        assertEquals(1, refused.exitCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"r--------", "rw-------", "r--r-----", "rw-rw----", "rw-r----x"})
    void fileOfOwnerAndGroupIsRead(String mode) throws Exception {
        Path file = write(folder.resolve("tokens"), "SECRET\n");
        chmod(file, mode);
        assertEquals(AccessRules.token("SECRET"), TokenFile.read(file));
    }

    @ParameterizedTest
    @CsvSource({"a b, -- 'a b'", "a'b, -- 'a'\\''b'", "a$b, -- 'a$b'"})
    void commandIsSafeInAShell(String name, String quoted) throws Exception {
        Path file = write(folder.resolve(name), "SECRET\n");
        chmod(file, "rw----r--");
        assertTrue(refused(file).getMessage().endsWith(
                "chmod 600 " + quoted.replace("'" + name.charAt(0), "'" + folder + "/a")));
    }

    @Test
    void linkIsFollowedToAFileWithItsOwnPermissions() throws Exception {
        Path file = write(folder.resolve("tokens"), "SECRET\n");
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        assertEquals(AccessRules.token("SECRET"), TokenFile.read(link));
        chmod(file, "rw-r--r--");
        refused(link);
    }

    @Test
    void whatIsNoFileOfTextIsRefused() throws Exception {
        assertEquals("there is no token file " + folder.resolve("none"),
                refused(folder.resolve("none")).getMessage());
        refused(folder);
        Path latin = write(folder.resolve("latin"), "");
        Files.write(latin, "SECRET\u00fc".getBytes(StandardCharsets.ISO_8859_1));
        assertEquals("the token file " + latin + " is not UTF-8", refused(latin).getMessage());
    }

    @Test
    void fileInAFolderThatALinkLeadsToIsRefused() throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        Path file = write(data.resolve("tokens"), "SECRET\n");
        Path link = Files.createSymbolicLink(folder.resolve("link"), data);
        for (Path store : List.of(data, link)) {
            assertThrows(CommandException.class,
                    () -> TokenFile.refuseWithin(store, "token file", file), store.toString());
        }
        TokenFile.refuseWithin(link, "token file", write(folder.resolve("tokens"), "SECRET\n"));
    }

    @Test
    void fileMayHaveAMebibyte() throws Exception {
        String line = "SECRET\n";
        String comment = "#".repeat((1 << 20) - line.length() - 1) + "\n";
        Path file = write(folder.resolve("tokens"), line + comment);
        assertEquals(AccessRules.token("SECRET"), TokenFile.read(file));
        write(file, line + "#" + comment);
        assertEquals("the token file " + file + " is larger than 1 MiB",
                refused(file).getMessage());
    }
}
