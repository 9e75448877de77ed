package io.millrace.app.load;

import java.util.Set;

/**
 * Requests of one kind: what is asked, and of which keys.
 *
 * <p>Threads: any.
 *
 * @param weight how many of them there are in comparison with other kinds
 * @param keys how many; 0 for the URL as it is, {@link #KEY_PER_CONNECTION} for one per connection
 * @param size of bodies that are sent, or expected; null if any may come
 * @param accepted status codes beside 2xx that are no failure
 */
record RequestKind(long weight, Method method, LoadTarget target, long keys, SizeRange size,
        Set<Integer> accepted) {

    static final long KEY_PER_CONNECTION = -1;

    /** The request target for a key. */
    String target(long key) {
        return keys == 0 ? target.whole() : target.key(key);
    }

    /** Whether a status is no failure. */
    boolean accepts(int status) {
        return status >= 200 && status < 300 || accepted.contains(status);
    }

    /** As reports call it. */
    String name() {
        return method + " " + target.whole()
                + (keys == 0 ? "" : keys == KEY_PER_CONNECTION ? "" : " x " + keys)
                + (method.hasBody() ? " of " + size : "");
    }
}
