package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several listeners, those that throw, and the flight recorder. */
class ListenerFailureTest extends ListenedServer {

    @Test
    void eachListenerIsToldWhateverAnotherThrows() throws Exception {
        ServerListener faulty = new ServerListener() {
            @Override
            public void onAnswered(ExchangeInfo exchange, Status status, long sentBytes,
                    long nowNs) {
                throw new IllegalStateException("meant to be thrown");
            }
        };
        Journal second = new Journal();
        try (HttpServer server = HttpServer.start(
                        options().listeners(journal, faulty, second).build(),
                        request -> Response.text("one"));
                RawClient client = new RawClient(server)) {
            client.send(GET).answer();
            for (Journal each : List.of(journal, second)) {
                assertEquals("accepted 0", each.next());
                assertEquals("head 0 GET /a", each.next());
                assertEquals("answered 0 GET /a 200 3", each.next());
            }
        }
    }

    /** All events, with a faulty listener in front: by reflection, so that none is forgotten. */
    @Test
    void severalListenersAsOneAreEachToldOfEachEvent() throws Exception {
        List<String> told = new ArrayList<>();
        List<String> events = new ArrayList<>();
        ServerListener faulty = listener(event -> {
            throw new IllegalStateException("meant to be thrown");
        });
        try (Logged logged = new Logged(ConnectionObserver.class)) {
            ServerListener all = ServerListener.of(faulty, ServerListener.of(
                    listener(told::add)), listener(told::add));
            for (Method event : ServerListener.class.getMethods()) {
                if (!Modifier.isStatic(event.getModifiers())) {
                    events.add(event.getName());
                    events.add(event.getName());
                    event.invoke(all, Arrays.stream(event.getParameterTypes())
                            .map(type -> type == long.class ? (Object) 5L : null).toArray());
                }
            }
            assertEquals(events, told);
            assertEquals(events.size() / 2, logged.lines().size());
        }
        assertTrue(events.size() >= 18, events.toString());
        assertThrows(NullPointerException.class, () -> ServerListener.of(faulty, null));
        ServerListener.of().onThreadEnded("none", new IOException());
    }

    private static ServerListener listener(Consumer<String> onEvent) {
        return (ServerListener) Proxy.newProxyInstance(
                ListenerFailureTest.class.getClassLoader(), new Class<?>[] {ServerListener.class},
                (proxy, method, arguments) -> {
                    onEvent.accept(method.getName());
                    return null;
                });
    }

    @Test
    void listenerThatThrowsChangesNothingForTheClient() throws Exception {
        ServerListener faulty = new ServerListener() {
            @Override
            public void onHead(ExchangeInfo exchange) {
                throw new IllegalStateException("meant to be thrown");
            }
        };
        try (HttpServer server = start(faulty, request -> answer(request.method()));
                RawClient client = new RawClient(server)) {
            assertTrue(client.send(GET).answer().endsWith("\r\n\r\none"));
            assertTrue(client.send(GET).answer().endsWith("\r\n\r\none"));
        }
    }

    @Test
    void flightRecorderHasExchangesAndConnections(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("millrace.jfr");
        try (Recording recording = new Recording()) {
            recording.enable("io.millrace.Exchange");
            recording.enable("io.millrace.Connection");
            recording.start();
            try (HttpServer server = start(null, request -> answer(request.method()))) {
                try (RawClient client = new RawClient(server)) {
                    client.send(PUT).answer();
                }
            }
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file);
        RecordedEvent exchange = one(events, "io.millrace.Exchange");
        assertEquals("PUT", exchange.getString("method"));
        assertEquals("/b", exchange.getString("target"));
        assertEquals(200, exchange.getInt("status"));
        assertEquals(5, exchange.getLong("received"));
        assertEquals(5, exchange.getLong("sent"));
        assertTrue(exchange.getLong("bodyNs") > 0);
        RecordedEvent connection = one(events, "io.millrace.Connection");
        assertTrue(connection.getString("peer").startsWith("/127.0.0.1:"));
        assertTrue(connection.getDuration().compareTo(exchange.getDuration()) > 0);
    }

    private static RecordedEvent one(List<RecordedEvent> events, String name) {
        List<RecordedEvent> found = events.stream()
                .filter(event -> event.getEventType().getName().equals(name)).toList();
        assertEquals(1, found.size(), name);
        return found.get(0);
    }
}
