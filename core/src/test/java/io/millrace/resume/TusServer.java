package io.millrace.resume;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A store with uploads, and clients that speak tus. Each test has its own. */
abstract class TusServer {

    static final String TYPE = "Content-Type: application/offset+octet-stream";

    @TempDir
    Path folder;

    UploadServer server;
    Tus tus;

    @BeforeEach
    void start() throws IOException {
        server = UploadServer.start(folder);
        tus = new Tus(server);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    static void assertStatus(String code, String answer) {
        assertEquals(code, Tus.status(answer), answer);
        assertEquals("1.0.0", Tus.field(answer, "Tus-Resumable"), answer);
    }

    static String digest(String algorithm, String text) throws NoSuchAlgorithmException {
        return Base64.getEncoder().encodeToString(MessageDigest.getInstance(algorithm)
                .digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
