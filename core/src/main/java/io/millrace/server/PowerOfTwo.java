package io.millrace.server;

import io.millrace.option.Rule;

/** Requires a power of two, as queues index their slots by a mask. Threads: any. */
final class PowerOfTwo implements Rule<Integer> {

    @Override
    public String violation(Integer value) {
        return Integer.bitCount(value) == 1 ? null : "must be a power of two";
    }
}
