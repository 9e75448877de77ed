package io.millrace.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.tree.PlainFileSystem;
import io.millrace.tree.PlainFileSystem.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A renewed certificate that the system fails to read for a while. */
class TlsReloadTest {

    @TempDir
    private Path folder;

    private final PlainFileSystem system = new PlainFileSystem();

    private Path copy(String from, String to) throws IOException {
        return system.path(Files.copy(TestFiles.file(from), folder.resolve(to),
                StandardCopyOption.REPLACE_EXISTING));
    }

    private Tls renewed() throws IOException {
        Tls tls = Tls.builder().certificate(copy("rsa.pem", "chain.pem"),
                copy("rsa-pkcs8.key", "key.pem")).build();
        copy("ed25519.pem", "chain.pem");
        copy("ed25519.key", "key.pem");
        assertFalse(tls.reloadIfChanged(), "they may still be written");
        return tls;
    }

    private static String name(Tls tls) {
        return tls.certificates().get(0).getSubjectX500Principal().toString();
    }

    @Test
    void itIsReadOnceItCanBeAndEachReasonIsToldOnce() throws IOException {
        Tls tls = renewed();
        for (String why : new String[] {"too many open files", "input/output error"}) {
            system.fail(Operation.OPEN, new IOException(why));
            String message = assertThrows(TlsException.class, tls::reloadIfChanged).getMessage();
            assertTrue(message.endsWith(why), message);
            assertFalse(tls.reloadIfChanged());
            assertThrows(TlsException.class, tls::reload);
            assertFalse(tls.reloadIfChanged());
        }
        assertEquals("CN=a.example", name(tls));
        system.before(null);
        assertTrue(tls.reloadIfChanged());
        assertEquals("CN=ed", name(tls));
        assertFalse(tls.reloadIfChanged());
    }

    @Test
    void itIsReadOnceTheHeapHasRoom() throws IOException {
        Tls tls = renewed();
        system.before((operation, real) -> {
            throw new OutOfMemoryError("planted");
        });
        assertThrows(OutOfMemoryError.class, tls::reload);
        system.before((operation, real) -> {
            if (operation == Operation.OPEN) {
                throw new OutOfMemoryError("planted");
            }
        });
        assertThrows(OutOfMemoryError.class, tls::reloadIfChanged);
        system.before(null);
        assertTrue(tls.reloadIfChanged());
        assertEquals("CN=ed", name(tls));
    }
}
