package io.millrace.app.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.app.MainRun;
import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.CommandException;
import io.millrace.app.token.TokenFileTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is known before a run of the files that flags name. */
class ResultFilesTest {

    @TempDir
    private Path folder;

    private static Arguments csv(Path file) throws CommandException {
        return LoadFlags.FLAGS.parse(List.of("http://h", "--csv", file.toString()));
    }

    private static void assertRefused(Path file, String why) {
        CommandException refused =
                assertThrows(CommandException.class, () -> ResultFiles.of(csv(file)));
        assertEquals("can't write " + file + why, refused.getMessage());
        assertEquals(1, refused.exitCode());
    }

    @Test
    void fileWithoutAFolderIsRefused() {
        Path none = folder.resolve("none");
        assertRefused(none.resolve("a.csv"),
                ": " + none + " is no folder that can be written to");
    }

    @Test
    void folderIsNoFileToWriteTo() {
        assertRefused(folder, ": it is a folder, or this user has no right to");
    }

    // In a locale of ASCII, a letter with an accent is no more possible than this.
    @ParameterizedTest
    @ValueSource(strings = {"--svg", "--hgrm", "--csv", "--mix", "--cacert"})
    void nameThatNoFileCanHaveIsRefused(String flag) {
        MainRun run = MainRun.of("load", "https://127.0.0.1:1/", flag, "a\0b");
        assertEquals("millrace: " + flag + " must be a file: Nul character not allowed: a\0b\n",
                run.err());
        assertEquals(2, run.exitCode());
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void fileThatIsThereNeedsNoFolderThatCanBeWrittenTo() throws Exception {
        Path file = Files.writeString(folder.resolve("a.csv"), "old");
        TokenFileTest.chmod(folder, "r-xr-xr-x"); // as /dev is, which has stdout
        try {
            ResultFiles.of(csv(file));
        } finally {
            TokenFileTest.chmod(folder, "rwxr-xr-x");
        }
    }
}
