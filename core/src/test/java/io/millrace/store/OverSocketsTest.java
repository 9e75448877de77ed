package io.millrace.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Pause;
import io.millrace.server.HttpServer;
import io.millrace.server.ServerOptions;
import io.millrace.server.WorkerStats;
import io.millrace.tree.FolderNames;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What only shows with the server in front: peers that leave, bodies that are not asked for. */
@ParameterizedClass
@EnumSource(Contract.class)
class OverSocketsTest {

    private static final int TIMEOUT_MS = 60_000;
    private static final int BUFFER_BYTES = 100_000;

    @Parameter
    private Contract contract;

    @TempDir
    Path folder;

    private FolderStore store;
    private HttpServer server;

    private void start(StoreOptions.Builder options) throws IOException {
        store = FolderStore.open(folder, options.contract(contract).build());
        server = HttpServer.start(
                ServerOptions.builder().port(0).workers(2).sendBufferBytes(BUFFER_BYTES).build(),
                store);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        store.close();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(BUFFER_BYTES);
        socket.setSoTimeout(TIMEOUT_MS);
        socket.connect(server.address());
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** The head of the next answer. */
    private static String head(Socket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        InputStream in = socket.getInputStream();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            assertTrue(b >= 0, "the server left after " + head);
            head.append((char) b);
        }
        return head.toString();
    }

    private static int status(String head) {
        return Integer.parseInt(head, 9, 12, 10);
    }

    private Set<String> names() throws IOException {
        return FolderNames.of(folder);
    }

    private boolean isUntouched() throws IOException {
        return names().equals(Set.of("a")) && Files.readString(folder.resolve("a")).equals("old");
    }

    // A PUT that is cut, with and without a length: at its head's end, in its middle, at its end.

    @ParameterizedTest
    @ValueSource(strings = {
        "Content-Length: 300000\r\n\r\n",
        "Content-Length: 300000\r\n\r\nx",
        "Content-Length: 300000\r\n\r\nMANY",
        "Content-Length: 100001\r\n\r\nMANY",
        "Transfer-Encoding: chunked\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n186",
        "Transfer-Encoding: chunked\r\n\r\n186a0\r\n",
        "Transfer-Encoding: chunked\r\n\r\n186a0\r\nMANY",
        "Transfer-Encoding: chunked\r\n\r\n186a0\r\nMANY\r\n",
        "Transfer-Encoding: chunked\r\n\r\n186a0\r\nMANY\r\n0\r\n",
        "Transfer-Encoding: chunked\r\n\r\n186a0\r\nMANY\r\n0\r\nX: y\r\n",
        "Transfer-Encoding: chunked\r\n\r\n186a0\r\nMANYxx",
    })
    void putCutAtAnyStageLeavesTheOldObjectAndNoFile(String text) throws IOException {
        Files.writeString(folder.resolve("a"), "old");
        start(StoreOptions.builder());
        String request = text.replace("MANY", "m".repeat(100_000));
        for (boolean reset : new boolean[] {false, true}) {
            for (String key : List.of("a", "b")) {
                try (Socket socket = connect()) {
                    send(socket, "PUT /" + key + " HTTP/1.1\r\nHost: x\r\n" + request);
                    if (reset) {
                        socket.setSoLinger(true, 0);
                    }
                }
            }
        }
        // The exchanges end when the server has seen its peers leave, which takes a moment.
        long startNs = System.nanoTime();
        while (adopted() < 4 || server.stats().openConnections() > 0) {
            assertTrue(System.nanoTime() - startNs < TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MS));
            Pause.briefly();
        }
        assertTrue(isUntouched(), names().toString());
        try (Socket socket = connect()) {
            send(socket, "GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
            assertEquals(200, status(head(socket)));
        }
    }

    private long adopted() {
        return server.stats().workers().stream().mapToLong(WorkerStats::connections).sum();
    }

    // A body that is not asked for: the first bytes that come are the final answer, no 100.

