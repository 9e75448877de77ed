package io.millrace.app.run;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * A client with an address of its own that sends one request on a connection.
 *
 * <p>Threads: one at a time.
 *
 * @param tls null for none
 */
record ProxyClient(InetSocketAddress own, InetSocketAddress proxy, SSLContext tls) {

    private static final int TIMEOUT_MS = 30_000;
    private static final String END = "Host: a.example\r\nConnection: close\r\n";

    /** The response's body, with the status before it if it isn't 200. */
    String get(String fields) throws IOException {
        return send("GET / HTTP/1.1\r\n" + fields + END + "\r\n", 0);
    }

    String put(int bytes) throws IOException {
        return send("PUT / HTTP/1.1\r\n" + END + "Content-Length: " + bytes + "\r\n\r\n", bytes);
    }

    private String send(String head, int bytes) throws IOException {
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            out.write(head.getBytes(StandardCharsets.US_ASCII));
            try {
                out.write(new byte[bytes]);
            } catch (IOException refused) {
                return "refused: " + refused.getMessage() + ", " + new String(
                        socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            }
            String response = new String(socket.getInputStream().readAllBytes(),
                    StandardCharsets.ISO_8859_1);
            int end = response.indexOf("\r\n\r\n");
            if (end < 0) {
                return "no response: " + response;
            }
            String status = response.substring(9, 12);
            return (status.equals("200") ? "" : status + " ") + response.substring(end + 4);
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(TIMEOUT_MS);
        socket.bind(own);
        socket.connect(proxy, TIMEOUT_MS);
        if (tls == null) {
            return socket;
        }
        SSLSocket secure = (SSLSocket) tls.getSocketFactory()
                .createSocket(socket, "a.example", proxy.getPort(), true);
        SSLParameters parameters = secure.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName("a.example")));
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        secure.setSSLParameters(parameters);
        secure.startHandshake();
        return secure;
    }
}
