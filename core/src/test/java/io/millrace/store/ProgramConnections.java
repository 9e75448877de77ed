package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Pause;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A store, and connections that say to it what a program says. Each test has its own. */
abstract class ProgramConnections {

    static final int TIMEOUT_MS = 60_000;

    @TempDir
    Path folder;

    FolderStore store;
    HttpServer server;
    Socket socket;

    @BeforeEach
    void startStore() throws IOException {
        start(StoreOptions.builder());
    }

    void start(StoreOptions.Builder options) throws IOException {
        stop();
        store = FolderStore.open(folder, options.build());
        server = HttpServer.start(
                ServerOptions.builder().port(0).hosts("*").build(), store);
        connect();
    }

    @AfterEach
    void stop() throws IOException {
        if (server != null) {
            socket.close();
            server.close();
            store.close();
        }
    }

    void connect() throws IOException {
        socket = new Socket();
        socket.setSoTimeout(TIMEOUT_MS);
        socket.setTcpNoDelay(true);
        socket.connect(server.address());
    }

    /** Sends text, with CRLF for each line end. */
    void send(String text) throws IOException {
        raw(text.replace("\n", "\r\n"));
    }

    void raw(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** A response: the status, the head and the body. */
    record Heard(int status, String head, String body) {

        /** The value of a field; null if there is none. */
        String field(String name) {
            for (String line : head.split("\r\n")) {
                if (line.toLowerCase(Locale.ROOT).startsWith(
                        name.toLowerCase(Locale.ROOT) + ": ")) {
                    return line.substring(name.length() + 2);
                }
            }
            return null;
        }
    }

    Heard hear() throws IOException {
        return hear(false);
    }

    Heard hear(boolean isOfHead) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            assertTrue(b >= 0, "the server left after " + head);
            head.append((char) b);
        }
        Heard heard = new Heard(Integer.parseInt(head, 9, 12, 10), head.toString(), "");
        String length = heard.field("Content-Length");
        if (length == null || isOfHead) {
            return heard;
        }
        byte[] body = in.readNBytes(Integer.parseInt(length));
        return new Heard(heard.status(), heard.head(),
                new String(body, StandardCharsets.ISO_8859_1));
    }

    void assertStatus(int status) throws IOException {
        Heard heard = hear();
        assertEquals(status, heard.status(), heard.head());
    }

    void assertClosed() throws IOException {
        assertEquals(-1, socket.getInputStream().read());
    }

    String stored(String path) throws IOException {
        return Files.readString(folder.resolve(path));
    }

    /** Waits for what a client that has left has sent. */
    void await(String path, boolean isThere) {
        long startNs = System.nanoTime();
        while (Files.exists(folder.resolve(path)) != isThere) {
            assertTrue(System.nanoTime() - startNs < TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MS));
            Pause.briefly();
        }
    }
}
