package io.millrace.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReadyKeysTest {

    private final ReadyKeys ready = new ReadyKeys();
    private Selector selector;
    private Pipe pipe;
    private SelectionKey key;

    @BeforeEach
    void open() throws IOException {
        selector = Selector.open();
        pipe = Pipe.open();
        pipe.source().configureBlocking(false);
        key = pipe.source().register(selector, SelectionKey.OP_READ);
    }

    @AfterEach
    void close() throws IOException {
        pipe.sink().close();
        pipe.source().close();
        selector.close();
    }

    @Test
    void keyThatIsReadyIsTakenOnce() throws IOException {
        assertEquals(0, selector.selectNow(ready));
        assertNull(ready.poll());
        pipe.sink().write(ByteBuffer.allocate(1));
        assertEquals(1, selector.selectNow(ready));
        assertSame(key, ready.poll());
        assertNull(ready.poll());
    }

    @Test
    void keyThatWasDroppedIsFoundAgain() throws IOException {
        pipe.sink().write(ByteBuffer.allocate(1));
        selector.selectNow(ready);
        ready.clear();
        assertNull(ready.poll());
        assertEquals(1, selector.selectNow(ready));
        assertSame(key, ready.poll());
    }
}
