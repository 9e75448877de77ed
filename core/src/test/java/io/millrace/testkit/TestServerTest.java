package io.millrace.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.http.Response;
import io.millrace.server.ServerOptions;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;

class TestServerTest {

    @Test
    void serverIsThereUntilItIsClosed() throws Exception {
        HttpRequest request;
        HttpClient client = HttpClient.newHttpClient();
        try (TestServer server = TestServer.start(head -> Response.text(head.target()))) {
            request = HttpRequest.newBuilder(server.uri("/a?b")).build();
            assertEquals("/a?b", client.send(request, BodyHandlers.ofString()).body());
            assertEquals("http://127.0.0.1:" + server.server().address().getPort(),
                    server.uri().toString());
        }
        assertThrows(IOException.class, () -> client.send(request, BodyHandlers.ofString()));
    }

    @Test
    void optionsAreThoseOfTheTest() throws Exception {
        try (TestServer server = TestServer.start(ServerOptions.builder().workers(1).port(1),
                head -> Response.text("x"))) {
            assertEquals(1, server.server().stats().workers().size());
        }
    }
}
