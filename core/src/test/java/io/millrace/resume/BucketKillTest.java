package io.millrace.resume;

import static io.millrace.resume.Tus.field;
import static io.millrace.resume.Tus.metadata;
import static io.millrace.resume.Tus.status;
import static io.millrace.resume.Tus.tus;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.s3.S3Double;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nodes of a bucket that are killed in the midst of an upload, which goes on with another one. */
class BucketKillTest {

    private static final int KILLS = 4;
    private static final int BYTES = 30_000_000;

    private final List<Process> processes = new ArrayList<>();
    private final Random random = new Random(16);
    private S3Double engine;

    @BeforeEach
    void start() throws IOException {
        engine = S3Double.start();
    }

    @AfterEach
    void stop() throws Exception {
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
        engine.close();
    }

    private InetSocketAddress node() throws IOException {
        Process process = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx96m",
                "-cp", Path.of("target", "classes") + ":" + Path.of("target", "test-classes"),
                BucketNode.class.getName(), engine.url(), engine.id(), engine.secret())
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        processes.add(process);
        String port = new BufferedReader(new InputStreamReader(process.getInputStream(),
                StandardCharsets.US_ASCII)).readLine();
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port));
    }

    /** The one that was started last, with SIGKILL. */
    private void kill() throws InterruptedException {
        processes.remove(processes.size() - 1).destroyForcibly().waitFor();
    }

    @Test
    void uploadSurvivesTheKillOfEachNodeThatWorksOnIt() throws Exception {
        byte[] all = new byte[BYTES];
        random.nextBytes(all);
        InetSocketAddress staying = node();
        String name = begin(staying);
        int offset = 0;
        for (int i = 0; i < KILLS; i++) {
            sendAndKill(node(), name, all, offset, random.nextInt(BYTES - offset));
            int told = offset(staying, name);
            assertTrue(told >= offset, told + " bytes are there, and " + offset + " were told");
            offset = told;
            // Some more by the node that stays, so that each one goes on where the other stopped.
            int more = Math.min(BYTES - offset - 1, 1 + random.nextInt(3_000_000));
            try (UploadClient client = new UploadClient(staying)) {
                String body = new String(all, offset, more, StandardCharsets.ISO_8859_1);
                assertEquals("204", status(client.send(Tus.patch(name, offset, body)).answer()));
            }
            offset += more;
            assertEquals(offset, offset(staying, name));
        }
        try (UploadClient client = new UploadClient(staying)) {
            String body = new String(all, offset, BYTES - offset, StandardCharsets.ISO_8859_1);
            assertEquals("204", status(client.send(Tus.patch(name, offset, body)).answer()));
        }
        assertArrayEquals(all, engine.objects().get("a.txt").bytes());
        // A node may die between the engine's response and its own record of what it has begun.
        assertTrue(engine.multiparts().size() <= KILLS, "begun by nodes that were killed");
        assertTrue(engine.multiparts().stream().allMatch(left -> left.parts().isEmpty()),
                () -> engine.multiparts().toString());
    }

    private static String begin(InetSocketAddress node) throws IOException {
        String answer;
        do { // as long as the engine has yet to be probed
            try (UploadClient client = new UploadClient(node)) {
                answer = client.send(tus("POST /", metadata("filename", "a.txt"),
                        "Content-Length: 0", "Upload-Length: " + BYTES)).answer();
                if (status(answer).equals("201")) {
                    return client.name();
                }
            }
        } while (status(answer).equals("503"));
        throw new AssertionError(answer);
    }

    private static int offset(InetSocketAddress node, String name) throws IOException {
        try (UploadClient client = new UploadClient(node)) {
            client.send(tus("HEAD /a.txt?upload=" + name));
            return Integer.parseInt(field(client.headAnswer(), "Upload-Offset"));
        }
    }

    /** Sends a request with all the rest, and kills the node after so many bytes. */
    private void sendAndKill(InetSocketAddress node, String name, byte[] all, int offset,
            int count) throws Exception {
        try (Socket socket = new Socket(node.getAddress(), node.getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(tus("PATCH /a.txt?upload=" + name, "Upload-Offset: " + offset,
                    "Content-Type: application/offset+octet-stream",
                    "Content-Length: " + (all.length - offset)).replace("\n", "\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.write(all, offset, count);
            kill();
        }
    }
}
