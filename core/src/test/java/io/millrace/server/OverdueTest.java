package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Exchange;
import io.millrace.http.Response;
import io.millrace.transfer.Counters;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Time is up, and what the connection waits for is in its socket: the server has stood still, or
 * more connections are ready than a selector reports at once. Here it reports none at all.
 */
@Timeout(60)
class OverdueTest {

    private static final Duration TIME = Duration.ofSeconds(2);
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    private static final String PUT = "PUT / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
            + "Content-Length: 10\r\n\r\n";

    private Worker worker;
    private Thread thread;
    private SocketChannel client;
    private long sentBytes;

    @BeforeEach
    void start() throws IOException {
        TestSelector selector = new TestSelector();
        selector.isSilent = true;
        ServerOptions options = ServerOptions.builder().port(0)
                .idleTimeout(Duration.ofMillis(50)).headTimeout(TIME).progressTimeout(TIME)
                .lingerTimeout(TIME).build();
        worker = new Worker(options, request -> request.bodyLength() == 0 ? Response.text("whole")
                : Exchange.discard(receivedBytes -> Response.text("whole")), 0, selector);
        thread = new Thread(worker, "deaf-worker");
    }

    /** Begins with what lies in the socket. */
    private void begin(String text) throws IOException {
        try (ServerSocketChannel listener = ServerSocketChannel.open();
                Selector selector = Selector.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            client = SocketChannel.open(listener.getLocalAddress());
            SocketChannel channel = listener.accept();
            channel.configureBlocking(false);
            send(text);
            channel.register(selector, SelectionKey.OP_READ);
            selector.select();
            assertTrue(worker.offer(PlainEndpoint.accepted(channel)));
        }
        worker.wakeup();
        thread.start();
    }

    private void send(String text) throws IOException {
        client.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
        sentBytes += text.length();
    }

    private void awaitRead() {
        while (worker.counters().read(Counters.Figure.BYTES_IN) < sentBytes) {
            LockSupport.parkNanos(100_000);
        }
    }

    private void assertAnswered() throws IOException {
        String sent = new String(Channels.newInputStream(client).readAllBytes(),
                StandardCharsets.US_ASCII);
        assertTrue(sent.endsWith("\r\n\r\nwhole"), sent);
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        worker.stop(System.nanoTime());
        thread.join();
    }

    @Test
    void requestOnAnIdleConnectionIsAnswered() throws IOException {
        begin(GET);
        assertAnswered();
    }

    @Test
    void restOfAHeadIsRead() throws IOException {
        begin(GET.substring(0, 10));
        awaitRead();
        send(GET.substring(10));
        assertAnswered();
    }

    @Test
    void restOfABodyIsRead() throws IOException {
        begin(PUT + "123");
        awaitRead();
        send("4567890");
        assertAnswered();
    }

    @Test
    void endOfAClientThatHasHadItsLastResponseIsNoTimeout() throws IOException {
        begin(GET);
        assertAnswered();
        client.close();
        while (worker.counters().read(Counters.Figure.CLOSED) == 0) {
            LockSupport.parkNanos(100_000);
        }
        assertEquals(0, worker.counters().timeouts());
    }
}
