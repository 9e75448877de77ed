package io.millrace.server;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelector;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A selector that counts its wakeups, says when somebody waits and for how long, fails as often as
 * it is told, and reports nothing if it is told so. Those that were waited for are reported in the
 * order of their connections.
 *
 * <p>Threads: any.
 */
final class TestSelector extends AbstractSelector {

    final AtomicInteger wakeups = new AtomicInteger();
    /** How many of the next waits fail. */
    final AtomicInteger failures = new AtomicInteger();
    /** How many of the next looks at its keys fail. */
    final AtomicInteger keysFailures = new AtomicInteger();
    /** Whether it keeps to itself what is ready. */
    boolean isSilent;
    final CountDownLatch waitedFor = new CountDownLatch(1);
    /** For how many milliseconds somebody has waited at most, each time; 0 for ever. */
    final BlockingQueue<Long> waits = new LinkedBlockingQueue<>();
    /** What the thread that waits runs before it does. */
    Runnable beforeWait = () -> { };
    /** What it runs then, once; a wakeup by that is over when it goes on. Null for nothing. */
    Runnable afterWait;
    private final Selector selector;

    TestSelector() throws IOException {
        this(Selector.open());
    }

    private TestSelector(Selector selector) {
        super(selector.provider());
        this.selector = selector;
    }

    @Override
    protected SelectionKey register(AbstractSelectableChannel channel, int ops, Object attachment) {
        try {
            return channel.register(selector, ops, attachment);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected void implCloseSelector() throws IOException {
        selector.close();
    }

    @Override
    public Selector wakeup() {
        wakeups.incrementAndGet();
        selector.wakeup();
        return this;
    }

    @Override
    public int select(Consumer<SelectionKey> action, long timeoutMs) throws IOException {
        if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new OutOfMemoryError("a test's");
        }
        waitedFor.countDown();
        waits.add(timeoutMs);
        beforeWait.run();
        List<SelectionKey> ready = new ArrayList<>();
        selector.select(ready::add, timeoutMs);
        if (afterWait != null) {
            afterWait.run();
            afterWait = null;
            selector.selectNow(ready::add);
        }
        return report(ready, action);
    }

    private int report(List<SelectionKey> ready, Consumer<SelectionKey> action) {
        if (isSilent) {
            return 0;
        }
        ready.sort(Comparator.comparingLong(
                key -> key.attachment() instanceof Connection one ? one.info.id() : 0));
        ready.forEach(action);
        return ready.size();
    }

    @Override
    public int selectNow(Consumer<SelectionKey> action) throws IOException {
        return selector.selectNow(isSilent ? key -> { } : action);
    }

    @Override
    public int selectNow() throws IOException {
        return selector.selectNow();
    }

    @Override
    public int select(long timeoutMs) throws IOException {
        return selector.select(timeoutMs);
    }

    @Override
    public int select() throws IOException {
        return selector.select();
    }

    @Override
    public Set<SelectionKey> keys() {
        if (keysFailures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new OutOfMemoryError("a test's");
        }
        return selector.keys();
    }

    @Override
    public Set<SelectionKey> selectedKeys() {
        return selector.selectedKeys();
    }
}
