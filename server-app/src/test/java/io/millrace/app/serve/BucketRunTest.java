package io.millrace.app.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.RawRequest;
import io.millrace.app.run.MemoryEngine;
import io.millrace.app.token.TokenFileTest;
import io.millrace.server.HttpServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store in a bucket, with what stands around it and beside it. */
class BucketRunTest {

    private static final String UPLOAD =
            "POST /up HTTP/1.1\r\nTus-Resumable: 1.0.0\r\nUpload-Length: 1\r\n";

    @TempDir
    private Path temp;

    private HttpServer engine;
    private ServeRun run;

    @BeforeEach
    void begin() throws IOException {
        engine = MemoryEngine.start();
        run = new ServeRun(temp);
    }

    @AfterEach
    void end() throws IOException {
        run.close();
        engine.close();
    }

    private String start(String line) throws Exception {
        return run.startOver(engine, line);
    }

    @Test
    void tokensOfTheFileProtectItAndAreReadAgain() throws Exception {
        TokenFileTest.write(temp.resolve("tokens"), "one\n");
        String url = start("--token-file %tokens --listen 0.0.0.0:0");
        assertEquals("", run.warnings());
        assertEquals(401, ServeRun.put(url, "/a", "none"));
        assertEquals(201, ServeRun.put(url, "/a", "one"));
        assertEquals(401, RawRequest.status(ServeRun.get(url, "/a", "")));
        TokenFileTest.write(temp.resolve("tokens"), "two\n");
        run.reload();
        assertTrue(run.out().contains("tokens read again from "), run.out());
        assertEquals(401, ServeRun.put(url, "/b", "one"));
        assertEquals(201, ServeRun.put(url, "/b", "two"));
    }

    @Test
    void keysOfTheEngineAreReadAgainWhenASignalAsksForIt() throws Exception {
        start("");
        run.reload();
        assertEquals("SIGHUP: reloaded the engine's keys\n", run.out());
        Files.writeString(temp.resolve("keys"), "nonsense\n");
        run.reload();
        assertEquals("SIGHUP: reloaded the engine's keys\n", run.out());
    }

    @Test
    void storeThatEveryoneMayChangeIsAWarningUnlessItIsReadOnly() throws Exception {
        start("--listen 0.0.0.0:0");
        assertTrue(run.warnings().startsWith("millrace: every client that can reach "
                + run.url("also on") + " may write and delete: "), run.warnings());
        run.stop();
        run = new ServeRun(temp);
        start("--listen 0.0.0.0:0 --read-only");
        assertEquals("", run.warnings());
    }

    @Test
    void memoryOfItsCacheThatTheHeapHasNotIsAWarning() throws Exception {
        start("--cache 1TiB");
        assertTrue(run.warnings().contains(" and --cache 1TiB are more than three quarters of"),
                run.warnings());
    }

    @Test
    void uploadsBeginAndAnEngineThatIsGoneIsTold() throws Exception {
        String url = start("--admin 127.0.0.1:0 --health-path /health");
        String admin = run.url("admin");
        assertEquals(201, RawRequest.status(RawRequest.send(url, UPLOAD, "")));
        engine.close();
        assertEquals(503, RawRequest.status(ServeRun.get(url, "/health", "")));
        assertEquals(503, RawRequest.status(ServeRun.get(admin, "/health/ready", "")));
    }

    // As the store sends such pages without a sandbox where all may read.
    @Test
    void pagesWithoutAnOriginAreToldOfTheirOwnTokenInASandboxOnly() throws Exception {
        TokenFileTest.write(temp.resolve("tokens"), "t\n");
        String fields = "Origin: null\r\nAuthorization: Bearer t\r\n";
        String url = start("--token-file %tokens");
        assertEquals("null", RawRequest.field(ServeRun.get(url, "/a", fields),
                "Access-Control-Allow-Origin"));
        for (String flag : new String[] {"--open-reads", "--read-only"}) {
            run.stop();
            run = new ServeRun(temp);
            url = start("--token-file %tokens " + flag);
            assertNull(RawRequest.field(ServeRun.get(url, "/a", fields),
                    "Access-Control-Allow-Origin"), flag);
        }
    }
}
