package io.millrace.net;

import java.nio.channels.SelectionKey;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * The keys that a selection has found ready, to be looked at when it is over.
 *
 * <p>Work done within a selection is compiled as a part of it: the compiler then takes 40 MB for
 * the JDK's selector with all of a connection in it, and the process keeps them.
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

    /** Drops what was not looked at: it is still ready, so that the next selection finds it. */
    public void clear() {
        keys.clear();
    }
}
