package io.millrace.app.load;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** A server on a free port of the loopback interface that says what a test tells it to. */
public final class ScriptedServer implements Closeable {

    /** What is said on one connection; its end closes the connection. */
    public interface Script {
        void talk(Peer peer) throws IOException;
    }

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Script script;
    private final List<Peer> peers = new CopyOnWriteArrayList<>();
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    public ScriptedServer(Script script) throws IOException {
        this.script = script;
        start(this::accept);
    }

    /** A server that answers every request of a connection with these bytes. */
    public static ScriptedServer answering(String answer) throws IOException {
        return new ScriptedServer(peer -> {
            while (peer.readRequest()) {
                peer.send(answer);
            }
        });
    }

    public String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    int connections() {
        return peers.size();
    }

    /** Every head that was read, in the order of their ends. */
    List<String> heads() {
        return heads;
    }

    private void accept() {
        try {
            while (true) {
                Peer peer = new Peer(server.accept());
                peers.add(peer);
                start(peer);
            }
        } catch (IOException e) {
            if (!server.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static void start(Runnable runnable) {
        Thread thread = new Thread(runnable, "scripted-server");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        closed.countDown();
        for (Peer peer : peers) {
            peer.socket.close();
        }
    }

    /** One connection. */
    public final class Peer implements Runnable {

        private final Socket socket;
        private final InputStream in;

        private Peer(Socket socket) throws IOException {
            this.socket = socket;
            this.in = new BufferedInputStream(socket.getInputStream());
        }

        @Override
        public void run() {
            try (socket) {
                script.talk(this);
            } catch (IOException gone) {
                // The client, or the test, has ended the connection: so does the script.
                return;
            }
        }

        /** Reads a request with its body; false at the end of the connection. */
        public boolean readRequest() throws IOException {
            String head = readHead();
            if (head == null) {
                return false;
            }
            for (String line : head.split("\r\n")) {
                if (line.startsWith("Content-Length: ")) {
                    in.skipNBytes(Long.parseLong(line.substring("Content-Length: ".length())));
                }
            }
            return true;
        }

        /** Reads a request's head; null at the end of the connection. */
        String readHead() throws IOException {
            StringBuilder head = new StringBuilder();
            while (!head.toString().endsWith("\r\n\r\n")) {
                int b = in.read();
                if (b < 0) {
                    return null;
                }
                head.append((char) b);
            }
            heads.add(head.toString());
            return head.toString();
        }

        public void send(String bytes) throws IOException {
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.US_ASCII));
        }

        /** Sends no more, and reads until the client ends the connection. */
        public void linger() throws IOException {
            socket.shutdownOutput();
            in.transferTo(OutputStream.nullOutputStream());
        }

        /** Ends the connection with a reset. */
        public void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        /** Does nothing until the test closes the server. */
        public void stall() throws IOException {
            try {
                closed.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
    }
}
