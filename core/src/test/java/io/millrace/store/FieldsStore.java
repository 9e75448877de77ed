package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.meta.MetaStore;
import io.millrace.tree.PlainFileSystem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

/** A store that keeps fields of objects, in attributes of their files or in files beside them. */
abstract class FieldsStore {

    static final String[] FIELDS = {"Content-Type", "text/x-y; q=1", "Content-Encoding",
        "gzip", "Content-Language", "de", "Content-Disposition", "attachment; filename=x",
        "Cache-Control", "max-age=60"};

    /** Where it is kept. */
    enum Where { ATTRIBUTE, FILE }

    @Parameter
    Where where;

    @TempDir
    Path folder;

    final PlainFileSystem plain = new PlainFileSystem();
    FolderStore store;
    Client client;

    @BeforeEach
    void openStore() throws IOException {
        assumeTrue(where == Where.FILE || hasAttributes(folder));
        open(StoreOptions.builder());
    }

    static boolean hasAttributes(Path folder) throws IOException {
        Path probe = Files.createTempFile(folder, "probe", "");
        try {
            Files.getFileAttributeView(probe, UserDefinedFileAttributeView.class)
                    .write("x", ByteBuffer.allocate(1));
            return true;
        } catch (IOException e) {
            return false;
        } finally {
            Files.delete(probe);
        }
    }

    void open(StoreOptions.Builder options) throws IOException {
        close();
        // An object in memory is compared with its file each time.
        store = FolderStore.open(where == Where.FILE ? plain.path(folder) : folder,
                options.cacheWindow(Duration.ZERO).build());
        client = new Client(store);
    }

    @AfterEach
    void close() throws IOException {
        if (store != null) {
            store.close();
        }
    }

    static void assertFields(Reply reply) {
        for (int i = 0; i < FIELDS.length; i += 2) {
            assertEquals(FIELDS[i + 1], reply.field(FIELDS[i]), FIELDS[i]);
            assertEquals(1, reply.headers().all(FIELDS[i]).size());
        }
    }

    static void assertNoFields(Reply reply, String type) {
        assertEquals(200, reply.status());
        assertEquals(type, reply.field("Content-Type"));
        for (int i = 2; i < FIELDS.length; i += 2) {
            assertNull(reply.field(FIELDS[i]), FIELDS[i]);
        }
    }

    /** The names of what is kept in files. */
    Map<String, Long> sidecars() throws IOException {
        Path sidecars = folder.resolve(MetaStore.FOLDER_NAME);
        Map<String, Long> names = new TreeMap<>();
        if (Files.exists(sidecars)) {
            try (var files = Files.list(sidecars)) {
                for (Path file : files.toList()) {
                    names.put(file.getFileName().toString(), Files.size(file));
                }
            }
        }
        return names;
    }
}
