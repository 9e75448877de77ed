package io.millrace.s3;

import static io.millrace.s3.ScriptedEngine.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.s3.S3Exception.Kind;
import io.millrace.server.TestTls;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Engines that there can be no TLS with: what a client says of them, and that it doesn't try again,
 * as no try would end otherwise.
 */
@Timeout(60)
class S3TlsTest {

    private static final int ATTEMPTS = 3;
    private static final S3Keys KEYS = new S3Keys("ID", "secret", null);

    private static S3Client client(String url, SSLContext tls) {
        return new S3Client(S3Place.of(url, null, false), () -> KEYS,
                S3Settings.DEFAULTS.maxAttempts(ATTEMPTS), InstantSource.system(), tls);
    }

    private static S3Exception failure(S3Client client) {
        CompletableFuture<?> asked = client.head("a", Map.of());
        return assertInstanceOf(S3Exception.class, assertThrows(ExecutionException.class,
                () -> asked.get(30, TimeUnit.SECONDS)).getCause());
    }

    private static long retries(S3Client client) {
        return client.counters().retries(S3Counters.Operation.of("HeadObject"));
    }

    private static String refusal(String url, SSLContext tls) throws IOException {
        try (S3Client client = client(url, tls)) {
            S3Exception failure = failure(client);
            assertEquals(Kind.UNTRUSTED, failure.kind(), failure.getMessage());
            assertFalse(failure.mayBeDone());
            assertEquals(0, retries(client));
            return failure.getMessage();
        }
    }

    private static String named(S3Double engine, String host) {
        return engine.url().replace("127.0.0.1", host);
    }

    @Test
    void certificateOfAnotherNameIsToldFromOneThatIsNotTrusted() throws Exception {
        try (S3Double engine = S3Double.startTls(EngineTls.context())) {
            assertEquals("HeadObject: the engine's certificate is for another name than 127.0.0.1:"
                    + " name the engine in the bucket's URL as its certificate does",
                    refusal(engine.url(), TestTls.clientContext()));
            assertEquals("HeadObject: the engine's certificate is not trusted",
                    refusal(named(engine, "localhost"), EngineTls.trusting("clients.pem")));
        }
    }

    @Test
    void certificateThatHasExpiredIsTold() throws Exception {
        try (S3Double engine = S3Double.startTls(
                EngineTls.context("expired.pem", "expired.key"))) {
            assertEquals("HeadObject: the engine's certificate has expired",
                    refusal(named(engine, "localhost"), EngineTls.trusting("root.pem")));
        }
    }

    /** The URL of what sends these bytes to whoever connects, with https. */
    private static ScriptedEngine sending(String text) throws IOException {
        return new ScriptedEngine(wire -> {
            wire.write(text);
            wire.readToEnd();
        });
    }

    private static String secured(ScriptedEngine engine) {
        return engine.url().replace("http://", "https://");
    }

    @Test
    void engineWithoutTlsIsAskedForHttpInTheUrl() throws Exception {
        try (ScriptedEngine plain = sending(answer(400, ""))) {
            String message = refusal(secured(plain), null);
            assertTrue(message.startsWith("HeadObject: there is no TLS at 127.0.0.1:"), message);
            assertTrue(message.endsWith(": write http:// in the bucket's URL, or the port that has"
                    + " TLS"), message);
        }
    }

    @Test
    void engineThatTlsCannotBeAgreedOnWithSaysWhy() throws Exception {
        // RFC 8446 s6: a record of an alert, fatal, handshake_failure.
        try (ScriptedEngine old = sending("\u0015\u0003\u0003\u0000\u0002\u0002\u0028")) {
            String message = refusal(secured(old), null);
            assertTrue(message.startsWith("HeadObject: TLS can't be agreed on with 127.0.0.1:"),
                    message);
            assertTrue(message.contains("handshake_failure"), message);
        }
    }

    @Test
    void handshakeThatIsCutIsTriedAgain() throws Exception {
        try (ScriptedEngine cutting = new ScriptedEngine(wire -> wire.in.read());
                S3Client client = client(secured(cutting), null)) {
            assertNotEquals(Kind.UNTRUSTED, failure(client).kind());
            assertEquals(ATTEMPTS - 1, retries(client));
        }
    }
}
