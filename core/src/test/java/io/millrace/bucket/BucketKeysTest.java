package io.millrace.bucket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.s3.S3Keys;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BucketKeysTest {

    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private static final String TWO = "AWS_ACCESS_KEY_ID=AKIAEXAMPLE\nAWS_SECRET_ACCESS_KEY="
            + SECRET + "\n";

    @TempDir
    Path folder;

    private Path write(String text) throws IOException {
        Path file = folder.resolve("keys");
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    private static void assertKeys(String id, String secret, String token, S3Keys keys) {
        assertEquals(id, keys.id());
        assertEquals(secret, keys.secret());
        assertEquals(token, keys.sessionToken());
    }

    @Test
    void environmentHasTheVariablesOfTheProgramsOfAws() {
        assertKeys("AKIAEXAMPLE", SECRET, null, BucketKeys.fromEnvironment(Map.of(
                "AWS_ACCESS_KEY_ID", "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY", SECRET)).current());
        assertKeys("AKIAEXAMPLE", SECRET, "token", BucketKeys.fromEnvironment(Map.of(
                "AWS_ACCESS_KEY_ID", "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY", SECRET,
                "AWS_SESSION_TOKEN", "token")).current());
    }

    @Test
    void emptySessionTokenIsNone() {
        assertNull(BucketKeys.fromEnvironment(Map.of("AWS_ACCESS_KEY_ID", "A",
                "AWS_SECRET_ACCESS_KEY", "B", "AWS_SESSION_TOKEN", "")).current().sessionToken());
    }

    @Test
    void variableThatIsMissingIsNamedAndNoOtherIsShown() {
        String message = assertThrows(IllegalArgumentException.class,
                () -> BucketKeys.fromEnvironment(Map.of("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")))
                .getMessage();
        assertTrue(message.contains("AWS_SECRET_ACCESS_KEY"), message);
        assertFalse(message.contains("AKIA"), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {TWO, "# comment\n\n" + TWO + "AWS_REGION=x\n",
        "[default]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = " + SECRET,
        "  aws_access_key_id=AKIAEXAMPLE\r\naws_secret_access_key=" + SECRET + "\r\n"})
    void fileHasTheVariablesOrOneProfile(String text) throws IOException {
        assertKeys("AKIAEXAMPLE", SECRET, null, BucketKeys.fromFile(write(text)).current());
    }

    @Test
    void sessionTokenMayHaveEqualsSigns() throws IOException {
        assertKeys("AKIAEXAMPLE", SECRET, "a=b==", BucketKeys.fromFile(
                write(TWO + "AWS_SESSION_TOKEN=a=b==\n")).current());
    }

    @Test
    void profileIsTheOneThatIsNamed() throws IOException {
        Path file = write("[default]\naws_access_key_id=A\naws_secret_access_key=B\n"
                + "[ other ]\naws_access_key_id=C\naws_secret_access_key=D\n");
        assertKeys("A", "B", null, BucketKeys.fromProfile(file, "default").current());
        assertKeys("C", "D", null, BucketKeys.fromProfile(file, "other").current());
        IOException missing = assertThrows(IOException.class,
                () -> BucketKeys.fromProfile(file, "third"));
        assertTrue(missing.getMessage().contains("no profile [third]"), missing.getMessage());
        IOException several = assertThrows(IOException.class, () -> BucketKeys.fromFile(file));
        assertTrue(several.getMessage().contains("several profiles"), several.getMessage());
    }

    @Test
    void folderInPlaceOfTheFileIsRefusedByName() throws IOException {
        Path file = folder.resolve("keys");
        Files.createDirectory(file, PosixFilePermissions.asFileAttribute(
                PosixFilePermissions.fromString("rwx------")));
        IOException refusal = assertThrows(IOException.class, () -> BucketKeys.fromFile(file));
        assertTrue(refusal.getMessage().startsWith("the key file " + file + " can't be read: "),
                refusal.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "AWS_ACCESS_KEY_ID=AKIAEXAMPLE", "AKIAEXAMPLE\n" + SECRET,
        "AWS_ACCESS_KEY_ID=AKIAEXAMPLE\nAWS_SECRET_ACCESS_KEY=\"" + SECRET + "\"",
        "AWS_ACCESS_KEY_ID=AKIAEXAMPLE\nAWS_SECRET_ACCESS_KEY=" + SECRET + " x",
        "AWS_ACCESS_KEY_ID=AKIAEXAMPLE\nAWS_SECRET_ACCESS_KEY=\n"})
    void malformedFileIsRefusedInOneLineAndNothingOfItIsShown(String text) throws IOException {
        Path file = write(text);
        String message = assertThrows(IOException.class, () -> BucketKeys.fromFile(file))
                .getMessage();
        assertTrue(message.contains(file.toString()), message);
        assertFalse(message.contains("\n") || message.contains("wJalr")
                || message.contains("AKIA"), message);
    }

    @Test
    void fileThatEveryUserMayReadIsRefused() throws IOException {
        Path file = write(TWO);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        String message = assertThrows(IOException.class, () -> BucketKeys.fromFile(file))
                .getMessage();
        assertTrue(message.contains("chmod"), message);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r-----"));
        assertEquals("AKIAEXAMPLE", BucketKeys.fromFile(file).current().id());
    }

    @Test
    void missingFileIsNamed() {
        Path file = folder.resolve("none");
        assertEquals("there is no key file " + file,
                assertThrows(IOException.class, () -> BucketKeys.fromFile(file)).getMessage());
    }

    @Test
    void fileIsReadAgainWhenItHasChangedAndOnlyThen() throws IOException {
        Path file = write(TWO);
        BucketKeys keys = BucketKeys.fromFile(file);
        assertFalse(keys.reload());
        write("AWS_ACCESS_KEY_ID=ASIANEXT\nAWS_SECRET_ACCESS_KEY=next\nAWS_SESSION_TOKEN=t\n");
        assertTrue(keys.reload());
        assertKeys("ASIANEXT", "next", "t", keys.current());
        Files.setLastModifiedTime(file, FileTime.fromMillis(1));
        assertFalse(keys.reload(), "the same keys");
    }

    // To read it once more would wait for a program that writes to it.
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void pipeIsReadOnce() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", "-m", "600", pipe.toString()).start()
                .waitFor());
        Process writer = new ProcessBuilder("sh", "-c", "cat \"$1\" > \"$2\"", "sh",
                write(TWO).toString(), pipe.toString()).start();
        try {
            BucketKeys keys = BucketKeys.fromFile(pipe);
            // As each write does.
            assertEquals(0, new ProcessBuilder("touch", "-d", "@1", pipe.toString()).start()
                    .waitFor());
            assertTimeoutPreemptively(Duration.ofSeconds(30), () -> assertFalse(keys.reload()));
            assertKeys("AKIAEXAMPLE", SECRET, null, keys.current());
        } finally {
            writer.destroyForcibly();
            new RandomAccessFile(pipe.toFile(), "rw").close(); // ends a wait for it
        }
    }

    @Test
    void keysStayWhileTheirFileIsMissingOrMalformed() throws IOException {
        Path file = write(TWO);
        BucketKeys keys = BucketKeys.fromFile(file);
        write("half a fi");
        assertThrows(IOException.class, keys::reload);
        assertEquals("AKIAEXAMPLE", keys.current().id());
        Files.delete(file);
        assertThrows(IOException.class, keys::reload);
        assertEquals("AKIAEXAMPLE", keys.current().id());
        write(TWO.replace("AKIAEXAMPLE", "AKIASECOND"));
        assertTrue(keys.reload());
        assertEquals("AKIASECOND", keys.current().id());
    }

    @Test
    void textShowsFourCharactersOfTheIdAndNoSecret() {
        assertEquals("AKIA...", BucketKeys.of("AKIAEXAMPLE", SECRET, "token").toString());
        BucketOptions options = BucketOptions.builder("http://localhost:1/bb")
                .keys(BucketKeys.of("AKIAEXAMPLE", SECRET, "token")).build();
        assertFalse(options.toString().contains(SECRET) || options.toString().contains("token,"),
                options.toString());
    }
}
