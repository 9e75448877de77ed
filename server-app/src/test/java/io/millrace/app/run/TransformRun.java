package io.millrace.app.run;

import io.millrace.http.Exchange;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Long bodies go through a transformation, in and out at once, in 64 MB of heap: from curl, from
 * Python's {@code http.client} and from sockets, each by itself and then all together.
 *
 * <p>A command of its own, run in {@code server-app/target} where {@code curl} and {@code python3}
 * are installed: {@code java -Dmillrace.jar=millrace.jar -cp test-classes:classes
 * io.millrace.app.run.TransformRun}, then {@code [megabytes] [sockets at once]}.
 *
 * <p>Threads: main, and one or two for each client.
 */
final class TransformRun {

    private static final String HEAP = "-Xmx64m";
    private static final ExecutorService THREADS = Executors.newCachedThreadPool();
    private static final int PIECE_BYTES = 64 << 10;
    private static final String PYTHON = """
            import http.client, sys, threading
            port, count = int(sys.argv[1]), int(sys.argv[2])
            c = http.client.HTTPConnection('127.0.0.1', port)
            c.putrequest('PUT', '/')
            c.putheader('Content-Length', str(count))
            c.endheaders()
            def send():
                piece = bytes(65536)
                for i in range(count // 65536):
                    c.send(piece)
            t = threading.Thread(target=send)
            t.start()
            got = 0
            r = c.getresponse()
            while True:
                piece = r.read(65536)
                if not piece:
                    break
                assert piece.count(255) == len(piece)
                got += len(piece)
            t.join()
            print(got)
            """;

    private final long bytes;
    private final int port;
    private final List<String> faults = new ArrayList<>();

    private TransformRun(long bytes, int port) {
        this.bytes = bytes;
        this.port = port;
    }

    public static void main(String[] args) throws Exception {
        if (args.length == 1 && args[0].equals("serve")) {
            serve();
            return;
        }
        long bytes = (args.length > 0 ? Long.parseLong(args[0]) : 1024) << 20;
        int sockets = args.length > 1 ? Integer.parseInt(args[1]) : 8;
        Process server = new ProcessBuilder(java(), HEAP, "-cp",
                System.getProperty("millrace.jar") + ":test-classes", TransformRun.class.getName(),
                "serve").redirectError(Redirect.INHERIT).start();
        List<String> faults;
        try (BufferedReader out = server.inputReader()) {
            TransformRun run = new TransformRun(bytes, Integer.parseInt(out.readLine()));
            run.time("curl", 1, run::curl);
            run.time("python3", 1, run::python);
            run.time("a socket", 1, run::socket);
            run.together(sockets);
            System.out.println(Files.readString(Path.of("/proc/" + server.pid() + "/status"))
                    .lines().filter(line -> line.startsWith("VmHWM")).findFirst().orElse(""));
            faults = run.faults;
        } finally {
            server.destroyForcibly().waitFor();
        }
        // Not in the try block: exit runs no finally, and the server would be left behind.
        faults.forEach(System.out::println);
        System.exit(faults.isEmpty() ? 0 : 1);
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** Inverts each byte, on a port that it prints, until it is ended. */
    private static void serve() throws IOException {
        HttpServer server = HttpServer.start(
                ServerOptions.builder().port(0).build(), request -> Exchange.transform(
                        THREADS, Response.of(Status.OK), TransformRun::invert));
        System.out.println(server.address().getPort());
    }

    private static void invert(InputStream in, OutputStream out) throws IOException {
        byte[] piece = new byte[8192];
        for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
            for (int i = 0; i < count; i++) {
                piece[i] = (byte) ~piece[i];
            }
            out.write(piece, 0, count);
        }
    }

    private void time(String name, int clients, Callable<Long> transfer) throws Exception {
        long startNs = System.nanoTime();
        long received = transfer.call();
        double seconds = (System.nanoTime() - startNs) / 1e9;
        System.out.printf(Locale.ROOT, "%-12s %2d x %d MB each way in %.1f s, %.0f MB/s%n", name,
                clients, bytes >> 20, seconds, clients * (bytes >> 20) / seconds);
        if (received != clients * bytes) {
            faults.add(name + ": " + received + " bytes came back");
        }
    }

    private void together(int sockets) throws Exception {
        time("sockets", sockets, () -> {
            List<CompletableFuture<Long>> all = new ArrayList<>();
            for (int i = 0; i < sockets; i++) {
                all.add(CompletableFuture.supplyAsync(() -> {
                    try {
                        return socket();
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                }, THREADS));
            }
            long received = 0;
            for (CompletableFuture<Long> each : all) {
                received += each.get();
            }
            return received;
        });
    }

    private long curl() throws Exception {
        // What is not inverted is counted as well, and would make the sum wrong.
        return number("sh", "-c", "head -c " + bytes + " /dev/zero | curl -sS -T - "
                + "http://127.0.0.1:" + port + "/ | tr -d '\\000' | wc -c");
    }

    private long python() throws Exception {
        return number("python3", "-c", PYTHON, String.valueOf(port), String.valueOf(bytes));
    }

    private static long number(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
        String out = new String(process.getInputStream().readAllBytes(),
                StandardCharsets.US_ASCII).strip();
        process.waitFor(1, TimeUnit.MINUTES);
        return out.isEmpty() ? -1 : Long.parseLong(out);
    }

    /** The body comes up to the end of the connection, as HTTP/1.0 has it. */
    private long socket() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> send(socket), THREADS);
            InputStream in = socket.getInputStream();
            int newlines = 0;
            while (newlines < 2) { // an empty line ends the head
                int b = in.read();
                newlines = b == '\n' ? newlines + 1 : b == '\r' ? newlines : 0;
                if (b < 0) {
                    return -1;
                }
            }
            byte[] piece = new byte[PIECE_BYTES];
            long received = 0;
            for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                for (int i = 0; i < count; i++) {
                    if (piece[i] != -1) {
                        throw new IOException("byte " + (received + i) + " is not inverted");
                    }
                }
                received += count;
            }
            sent.join();
            return received;
        }
    }

    private void send(Socket socket) {
        try {
            OutputStream out = socket.getOutputStream();
            out.write(("PUT / HTTP/1.0\r\nContent-Length: " + bytes + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            byte[] piece = new byte[PIECE_BYTES];
            for (long sent = 0; sent < bytes; sent += piece.length) {
                out.write(piece);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
