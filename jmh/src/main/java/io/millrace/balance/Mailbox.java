package io.millrace.balance;

/**
 * The way of a connection from the acceptor to one reactor.
 *
 * <p>Threads: put and flush by the acceptor, the rest as said at {@link Arrivals}.
 */
public interface Mailbox<T> extends Arrivals<T> {

    /** Hands an element over. */
    void put(T element);

    /** Says that no more comes for now: who wakes the reactor once for a burst does it here. */
    void flush();
}
