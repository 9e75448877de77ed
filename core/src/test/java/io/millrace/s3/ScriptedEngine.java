package io.millrace.s3;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/**
 * An engine that knows nothing of S3: it plays scripts on connections, byte by byte, for what no
 * engine does on demand. The last script is played for all further connections.
 */
final class ScriptedEngine implements Closeable {

    /** What is done on one connection, which is closed when it ends. */
    @FunctionalInterface
    interface Script {
        void play(Wire wire) throws Exception;
    }

    private final ServerSocket listening;
    private final List<Script> scripts;
    private final List<Wire> wires = new ArrayList<>();
    private final List<String> heads = new ArrayList<>();
    private int next;
    private boolean isClosed;

    ScriptedEngine(Script... scripts) throws IOException {
        this.scripts = List.of(scripts);
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread acceptor = new Thread(this::accept, "scripted-engine");
        acceptor.setDaemon(true);
        acceptor.start();
    }

    /** Answers each request on a connection with the same text. */
    static Script answering(String answer) {
        return wire -> {
            while (wire.readRequest() != null) {
                wire.write(answer);
            }
        };
    }

    static String answer(int status, String body, String... fields) {
        StringBuilder text = new StringBuilder("HTTP/1.1 " + status + " X\r\n");
        for (String field : fields) {
            text.append(field).append("\r\n");
        }
        return text.append("Content-Length: ")
                .append(body.getBytes(StandardCharsets.UTF_8).length).append("\r\n\r\n")
                .append(body).toString();
    }

    static String error(int status, String code, String... fields) {
        return answer(status, "<?xml version=\"1.0\"?><Error><Code>" + code
                + "</Code><Message>told</Message><RequestId>R1</RequestId></Error>", fields);
    }

    String url() {
        return "http://127.0.0.1:" + listening.getLocalPort() + "/bucket/";
    }

    /** The heads of all requests so far. */
    List<String> heads() {
        synchronized (this) {
            return List.copyOf(heads);
        }
    }

    int connections() {
        synchronized (this) {
            return wires.size();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listening.accept();
                Wire wire = new Wire(socket);
                Script script;
                synchronized (this) {
                    if (isClosed) {
                        socket.close();
                        return;
                    }
                    wires.add(wire);
                    script = scripts.get(Math.min(next++, scripts.size() - 1));
                }
                Thread thread = new Thread(() -> play(script, wire), "scripted-engine-wire");
                thread.setDaemon(true);
                thread.start();
            }
        } catch (IOException e) {
            // closed
        }
    }

    private static void play(Script script, Wire wire) {
        try {
            script.play(wire);
            wire.socket.close();
            wire.ended.complete(null);
        } catch (Exception | AssertionError e) {
            wire.ended.completeExceptionally(e);
        }
    }

    /** The end of the script of a connection, counted from 0. */
    CompletableFuture<Void> end(int connection) {
        synchronized (this) {
            return wires.get(connection).ended;
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        synchronized (this) {
            isClosed = true;
            for (Wire wire : wires) {
                wire.socket.close();
            }
        }
    }

    /** One connection. */
    final class Wire {

        final Socket socket;
        final InputStream in;
        final CompletableFuture<Void> ended = new CompletableFuture<>();

        Wire(Socket socket) throws IOException {
            this.socket = socket;
            this.in = new BufferedInputStream(socket.getInputStream());
        }

        /** The head of a request; null if the client has closed. */
        String readHead() throws IOException {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                int b = in.read();
                if (b < 0) {
                    return null;
                }
                head.write(b);
            }
            String text = head.toString(StandardCharsets.ISO_8859_1);
            synchronized (ScriptedEngine.this) {
                heads.add(text);
            }
            return text;
        }

        /** The head, behind which the body is read too. */
        String readRequest() throws IOException {
            String head = readHead();
            if (head != null) {
                in.readNBytes((int) length(head));
            }
            return head;
        }

        byte[] readBody(String head) throws IOException {
            return in.readNBytes((int) length(head));
        }

        /** Reads until the client closes; how many bytes came. */
        long readToEnd() throws IOException {
            return in.transferTo(java.io.OutputStream.nullOutputStream());
        }

        void write(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
        }

        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }

    static long length(String head) {
        for (String line : head.split("\r\n")) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                return Long.parseLong(line.substring(15).strip());
            }
        }
        return 0;
    }
}