    private void assertRefused(int status, String request) throws IOException {
        try (Socket socket = connect()) {
            send(socket, request.replace(" HTTP/1.1\r\n", " HTTP/1.1\r\nHost: x\r\n")
                    + "Content-Length: 50\r\nExpect: 100-continue\r\n\r\n");
            String head = head(socket);
            assertEquals(status, status(head), head);
        }
        assertTrue(isUntouched(), names().toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "412 | /a | If-None-Match: *",
        "412 | /a | If-Match: \"x\"",
        "412 | /b | If-Match: *",
        "412 | /a | If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT",
        "400 | /a | If-Match: x",
        "400 | /a | Content-Digest: sha-256=:AAAA:",
        "400 | /a | Repr-Digest: sha-512",
        "400 | /a | Content-Range: bytes 0-50/100",
        "416 | /a | Content-Range: bytes 4-53/54",
        "400 | /%2e%2e | X: y",
        "400 | /.millrace.lock | X: y",
    })
    void bodyOfARefusedPutIsNotAskedFor(int status, String path, String field) throws IOException {
        Files.writeString(folder.resolve("a"), "old");
        start(StoreOptions.builder());
        assertRefused(status, "PUT " + path + " HTTP/1.1\r\n" + field + "\r\n");
    }

    @Test
    void bodyThatIsTooLongIsNotAskedFor() throws IOException {
        Files.writeString(folder.resolve("a"), "old");
        start(StoreOptions.builder().maxObjectBytes(49));
        assertRefused(413, "PUT /a HTTP/1.1\r\n");
    }

    @Test
    void bodyThatHasNoRoomIsNotAskedFor() throws IOException {
        Files.writeString(folder.resolve("a"), "old");
        start(StoreOptions.builder().quotaBytes(49));
        assertRefused(507, "PUT /a HTTP/1.1\r\n");
    }

    @Test
    void bodyOfWhoMayNotIsNotAskedFor() throws IOException {
        Files.writeString(folder.resolve("a"), "old");
        start(StoreOptions.builder().token("secret"));
        assertRefused(401, "PUT /a HTTP/1.1\r\n");
        assertRefused(401, "PUT /a HTTP/1.1\r\nAuthorization: Bearer wrong\r\n");
    }

    @Test
    void bodyForAReadOnlyStoreIsNotAskedFor() throws IOException {
        Files.writeString(folder.resolve("a"), "old");
        start(StoreOptions.builder().readOnly(true));
        assertRefused(contract == Contract.ARTICLE ? 403 : 405, "PUT /a HTTP/1.1\r\n");
    }

    @Test
    void bodyThatIsTakenIsAskedFor() throws IOException {
        start(StoreOptions.builder());
        try (Socket socket = connect()) {
            send(socket, "PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n"
                    + "If-None-Match: *\r\nExpect: 100-continue\r\n\r\n");
            assertEquals(100, status(head(socket)));
            send(socket, "new");
            assertEquals(contract == Contract.ARTICLE ? 200 : 201, status(head(socket)));
        }
    }

