package io.millrace.server;

import static io.millrace.server.Wire.letters;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.http.Response;
import io.millrace.transfer.Counters;
import io.millrace.transfer.HeapBound;
import io.millrace.transfer.Layer;
import io.millrace.transfer.MemoryChannel;
import java.io.IOException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What one worker's connections may keep, and which of them is given up for it. */
class KeptMemoryTest {

    private static final int BOUND = 1 << 20;
    private static final int WORKERS = 4;
    private static final int SHARE = BOUND / WORKERS;
    private static final String BEGUN = "GET / HTTP/1.1\r\nHost: a\r\nX: ";

    /** There is always enough of the heap. */
    private static final HeapBound ENOUGH = new HeapBound(0, 1, 0) {
        @Override
        public boolean isExceededBy(long kept) {
            return false;
        }
    };

    private final List<Connection> givenUp = new ArrayList<>();
    private final List<Pipe> pipes = new ArrayList<>();
    private Selector selector;
    private KeptMemory memory;
    private Logged logged;

    @BeforeEach
    void open() throws Exception {
        selector = Selector.open();
        logged = new Logged(Worker.class);
        memory = memory(options(WORKERS));
    }

    @AfterEach
    void close() throws Exception {
        logged.close();
        for (Pipe pipe : pipes) {
            pipe.source().close();
            pipe.sink().close();
        }
        selector.close();
    }

    private static ServerOptions options(int workers) {
        return ServerOptions.builder().port(0).workers(workers).pieceBytes(16 << 10)
                .maxKeptBytes(BOUND).build();
    }

    private KeptMemory memory(ServerOptions options) {
        return new KeptMemory(selector, options, ENOUGH, connection -> {
            givenUp.add(connection);
            memory.forget(connection);
            connection.key.cancel();
        });
    }

    /** A connection that keeps a little more than so many bytes of a head. */
    private Connection keeping(int bytes) throws IOException {
        Pipe pipe = Pipe.open();
        pipes.add(pipe);
        pipe.source().configureBlocking(false);
        Connection connection = new Connection(new MemoryChannel().append(BEGUN + letters(bytes)),
                Layer.NONE, new Resources(options(WORKERS), head -> Response.text(""),
                        new Counters(), new Completions(() -> { })));
        connection.visit();
        connection.key = pipe.source().register(selector, SelectionKey.OP_READ, connection);
        memory.count(connection);
        return connection;
    }

    private long kept() {
        return selector.keys().stream().filter(SelectionKey::isValid)
                .mapToLong(key -> ((Connection) key.attachment()).keptBytes()).sum();
    }

    @Test
    void workerMayKeepItsShareAndGivesUpAQuarterOfItBeyondThat() throws Exception {
        while (givenUp.isEmpty()) {
            assertTrue(kept() <= SHARE, () -> kept() + " bytes");
            keeping(8_000);
        }
        long each = givenUp.get(0).keptBytes();
        assertTrue(kept() + givenUp.size() * each > SHARE, "not before");
        assertTrue(kept() <= SHARE - SHARE / 4, () -> kept() + " bytes");
        assertTrue(kept() + each > SHARE - SHARE / 4, "no more than need be");
    }

    @Test
    void thoseThatKeepMostGoFirst() throws Exception {
        List<Connection> large = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            keeping(1_000);
            large.add(keeping(15_000));
        }
        while (givenUp.isEmpty()) {
            keeping(1_000);
        }
        assertTrue(large.containsAll(givenUp));
    }

    // Else the server would serve none.
    @Test
    void oneConnectionMayKeepWhatItNeedsHoweverManyWorkersThereAre() throws Exception {
        memory = memory(options(1024));
        keeping(15_000);
        assertEquals(List.of(), givenUp);
    }

    @Test
    void whatIsCountedAgainOrForgottenIsNotCountedTwice() throws Exception {
        Connection connection = keeping(15_000);
        for (int i = 0; i < 100; i++) {
            memory.count(connection);
        }
        for (int i = 0; i < 100; i++) {
            memory.forget(keeping(15_000));
        }
        assertEquals(List.of(), givenUp);
    }
}
