package io.millrace.app.page;

import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import io.millrace.store.FolderStore;
import io.millrace.store.StoreOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** A store with the page around it, on a port of its own; bytes in, bytes out. */
final class PageServer implements AutoCloseable {

    private final FolderStore store;
    private final HttpServer server;

    PageServer(Path folder, UnaryOperator<StoreOptions.Builder> options) throws IOException {
        Page page = Page.create();
        store = FolderStore.open(folder, options.apply(StoreOptions.builder().page(page)).build());
        server = HttpServer.start(ServerOptions.builder()
                .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).build(),
                page.around(store));
    }

    Socket connect() throws IOException {
        InetSocketAddress address = server.address();
        Socket socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
        return socket;
    }

    /** The response to a request that closes its connection; each byte a character. */
    String exchange(String... pieces) throws IOException {
        try (Socket socket = connect()) {
            for (String piece : pieces) {
                socket.getOutputStream().write(bytes(piece));
                socket.getOutputStream().flush();
            }
            return read(socket);
        }
    }

    /** A GET, or another method without a body. */
    String send(String method, String target, String... fields) throws IOException {
        return exchange(method + ' ' + target + " HTTP/1.1\r\nHost: localhost\r\n"
                + "Connection: close\r\n" + String.join("", fields) + "\r\n");
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String read(Socket socket) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        socket.getInputStream().transferTo(all);
        return all.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        server.close();
        store.close();
    }
}
