package io.millrace.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The calls by paths and those within a held folder, beside what {@code java.nio.file} says. */
class FileCallsTest {

    @TempDir
    Path folder;

    private FileCalls calls;

    @BeforeEach
    void find() throws IOException {
        folder = folder.toRealPath();
        calls = SystemFiles.of(folder);
        assumeTrue(calls != null, "no such calls on this JDK or system");
    }

    private String name(String file) {
        return folder.resolve(file).toString();
    }

    private static BasicFileAttributes attributes(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    private void assertSameState(Path file) throws IOException {
        BasicFileAttributes expected = attributes(file);
        FileState state = calls.state(file.toString());
        assertEquals(expected.size(), state.size());
        assertEquals(expected.lastModifiedTime(), state.lastModifiedTime());
        assertEquals(expected.lastModifiedTime().to(TimeUnit.NANOSECONDS), state.modifiedNs());
        assertEquals(expected.creationTime(), state.creationTime());
        assertEquals(expected.lastAccessTime(), state.lastAccessTime());
        assertEquals(expected.isRegularFile(), state.isRegularFile());
        assertEquals(expected.isDirectory(), state.isDirectory());
        assertEquals(expected.isSymbolicLink(), state.isSymbolicLink());
        assertEquals(expected.isOther(), state.isOther());
        assertEquals(expected.fileKey().hashCode(), state.fileKey().hashCode());
        assertEquals(expected.fileKey().toString(), state.fileKey().toString());
        assertTrue(FileState.isOneKey(expected.fileKey(), state.fileKey()));
        assertTrue(FileState.isOneKey(state.fileKey(), expected.fileKey()));
    }

    @Test
    void stateIsThatWhichJavaSees() throws IOException {
        Path file = Files.writeString(folder.resolve("a"), "abc");
        assertSameState(file);
        assertSameState(folder);
        assertSameState(Files.createSymbolicLink(folder.resolve("link"), file));
        assertSameState(Path.of("/dev/null"));
    }

    @Test
    void pathOfAHeldFolderLeadsToItOnceItIsElsewhere() throws IOException {
        Path inside = Files.createDirectory(folder.resolve("d"));
        Files.writeString(inside.resolve("a"), "abc");
        assertNull(calls.heldPath());
        try (FileCalls held = calls.folder(inside.toString(), attributes(inside).fileKey())) {
            Files.move(inside, folder.resolve("e"));
            Files.createDirectory(inside);
            assertEquals("abc", Files.readString(held.heldPath().resolve("a")));
        }
    }

    @Test
    void timesBefore1970AndBeyond2262AreThoseThatJavaSees() throws IOException {
        Path file = Files.writeString(folder.resolve("a"), "abc");
        for (Instant time : new Instant[] {Instant.ofEpochSecond(-1, 500_000_000),
                Instant.ofEpochSecond(-1_000_000_000), Instant.ofEpochSecond(9_300_000_000L)}) {
            Files.setLastModifiedTime(file, FileTime.from(time));
            assertSameState(file);
        }
    }

    @Test
    void keysOfTwoFilesDiffer() throws IOException {
        Path one = Files.writeString(folder.resolve("a"), "abc");
        Path other = Files.writeString(folder.resolve("b"), "abc");
        Object key = calls.state(one.toString()).fileKey();
        assertFalse(FileState.isOneKey(key, attributes(other).fileKey()));
        assertFalse(FileState.isOneKey(key, calls.state(other.toString()).fileKey()));
        assertFalse(FileState.isOneKey(key, null));
    }

    @Test
    void whereNothingIsOrCanBeIsNothing() throws IOException {
        Files.writeString(folder.resolve("a"), "abc");
        assertSame(FileState.NOTHING, calls.state(name("missing")));
        assertSame(FileState.NOTHING, calls.state(name("missing/below")));
        assertSame(FileState.NOTHING, calls.state(name("a/below")));
    }

    @Test
    void whatCantBeSaidIsLeftToJava() throws IOException {
        Files.createSymbolicLink(folder.resolve("loop"), folder.resolve("loop"));
        assertNull(calls.state(name("loop/below")));
        assertNull(calls.state(name("x".repeat(256))), "too long a name");
        assertNull(calls.state(name("x/".repeat(3000))), "too long a path");
        assertNull(calls.state("relative"));
    }

    @Test
    void nameThatIsNotAsciiIsThatOfJava() throws IOException {
        Path file;
        try {
            file = Files.writeString(folder.resolve("\u00fc\u4e2d\ud83d\ude80"), "abc");
        } catch (java.nio.file.InvalidPathException e) {
            return; // nor has Java such a name in this locale
        }
        assertSameState(file);
        assertTrue(calls.delete(file.toString()));
        assertFalse(Files.exists(file));
    }

    @Test
    void newFileHasAllBytesAndTellsWhatItIs() throws IOException {
        byte[] bytes = new byte[10_000];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31);
        }
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        for (ByteBuffer source : new ByteBuffer[] {ByteBuffer.wrap(bytes), direct}) {
            FileState state;
            try (NewFile file = calls.create(name("new"))) {
                assertTrue(file.isOpen());
                while (source.hasRemaining()) {
                    assertTrue(file.write(source) > 0);
                }
                assertEquals(0, file.write(source));
                file.force();
                state = file.state();
            }
            assertArrayEquals(bytes, Files.readAllBytes(folder.resolve("new")));
            assertEquals(calls.state(name("new")).modified(), state.modified());
            assertEquals(bytes.length, state.size());
            assertEquals(calls.state(name("new")).fileKey(), state.fileKey());
            assertTrue(calls.delete(name("new")));
        }
    }

    @Test
    void newFileHasThePermissionsOfJavasFiles() throws IOException {
        calls.create(name("new")).close();
        Path other = Files.writeString(folder.resolve("other"), "");
        assertEquals(Files.getPosixFilePermissions(other),
                Files.getPosixFilePermissions(folder.resolve("new")));
    }

    @Test
    void closedFileTakesNothing() throws IOException {
        NewFile file = calls.create(name("new"));
        file.close();
        file.close();
        assertFalse(file.isOpen());
        assertThrows(ClosedChannelException.class, () -> file.write(ByteBuffer.allocate(1)));
        assertThrows(ClosedChannelException.class, file::force);
        assertThrows(ClosedChannelException.class, file::state);
    }

    @Test
    void takenNameMakesNoFile() throws IOException {
        Files.writeString(folder.resolve("a"), "abc");
        Files.createSymbolicLink(folder.resolve("link"), folder.resolve("elsewhere"));
        assertNull(calls.create(name("a")));
        assertNull(calls.create(name("link")));
        assertNull(calls.create(name("missing/a")));
        assertEquals("abc", Files.readString(folder.resolve("a")));
        assertFalse(Files.exists(folder.resolve("elsewhere")));
    }

    @Test
    void moveReplacesAndMoveOfNewDoesNot() throws IOException {
        Files.writeString(folder.resolve("part"), "new");
        Files.writeString(folder.resolve("a"), "old");
        assertFalse(calls.moveNew(name("part"), calls, name("a")));
        assertEquals("old", Files.readString(folder.resolve("a")));
        assertTrue(calls.moveNew(name("part"), calls, name("b")));
        assertEquals("new", Files.readString(folder.resolve("b")));
        assertTrue(calls.move(name("b"), calls, name("a")));
        assertEquals("new", Files.readString(folder.resolve("a")));
        assertFalse(Files.exists(folder.resolve("b")));
    }

    @Test
    void whatCantBeMovedStays() throws IOException {
        Files.writeString(folder.resolve("part"), "new");
        Files.createDirectory(folder.resolve("sub"));
        Files.createSymbolicLink(folder.resolve("link"), folder.resolve("elsewhere"));
        assertFalse(calls.move(name("part"), calls, name("sub")));
        assertFalse(calls.moveNew(name("part"), calls, name("sub")));
        assertFalse(calls.moveNew(name("part"), calls, name("link")));
        assertFalse(calls.move(name("part"), calls, name("missing/a")));
        assertFalse(calls.move(name("missing"), calls, name("a")));
        assertEquals("new", Files.readString(folder.resolve("part")));
    }

    @Test
    void filesAndLinksAreDeletedAndFoldersAreNot() throws IOException {
        Path file = Files.writeString(folder.resolve("a"), "abc");
        Files.createSymbolicLink(folder.resolve("link"), file);
        Files.createDirectory(folder.resolve("sub"));
        assertTrue(calls.delete(name("link")));
        assertTrue(Files.exists(file));
        assertTrue(calls.delete(name("a")));
        assertFalse(calls.delete(name("a")));
        assertFalse(calls.delete(name("sub")));
        assertTrue(Files.exists(folder.resolve("sub")));
    }

    @Test
    void heldFolderIsUsedWhereverItsNameLeads() throws IOException {
        Path sub = Files.createDirectory(folder.resolve("sub"));
        Object key = attributes(sub).fileKey();
        try (FileCalls held = calls.folder(sub.toString(), key)) {
            Files.move(sub, folder.resolve("moved"));
            Files.createSymbolicLink(sub, folder);
            Files.writeString(folder.resolve("part"), "new");
            assertTrue(calls.moveNew(name("part"), held, "a"));
            assertEquals("new", Files.readString(folder.resolve("moved/a")));
            assertEquals(3, held.state("a").size());
            assertSame(FileState.NOTHING, held.state("b"));
            held.create("b").close();
            assertTrue(held.move("b", held, "c"));
            assertTrue(held.delete("c"));
            assertTrue(held.delete("a"));
        }
    }

    @Test
    void folderThatIsAnotherIsNotHeld() throws IOException {
        Path sub = Files.createDirectory(folder.resolve("sub"));
        Files.writeString(folder.resolve("a"), "abc");
        Files.createSymbolicLink(folder.resolve("link"), sub);
        Object key = attributes(sub).fileKey();
        assertNull(calls.folder(folder.toString(), key));
        assertNull(calls.folder(name("link"), key));
        assertNull(calls.folder(name("a"), attributes(folder.resolve("a")).fileKey()));
        assertNull(calls.folder(name("missing"), key));
        try (FileCalls held = calls.folder(sub.toString(), key)) {
            assertNotNull(held);
        }
    }
}
