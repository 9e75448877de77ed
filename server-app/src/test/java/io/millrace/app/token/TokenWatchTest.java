package io.millrace.app.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.access.AccessRules;
import io.millrace.app.cli.CommandException;
import io.millrace.app.log.Lines;
import io.millrace.store.Contract;
import io.millrace.store.FolderStore;
import io.millrace.store.StoreOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.CountDownLatch;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Each look is one call: no time passes. */
class TokenWatchTest {

    private static final AccessRules OLD = AccessRules.token("old");
    private static final AccessRules NEW = AccessRules.token("new");

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final PrintStream systemErr = System.err;
    private Path file;
    private FolderStore store;
    private TokenWatch watch;

    @BeforeEach
    void start() throws Exception {
        System.setErr(new PrintStream(err));
        file = TokenFileTest.write(folder.resolve("tokens"), "old\n");
        store = FolderStore.discarding(
                StoreOptions.builder().contract(Contract.HTTP).access(OLD).build());
        watch = new TokenWatch(file, store::access, store::access, lines(new PrintStream(out)));
        look(3);
        assertEquals("", out.toString());
    }

    @AfterEach
    void stop() throws IOException {
        System.setErr(systemErr);
        store.close();
    }

    private Lines lines(PrintStream stream) {
        return new Lines(stream, Runnable::run);
    }

    private void look(int times) {
        for (int i = 0; i < times; i++) {
            watch.look();
        }
    }

