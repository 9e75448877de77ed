package io.millrace.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.http.Handler;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.server.Logged;
import java.io.IOException;
import java.net.HttpURLConnection;
import org.junit.jupiter.api.Test;

/** Heads that are too long are so for the kit as for a server. */
class HeadSizeTest {

    /** "X: " and its end; the status line; the end of the head. */
    private static final int INTERIM_BYTES = 5 + "HTTP/1.1 103 Early Hints\r\n".length() + 2;

    private static Handler withField(int chars) {
        return request -> Response.text("ok").add("X", "x".repeat(chars));
    }

    private static int statusOfAServer(int chars) throws IOException {
        try (TestServer server = TestServer.start(withField(chars))) {
            HttpURLConnection connection =
                    (HttpURLConnection) server.uri("/").toURL().openConnection();
            try {
                return connection.getResponseCode();
            } finally {
                connection.disconnect();
            }
        }
    }

    @Test
    void longestHeadIsSentAndOneOfAByteMoreIs500AsByAServer() throws Exception {
        int most = 1;
        for (int more = 8192; more > 0; more /= 2) {
            most += TestClient.of(withField(most + more)).get("/").code() == 200 ? more : 0;
        }
        TestResponse tooLong = TestClient.of(withField(most + 1)).get("/").assertStatus(500);
        assertEquals("the response head exceeds 16384 bytes", tooLong.failure().getMessage());
        try (Logged logged = new Logged(Class.forName("io.millrace.server.Connection"))) {
            assertEquals(200, statusOfAServer(most));
            assertEquals(500, statusOfAServer(most + 1));
            assertEquals(1, logged.lines().size());
        }
    }

    @Test
    void informationalResponsesBeyond16KiBAreDroppedAndLongerOnesRefused() {
        int half = 8192 - INTERIM_BYTES;
        TestResponse response = TestClient.of(request -> {
            for (int chars : new int[] {half, half + 1, half, 1}) {
                request.inform(Response.of(Status.EARLY_HINTS).add("X", "x".repeat(chars)));
            }
            Response tooLong = Response.of(Status.EARLY_HINTS)
                    .add("X", "x".repeat(2 * 8192 - INTERIM_BYTES + 1));
            assertThrows(IllegalArgumentException.class, () -> request.inform(tooLong));
            return Response.text("ok");
        }).get("/");
        assertEquals(2, response.informed().size());
        assertEquals(half, response.informed().get(1).headers().first("X").length());
    }
}
