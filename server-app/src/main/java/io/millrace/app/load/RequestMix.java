package io.millrace.app.load;

import java.util.List;

/**
 * Which request a number means: its kind by the weights, its key by the kind. With one kind the
 * keys come in turn, with several at random, and in both cases a run can be repeated.
 *
 * <p>Threads: any.
 */
final class RequestMix {

    private final long seed;
    private final List<RequestKind> kinds;
    private final long[] weightUpTo;

    /** A mix of at least one kind. */
    RequestMix(long seed, List<RequestKind> kinds) {
        this.seed = seed;
        this.kinds = List.copyOf(kinds);
        weightUpTo = new long[kinds.size()];
        long sum = 0;
        for (int i = 0; i < weightUpTo.length; i++) {
            sum += kinds.get(i).weight();
            weightUpTo[i] = sum;
        }
    }

    List<RequestKind> kinds() {
        return kinds;
    }

    long seed() {
        return seed;
    }

    /** The kind of a request, as an index of {@link #kinds}. */
    int kind(long request) {
        if (weightUpTo.length == 1) {
            return 0;
        }
        long drawn = Scramble.below(Scramble.of(seed, request),
                weightUpTo[weightUpTo.length - 1]);
        int kind = 0;
        while (drawn >= weightUpTo[kind]) {
            kind++;
        }
        return kind;
    }

    /** The key of a request, whose kind is this one. */
    long key(RequestKind kind, int client, long request) {
        if (kind.keys() == RequestKind.KEY_PER_CONNECTION) {
            return client;
        }
        if (kind.keys() == 0) {
            return 0;
        }
        return weightUpTo.length == 1 ? request % kind.keys()
                : Scramble.below(Scramble.of(~seed, request), kind.keys());
    }

    /** Whether all requests of a client are alike. */
    boolean isUniform() {
        return kinds.size() == 1 && kinds.get(0).keys() <= 1;
    }
}