    /** Replaces the file as editors and tools of deployment do. */
    private void replace(String text) throws IOException {
        Path next = TokenFileTest.write(folder.resolve("next"), text);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void changedFileIsReadWhenTwoLooksHaveFoundItTheSame() throws Exception {
        replace("new\n");
        look(1);
        assertEquals(OLD, store.access());
        look(1);
        assertEquals(NEW, store.access());
        look(5);
        assertEquals("tokens read again from " + file + ": 1 in use\n", out.toString());
        assertEquals("", err.toString());
    }

    @Test
    void fileThatIsBeingWrittenIsNotRead() throws Exception {
        String line = "new x r /only/here/\n";
        for (int i = 1; i < line.length(); i++) {
            TokenFileTest.write(file, line.substring(0, i));
            look(1);
            assertEquals(OLD, store.access());
        }
        TokenFileTest.write(file, line);
        look(2);
        assertEquals(AccessRules.parse(line), store.access());
        assertEquals("", err.toString());
    }

    // What was read may be half of a line, which has more rights than the whole one.
    @Test
    void whatWasReadWhileTheFileChangedIsNotUsed() throws Exception {
        AccessRules half = AccessRules.parse("half x r\n");
        List<AccessRules> read = new ArrayList<>(List.of(half, NEW));
        watch = new TokenWatch(file, from -> {
            if (read.size() == 2) {
                writeUnchecked("half x r /only/here/\n");
            }
            return read.remove(0);
        }, store::access, store::access, lines(new PrintStream(out)));
        look(2);
        assertEquals(List.of(NEW), read);
        assertEquals(OLD, store.access());
        look(2);
        assertEquals(NEW, store.access());
    }

    private void writeUnchecked(String text) {
        try {
            TokenFileTest.write(file, text);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    // The looks are those of the program's main thread: an Error there was the end of them all.
    @Test
    void lookThatFailsIsNotTheLastOne() throws Exception {
        watch = new TokenWatch(file, store::access, store::access, lines(new PrintStream(out) {
            @Override
            public void print(String line) {
                throw new OutOfMemoryError("for this test");
            }
        }));
        replace("other\n");
        look(3);
        replace("new\n");
        look(3);
        assertEquals(NEW, store.access());
        assertTrue(err.toString().contains("the token file can't be checked"), err.toString());
    }

    // A pipe that somebody doesn't read holds up every line, but no token.
    @Test
    void linesThatAreNotReadHoldUpNoLook() throws Exception {
        CountDownLatch read = new CountDownLatch(1);
        watch = new TokenWatch(file, store::access, store::access,
                Lines.aside(new PrintStream(out) {
            @Override
            public void print(String line) {
                try {
                    read.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        }));
        try {
            for (int i = 0; i < 20; i++) {
                replace("other" + i + "\n");
                look(2);
                assertEquals(AccessRules.token("other" + i), store.access());
            }
        } finally {
            read.countDown();
        }
    }

    @Test
    void changeOfEqualSizeAndTimeIsSeen() throws Exception {
        FileTime time = Files.getLastModifiedTime(file);
        replace("new\n");
        Files.setLastModifiedTime(file, time);
        look(2);
        assertEquals(NEW, store.access());
    }

    @Test
    void changeInPlaceWithTheSizeAndTimeOfBeforeIsSeen() throws Exception {
        FileTime time = Files.getLastModifiedTime(file);
        FileTime changed = (FileTime) Files.getAttribute(file, "unix:ctime");
        do { // where the system's clock is coarse, it may still be the time of before
            Files.writeString(file, "new\n");
            Files.setLastModifiedTime(file, time);
        } while (changed.equals(Files.getAttribute(file, "unix:ctime")));
        look(2);
        assertEquals(NEW, store.access());
    }

    @Test
    void changeBesideTheFirstReadingIsSeen() throws Exception {
        watch = new TokenWatch(file, store::access, store::access, lines(new PrintStream(out)));
        TokenFileTest.write(file, "new\n"); // since the program has read it, and before any look
        look(2);
        assertEquals(NEW, store.access());
    }

    @Test
    void brokenFileKeepsTheOldTokensAndSaysSoOnce() throws Exception {
        replace("a SECRET r\nb SECRET\n");
        look(5);
        assertEquals(OLD, store.access());
        String said = err.toString();
        assertEquals(1, said.lines().count(), said);
        assertEquals("millrace: the tokens stay as they were: the token file " + file
                + ", line 2: the line must have 3 or 4 words: write NAME TOKEN RIGHTS, and a "
                + "/PREFIX/ if they are not for all", said.strip());
        assertFalse(said.contains("SECRET"));
        replace("new\n");
        look(2);
        assertEquals(NEW, store.access());
    }

    @Test
    void fileThatTheSystemFailedToReadIsReadOnceItCanBe() throws Exception {
        String[] why = {"too many open files"};
        watch = new TokenWatch(file, path -> {
            if (why[0] != null) {
                throw CommandException.failure(why[0]);
            }
            return TokenFile.read(path);
        }, store::access, store::access, lines(new PrintStream(out)));
        replace("new\n");
        look(5);
        why[0] = "input/output error";
        look(5);
        assertThrows(CommandException.class, watch::reload);
        assertEquals("millrace: the tokens stay as they were: too many open files\n"
                + "millrace: the tokens stay as they were: input/output error\n",
                err.toString().replace("\r\n", "\n"));
        assertEquals(OLD, store.access());
        why[0] = null;
        look(1);
        assertEquals(NEW, store.access());
    }

    @Test
    void reloadThatFoundTheHeapFullIsMadeUpForByTheNextLook() throws Exception {
        boolean[] full = {true};
        watch = new TokenWatch(file, path -> {
            if (full[0]) {
                throw new OutOfMemoryError("for this test");
            }
            return TokenFile.read(path);
        }, store::access, store::access, lines(new PrintStream(out)));
        replace("new\n");
        look(1);
        assertThrows(OutOfMemoryError.class, watch::reload);
        full[0] = false;
        look(1);
        assertEquals(NEW, store.access());
    }

    @Test
    void fileThatIsGoneOrOpenToAllKeepsTheOldTokens() throws Exception {
        Files.delete(file);
        look(5);
        assertEquals(OLD, store.access());
        assertEquals("millrace: the tokens stay as they were: there is no token file " + file,
                err.toString().strip());
        err.reset();
        Files.createDirectory(file);
        look(5);
        assertEquals(OLD, store.access());
        assertEquals(1, err.toString().lines().count());
        Files.delete(file);
        look(2);
        err.reset();
        replace("new\n");
        TokenFileTest.chmod(file, "rw-r--r--");
        look(5);
        assertEquals(OLD, store.access());
        assertEquals("millrace: the tokens stay as they were: the token file " + file
                + " is open to every user of this machine: type chmod 600 " + file,
                err.toString().strip());
        TokenFileTest.chmod(file, "rw-------");
        look(2);
        assertEquals(NEW, store.access());
    }

    @Test
    void reloadReadsAtOnceAndTheNextLooksDont() throws Exception {
        replace("new\n");
        watch.reload();
        assertEquals(NEW, store.access());
        look(3);
        assertEquals("tokens read again from " + file + ": 1 in use\n", out.toString());
    }

    @Test
    void reloadOfABrokenFileKeepsTheOldTokensAndTheNextLooksAreSilent() throws Exception {
        replace("a SECRET r\nb SECRET\n");
        CommandException refused = assertThrows(CommandException.class, watch::reload);
        assertTrue(refused.getMessage().startsWith("the token file " + file + ", line 2: "),
                refused.getMessage());
        assertEquals(OLD, store.access());
        look(3);
        assertEquals("", err.toString());
        replace("new\n");
        look(2);
        assertEquals(NEW, store.access());
    }

    @Test
    void unchangedContentIsNotTold() throws Exception {
        replace("old\n");
        look(2);
        assertEquals("", out.toString());
    }

    // It goes on with another file.

    @Test
    void otherFileIsReadAtOnceAndWatchedFromThenOn() throws Exception {
        Path other = TokenFileTest.write(folder.resolve("other"), "new\n");
        watch.moveTo(other);
        assertEquals(NEW, store.access());
        look(3);
        assertEquals("tokens read again from " + other + ": 1 in use\n", out.toString());
        TokenFileTest.write(other, "old\n");
        look(2);
        assertEquals(OLD, store.access());
    }

    @Test
    void otherFileThatCannotBeUsedLeavesTheOldOneWatched() throws Exception {
        Path other = TokenFileTest.write(folder.resolve("other"), "a SECRET r\nb SECRET\n");
        assertThrows(CommandException.class, () -> watch.moveTo(other));
        assertThrows(CommandException.class, () -> watch.moveTo(folder.resolve("missing")));
        assertEquals(OLD, store.access());
        TokenFileTest.write(other, "b\n");
        look(3);
        assertEquals(OLD, store.access());
        assertEquals("", err.toString());
        replace("new\n");
        look(2);
        assertEquals(NEW, store.access());
    }

    // To open one waits for a program that writes to it, and all else that is read again with it.
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void pipeIsNoFileToGoOnWith() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        Process writer = new ProcessBuilder("sh", "-c", "echo new > \"$1\"", "sh",
                pipe.toString()).start();
        try {
            CommandException refused =
                    assertThrows(CommandException.class, () -> watch.moveTo(pipe));
            assertEquals(pipe + " is no regular file", refused.getMessage());
            assertEquals(OLD, store.access());
        } finally {
            writer.destroyForcibly();
        }
    }

    @Test
    void storeWithTokensIsNotOpenedToAll() {
        CommandException refused =
                assertThrows(CommandException.class, () -> watch.moveTo(null));
        assertEquals("a store with tokens is opened to all by a restart only",
                refused.getMessage());
        assertEquals(OLD, store.access());
    }
}
