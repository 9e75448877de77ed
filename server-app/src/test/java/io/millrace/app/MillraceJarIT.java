package io.millrace.app;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.run.JarProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The jar as a person runs it. */
class MillraceJarIT extends JarRequests {

    @Test
    void storeKeepsServesAndDeletesFiles() throws Exception {
        try (JarProcess server = JarProcess.start(folder, "--port", "0", "--workers", "2")) {
            String url = server.awaitUrl();
            assertTrue(url.matches("http://127\\.0\\.0\\.1:[1-9][0-9]*"), url);
            assertTrue(server.out().startsWith("Millrace "), server.out());
            assertTrue(server.out().contains("workers   2\n"), server.out());
            assertTrue(server.out().contains(folder.toRealPath().resolve("data").toString())
                    || server.out().contains(folder.resolve("data").toString()), server.out());
            assertTrue(server.out().contains("contract  http\n"), server.out());

            byte[] body = new byte[300_000];
            new Random(1).nextBytes(body);
            assertEquals(201, request("PUT", url + "/key", body).status());
            assertArrayEquals(body, Files.readAllBytes(folder.resolve("data/key")));
            assertEquals(new Answered(200, body), request("GET", url + "/key", null));
            assertEquals(204, request("DELETE", url + "/key", null).status());
            assertEquals(404, request("GET", url + "/key", null).status());
            assertEquals("", server.err());
        }
    }

    @Test
    void formerNameOfTheContractIsTaken() throws Exception {
        try (JarProcess server = JarProcess.start(folder, "serve", "--port=0", "--contract=rfc9110",
                "--dir=here")) {
            String url = server.awaitUrl();
            assertTrue(url.startsWith("http://"), url);
            assertTrue(server.out().contains("contract  http\n"), server.out());
            assertEquals(201, request("PUT", url + "/key", new byte[1]).status());
            assertEquals(204, request("PUT", url + "/key", new byte[2]).status());
            assertEquals(204, request("DELETE", url + "/key", null).status());
            assertTrue(Files.isDirectory(folder.resolve("here")));
        }
    }

    @Test
    void articleContractAnswers200() throws Exception {
        try (JarProcess server = JarProcess.start(folder, "--port=0", "--contract=article")) {
            String url = server.awaitUrl();
            assertTrue(server.out().contains("contract  article\n"), server.out());
            assertEquals(200, request("PUT", url + "/key", new byte[1]).status());
            assertEquals(200, request("DELETE", url + "/key", null).status());
        }
    }

    @Test
    void discardingServerTakesEveryPutAndHasNothing() throws Exception {
        try (JarProcess server = JarProcess.start(folder, "--port", "0", "--discard")) {
            String url = server.awaitUrl();
            assertEquals(204, request("PUT", url + "/key", new byte[100_000]).status());
            assertEquals(404, request("GET", url + "/key", null).status());
            assertFalse(Files.exists(folder.resolve("data")));
        }
    }

    @Test
    void ipv6AddressIsPrintedInBrackets() throws Exception {
        Assumptions.assumeTrue(hasIpv6());
        try (JarProcess server =
                JarProcess.start(folder, "--port", "0", "--discard", "--address", "::1")) {
            String url = server.awaitUrl();
            assertTrue(url.matches("http://\\[::1]:[1-9][0-9]*"), url);
            assertEquals(404, request("GET", url + "/key", null).status());
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void furtherAddressesAreServedAndTheBannerNamesThem() throws Exception {
        Path socket = folder.resolve("a.sock");
        try (JarProcess server = JarProcess.start(folder, "--port", "0", "--discard",
                "--listen", "127.0.0.1:0", "--listen", "unix:a.sock", "--socket-mode", "660")) {
            String url = server.awaitUrl();
            String also = server.out().lines().filter(line -> line.startsWith("  also on "))
                    .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                    .reduce((first, second) -> first + " " + second).orElseThrow();
            assertTrue(also.matches("http://127\\.0\\.0\\.1:[1-9][0-9]* unix:a\\.sock"), also);
            assertEquals(404, request("GET", url + "/key", null).status());
            assertEquals(404, request("GET", also.split(" ")[0] + "/key", null).status());
            assertTrue(askOverUnix(socket).startsWith("HTTP/1.1 404 "));
            assertEquals("rw-rw----",
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
            server.terminate();
            assertEquals(0, server.exitCode());
            assertEquals("", server.err());
            assertFalse(Files.exists(socket));
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void unixSocketMayBeTheOnlyAddress() throws Exception {
        Path socket = folder.resolve("a.sock");
        try (JarProcess server =
                JarProcess.start(folder, "--address", "unix:a.sock", "--discard")) {
            assertEquals("unix:a.sock", server.awaitUrl());
            assertTrue(askOverUnix(socket).startsWith("HTTP/1.1 404 "));
        }
    }

    private static String askOverUnix(Path socket) throws IOException {
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            client.write(ByteBuffer.wrap("GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII)));
            return new String(Channels.newInputStream(client).readAllBytes(),
                    StandardCharsets.US_ASCII);
        }
    }

    private static boolean hasIpv6() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
            return socket.isBound();
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        } catch (IOException noIpv6) {
            return false;
        }
    }

    @Test
    void portInUseIsOneLineAndExitCode1() throws Exception {
        try (JarProcess first = JarProcess.start(folder, "--port", "0", "--discard")) {
            String url = first.awaitUrl();
            String port = url.substring(url.lastIndexOf(':') + 1);
            try (JarProcess second = JarProcess.start(folder, "--port", port, "--discard")) {
                assertEquals(1, second.exitCode());
                assertEquals("", second.out());
                assertTrue(second.err().matches("millrace: can't listen on 127\\.0\\.0\\.1:" + port
                        + ": [^\n]+\n"), second.err());
                if (OS.LINUX.isCurrentOs()) {
                    assertTrue(second.err().endsWith(": process " + first.pid()
                            + " (java) listens on the port: stop it, or choose another port\n"),
                            second.err());
                }
            }
            assertEquals(404, request("GET", url + "/key", null).status());
        }
    }

    @Test
    void folderOfAnotherServerIsOneLineAndExitCode1() throws Exception {
        try (JarProcess first = JarProcess.start(folder, "--port", "0")) {
            first.awaitUrl();
            try (JarProcess second = JarProcess.start(folder, "--port", "0")) {
                assertEquals(1, second.exitCode());
                assertEquals("", second.out());
                assertTrue(second.err().matches("millrace: [^\n]*data[^\n]*\n"), second.err());
            }
        }
    }

    @Test
    void wrongFlagIsOneLineAndExitCode2() throws Exception {
        try (JarProcess wrong = JarProcess.start(folder, "--max-head", "1GB")) {
            assertEquals(2, wrong.exitCode());
            assertEquals("", wrong.out());
            assertEquals("millrace: --max-head must be in [512, 1048576]: 1GB\n",
                    wrong.err().replace("\r\n", "\n"));
        }
    }

    @Test
    void versionIsTheOneOfTheJar() throws Exception {
        try (JarProcess version = JarProcess.start(folder, "--version")) {
            assertEquals(0, version.exitCode());
            assertTrue(version.out().matches("Millrace [0-9]+\\.[0-9]+\\.[0-9]+[^\n]*\n"),
                    version.out());
        }
    }
}
