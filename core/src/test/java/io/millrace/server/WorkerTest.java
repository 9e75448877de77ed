package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Response;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkerTest {

    @Test
    void connectionThatCannotBeAdoptedIsClosedAndCounted() throws Exception {
        List<ConnectionInfo> told = new ArrayList<>();
        ServerListener listener = new ServerListener() {
            @Override
            public void onAccepted(ConnectionInfo connection) {
                told.add(connection);
            }
        };
        Worker worker = new Worker(ServerOptions.builder().port(0).listener(listener).build(),
                request -> Response.text(""), 0, new TestSelector());
        // It is in blocking mode, which no selector takes.
        SocketChannel channel = SocketChannel.open();
        assertTrue(worker.offer(channel));
        worker.stop(System.nanoTime());
        worker.run();
        assertFalse(channel.isOpen());
        assertEquals(1, worker.counters().snapshot().failed());
        assertEquals(0, worker.connections());
        assertEquals(List.of(), told, "nobody would hear of its end");
    }

    @Test
    void turnThatFailsIsCountedAndTheWorkerGoesOn() throws Exception {
        TestSelector selector = new TestSelector();
        selector.failures.set(3);
        Worker worker = new Worker(ServerOptions.builder().port(0).build(),
                request -> Response.text(""), 0, selector);
        Thread thread = new Thread(worker, "unlucky-worker");
        thread.start();
        selector.waitedFor.await();
        assertEquals(3, worker.counters().snapshot().failed());
        worker.stop(System.nanoTime());
        thread.join();
        assertFalse(selector.isOpen());
    }
}
