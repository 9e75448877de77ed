package io.millrace.app.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Refusals arrive at the JDK's two clients, of which one reads while it writes and one doesn't;
 * {@link RefusalsArrive} has further clients, larger bodies and more of them.
 */
class RefusalsIT {

    private static final int TIMES = 3;
    private static final long SIZE = 64_000_000;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void refusalOfAnUploadIsSeenByEveryClient(Refusal refusal) throws Exception {
        try (JarProcess server = refusal.start(folder)) {
            String url = server.awaitUrl();
            for (RefusedClient client : new RefusedClient[] {
                RefusedClient.HTTP_CLIENT, RefusedClient.HTTP_URL_CONNECTION}) {
                for (int i = 0; i < TIMES; i++) {
                    assertEquals(refusal.status,
                            refusal.provoke(url, client, null, SIZE, false), client + "");
                    assertEquals(refusal.status, refusal.provoke(url, client, null, SIZE,
                            client.knowsExpectations()), client + "");
                }
            }
            assertEquals("", server.err());
        }
    }
}
