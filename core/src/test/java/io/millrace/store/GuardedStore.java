package io.millrace.store;

import io.millrace.access.AccessControl;
import io.millrace.access.AccessRules;
import io.millrace.access.Right;
import io.millrace.server.HttpServer;
import io.millrace.server.Logged;
import io.millrace.server.ServerOptions;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Stores whose clients need rights, with raw bytes in and out. */
abstract class GuardedStore {

    static final int TIMEOUT_MS = 60_000;

    @TempDir
    Path temp;

    int folders;
    Path folder;
    FolderStore store;
    HttpServer server;
    Logged logged;

    @BeforeEach
    void listen() throws ReflectiveOperationException {
        logged = new Logged(AccessControl.class);
    }

    @AfterEach
    void stop() throws IOException, ReflectiveOperationException {
        close();
        logged.close();
    }

    void close() throws IOException {
        if (server != null) {
            server.close();
            store.close();
        }
    }

    void start(StoreOptions.Builder options) throws IOException {
        close();
        folder = temp.resolve("data" + folders++);
        for (String key : List.of("a", "d/o", "team/o")) {
            Files.createDirectories(folder.resolve(key).getParent());
            Files.writeString(folder.resolve(key), "old");
        }
        store = FolderStore.open(folder, options.build());
        server = HttpServer.start(ServerOptions.builder().port(0).workers(1).build(), store);
    }

    void start(Contract contract, AccessRules rules) throws IOException {
        start(StoreOptions.builder().contract(contract).access(rules)
                .wrongTokenDelay(Duration.ZERO));
    }

    static AccessRules rules(Set<Right> rights, String prefix) {
        // Another one may do more, which must not help.
        return AccessRules.none().grant("root", "all", EnumSet.allOf(Right.class), "/")
                .grant("me", "t0ken", rights, prefix);
    }

    Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(TIMEOUT_MS);
        socket.connect(server.address());
        return socket;
    }

    /** Sends a request and returns all that comes, without its date. */
    String send(String request, String... fields) throws IOException {
        try (Socket socket = connect()) {
            String body = request.startsWith("PUT") && !request.endsWith("/") ? "new" : "";
            socket.getOutputStream().write((request + " HTTP/1.1\r\nHost: x\r\n"
                    + String.join("", fields) + "Connection: close\r\nContent-Length: "
                    + body.length() + "\r\n\r\n" + body).getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1)
                    .replaceFirst("Date: [^\r]*\r\n", "");
        }
    }

    String send(String request) throws IOException {
        return send(request, "Authorization: Bearer t0ken\r\n");
    }

    static int status(String response) {
        return Integer.parseInt(response, 9, 12, 10);
    }
}
