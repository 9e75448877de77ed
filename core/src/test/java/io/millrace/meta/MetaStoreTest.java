package io.millrace.meta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.content.DigestAlgorithm;
import io.millrace.http.Headers;
import io.millrace.tree.PlainFileSystem;
import io.millrace.tree.PlainFileSystem.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not supported, and what has failed. */
class MetaStoreTest {

    @TempDir
    Path folder;

    private final PlainFileSystem plain = new PlainFileSystem();
    private final Attributes attributes = new Attributes();
    private final List<String> logged = new ArrayList<>();
    private final AtomicInteger names = new AtomicInteger();
    private MetaStore store;
    private Path object;

    /** Attributes as the JDK has them on Unix, with failures on demand. */
    private static final class Attributes {

        private final Map<Path, byte[]> values = new HashMap<>();
        /** The system's word for what fails; empty: access is denied; null: nothing fails. */
        private String fails;
        /** How many reads fail alone, as those of a file that was replaced a moment ago do. */
        private int failingReads;
        private int writes;
        /** Whether what is written is lost, as if it had not been. */
        private boolean forgets;
        /** Whether the file system has a view of them and nothing behind it. */
        private boolean isUnsupported;

        private UserDefinedFileAttributeView of(Path real) {
            return new UserDefinedFileAttributeView() {

                @Override
                public String name() {
                    return "user";
                }

                private void fail(String what) throws IOException {
                    if (fails != null && fails.isEmpty()) {
                        throw new AccessDeniedException(real.toString());
                    }
                    if (fails != null) {
                        throw new FileSystemException(real.toString(), null, what + fails);
                    }
                }

                @Override
                public List<String> list() throws IOException {
                    fail("Unable to get list of extended attributes: ");
                    return values.containsKey(real) ? List.of(ExtendedAttribute.NAME) : List.of();
                }

                @Override
                public int size(String name) throws IOException {
                    fail("Unable to get size of extended attribute '" + name + "': ");
                    return values.get(real).length;
                }

                @Override
                public int read(String name, ByteBuffer target) throws IOException {
                    fail("Error reading extended attribute '" + name + "': ");
                    byte[] value = values.get(real);
                    if (value == null || failingReads-- > 0) {
                        throw new FileSystemException(real.toString(), null,
                                "Error reading extended attribute: No data available");
                    }
                    if (value.length > target.remaining()) {
                        throw new FileSystemException(real.toString(), null, "Error reading "
                                + "extended attribute: Numerical result out of range");
                    }
                    target.put(value);
                    return value.length;
                }

                @Override
                public int write(String name, ByteBuffer source) throws IOException {
                    writes++;
                    if (isUnsupported) {
                        throw new UnsupportedOperationException();
                    }
                    fail("Error writing extended attribute '" + name + "': ");
                    byte[] value = new byte[source.remaining()];
                    source.get(value);
                    values.put(real, forgets ? new byte[value.length] : value);
                    return value.length;
                }

                @Override
                public void delete(String name) {
                    throw new UnsupportedOperationException();
                }
            };
        }
    }

    @BeforeEach
    void open() throws IOException {
        plain.userAttributes = attributes::of;
        Path path = plain.path(folder);
        object = path.resolve("object");
        Files.writeString(folder.resolve("object"), "one");
        store = new MetaStore(path, () -> path.resolve("part" + names.incrementAndGet()), true,
                (what, failure) -> logged.add(what));
    }

    /** Whether what a PUT keeps now is kept in an attribute. */
    private boolean isInAttribute() throws Exception {
        ObjectMeta meta = new ObjectMeta(
                ObjectFields.of(Headers.of("Content-Type", "a/b")), Map.of());
        return !store.stage(object, meta).isInFile();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Operation not supported", "Vorgang nicht unterst\u00fctzt"})
    void fileSystemWithoutAttributesIsAskedOnce(String reason) throws Exception {
        attributes.fails = reason;
        assertFalse(isInAttribute());
        attributes.fails = null;
        assertFalse(isInAttribute());
        assertEquals(1, attributes.writes);
        assertEquals(List.of(), logged);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void fileSystemThatLosesAttributesOrOnlySeemsToHaveThemHasNone(boolean loses)
            throws Exception {
        attributes.forgets = loses;
        attributes.isUnsupported = !loses;
        assertFalse(isInAttribute());
        assertEquals(List.of(), logged);
        assertFalse(Files.exists(folder.resolve("part1")), "the file for the trial is left");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Input/output error", "No space left on device",
        "Disk quota exceeded", "Too many open files"})
    void faultIsLoggedAndSaysNothingOfWhatIsSupported(String reason) throws Exception {
        attributes.fails = reason;
        assertFalse(isInAttribute());
        assertEquals(List.of("extended attributes can't be tested"), logged);
        attributes.fails = null;
        assertTrue(isInAttribute());
        assertEquals(1, logged.size());
    }

    @Test
    void objectHasNoFieldsWhereNoFileHasAttributes() throws Exception {
        attributes.fails = "Operation not supported";
        assertTrue(store.read(object, "object", 3, 0).isEmpty());
    }

    @Test
    void objectWhoseAttributeCannotBeReadIsNotOneWithoutFields() {
        attributes.fails = "Input/output error";
        IOException e = assertThrows(FileSystemException.class,
                () -> store.read(object, "object", 3, 0));
        assertTrue(e.getMessage().contains("Input/output error"), e.getMessage());
    }

    @Test
    void objectWhoseAttributeMayNotBeReadIsOneThatMayNotBeRead() {
        attributes.fails = "";
        assertThrows(AccessDeniedException.class, () -> store.read(object, "object", 3, 0));
    }

    @ParameterizedTest
    @CsvSource({"Input/output error, true", "No space left on device, true",
        "Operation not permitted, false"})
    void digestThatCannotBeKeptIsLoggedIfTheDeviceFailed(String reason, boolean isLogged) {
        attributes.fails = "Operation not supported";
        plain.before((operation, real) -> {
            if (operation == Operation.CREATE && real.endsWith("part2")) {
                throw new FileSystemException(real.toString(), null, reason);
            }
        });
        assertTrue(store.keeps());
        store.add(object, null, "object", 3, 0, DigestAlgorithm.SHA_256, new byte[32], false);
        assertEquals(isLogged ? List.of("a digest of object can't be kept") : List.of(), logged);
        assertFalse(Files.exists(folder.resolve("part2")));
    }

    @Test
    void attributeThatIsTooLongToBeOursIsNone() throws Exception {
        assertTrue(store.keeps());
        attributes.values.put(folder.resolve("object"), new byte[MetaFormat.MAX_BYTES + 1]);
        assertTrue(store.read(object, "object", 3, 0).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7})
    void fileThatIsReplacedWhileItIsReadIsReadAgain(int failing) throws Exception {
        keepType();
        attributes.failingReads = failing;
        assertEquals("a/b", store.read(object, "object", 3, 100).fields().value(0));
    }

    @Test
    void readingEndsWhereOneFailsEachTime() throws Exception {
        keepType();
        attributes.failingReads = Integer.MAX_VALUE;
        assertThrows(FileSystemException.class, () -> store.read(object, "object", 3, 100));
    }

    private void keepType() throws Exception {
        assertTrue(store.keeps());
        store.stage(object, new ObjectMeta(ObjectFields.of(Headers.of("Content-Type", "a/b")),
                Map.of())).write(3, 100, false);
    }
}
