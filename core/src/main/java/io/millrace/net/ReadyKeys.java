package io.millrace.net;

import java.nio.channels.SelectionKey;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * Collects the ready keys of a selection, to be handled after it.
 *
 * <p>Work done inside a selection is compiled as part of it: the compiler then takes 40 MB for the
 * JDK's selector with all the code of a connection inlined, and the process keeps them.
 *
 * <p>Threads: the one that selects.
 */
public final class ReadyKeys implements Consumer<SelectionKey> {

    private final ArrayDeque<SelectionKey> keys = new ArrayDeque<>();

    /** Called by the selector. */
    @Override
    public void accept(SelectionKey key) {
        keys.add(key);
    }

    /** Takes the next one; null if there is none. */
    public SelectionKey poll() {
        return keys.poll();
    }

    /** Drops the keys not handled; they are still ready, so the next selection finds them. */
    public void clear() {
        keys.clear();
    }
}