    @Test
    void ofAHundredParallelCreateOnlyPutsOneSucceeds() throws Exception {
        start(StoreOptions.builder());
        int clients = 100;
        CyclicBarrier allButTheLastByte = new CyclicBarrier(clients);
        ExecutorService executor = Executors.newFixedThreadPool(clients);
        try {
            List<Future<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                String body = "" + (100 + i);
                answers.add(executor.submit(() -> {
                    try (Socket socket = connect()) {
                        send(socket, "PUT /k HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n"
                                + "If-None-Match: *\r\n\r\n" + body.substring(0, 2));
                        allButTheLastByte.await(TIMEOUT_MS, TimeUnit.MILLISECONDS);
                        send(socket, body.substring(2));
                        return status(head(socket));
                    }
                }));
            }
            List<String> winners = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                int status = answers.get(i).get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
                if (status == 412) {
                    continue;
                }
                assertEquals(contract == Contract.ARTICLE ? 200 : 201, status);
                winners.add("" + (100 + i));
            }
            assertEquals(List.of(Files.readString(folder.resolve("k"))), winners);
            assertEquals(Set.of("k"), names());
        } finally {
            executor.shutdownNow();
        }
    }

    // An object that can't be read on.

    @Test
    void fileThatShrinksUnderAGetCutsTheConnection() throws IOException {
        long sizeBytes = 64 << 20; // more than two sockets hold
        Path file = folder.resolve("a");
        try (FileChannel sparse = FileChannel.open(file, StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            sparse.write(ByteBuffer.allocate(1), sizeBytes - 1);
        }
        start(StoreOptions.builder());
        try (Socket socket = connect()) {
            send(socket, "GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
            String head = head(socket);
            assertTrue(head.contains("\r\nContent-Length: " + sizeBytes + "\r\n"), head);
            try (FileChannel shrinking = FileChannel.open(file, StandardOpenOption.WRITE)) {
                shrinking.truncate(1 << 20);
            }
            long came = 0;
            for (int b = 0; b >= 0; came += Math.max(b, 0)) {
                b = socket.getInputStream().read(new byte[64 * 1024]);
            }
            assertTrue(came < sizeBytes, came + " bytes came, and then the end");
        }
        try (Socket socket = connect()) {
            send(socket, "GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
            assertEquals(200, status(head(socket)));
        }
    }

    /** Every byte of several parts, through transferTo, beyond what a number of 32 bits counts. */
    @Test
    void partsBeyondFourGibibytesComeAsTheyAre() throws IOException {
        long sizeBytes = (5L << 30) + 7;
        try (FileChannel sparse = FileChannel.open(folder.resolve("a"),
                StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE,
                StandardOpenOption.SPARSE)) {
            sparse.write(ByteBuffer.wrap(new byte[] {'x'}), 4L << 30);
            sparse.write(ByteBuffer.wrap(new byte[] {'y', 'z'}), sizeBytes - 2);
        }
        start(StoreOptions.builder());
        try (Socket socket = connect()) {
            long first = (4L << 30) - 100_000;
            send(socket, "GET /a HTTP/1.1\r\nHost: x\r\nRange: bytes=" + first + "-"
                    + (4L << 30) + ",-2\r\n\r\n");
            String head = head(socket);
            assertEquals(206, status(head));
            String boundary = head.replaceAll("(?s).*boundary=([^\r]+)\r.*", "$1");
            String expected = part(boundary, first, 4L << 30, sizeBytes)
                    + "\0".repeat(100_000) + "x"
                    + part(boundary, sizeBytes - 2, sizeBytes - 1, sizeBytes) + "yz\r\n--"
                    + boundary + "--\r\n";
            assertTrue(head.contains("\r\nContent-Length: " + expected.length() + "\r\n"), head);
            assertEquals(expected, new String(
                    socket.getInputStream().readNBytes(expected.length()),
                    StandardCharsets.ISO_8859_1));
        }
    }

    private static String part(String boundary, long first, long last, long sizeBytes) {
        return "\r\n--" + boundary + "\r\nContent-Type: application/octet-stream\r\n"
                + "Content-Range: bytes " + first + "-" + last + "/" + sizeBytes + "\r\n\r\n";
    }

    // A digest for a client that may have left.

    @Test
    void clientThatEndsItsSideGetsItsResponseAtOnceWithoutTheDigest() throws IOException {
        try (RandomAccessFile sparse = new RandomAccessFile(folder.resolve("a").toFile(), "rw")) {
            sparse.setLength(1L << 40); // whose digest would take hours
        }
        start(StoreOptions.builder());
        try (Socket socket = connect()) {
            send(socket, "HEAD /a HTTP/1.1\r\nHost: x\r\nWant-Repr-Digest: sha-256=9\r\n\r\n");
            socket.shutdownOutput();
            String head = head(socket);
            assertEquals(200, status(head));
            assertTrue(head.contains("Content-Length: " + (1L << 40) + "\r\n"), head);
            assertFalse(head.contains("Repr-Digest"), head);
        }
    }
}
