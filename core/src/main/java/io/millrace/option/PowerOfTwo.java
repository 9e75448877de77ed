package io.millrace.option;

/** Holds for powers of two, from 1 on. Threads: any. */
final class PowerOfTwo implements Rule<Integer> { // not a lambda, which costs a start 1 ms

    @Override
    public String violation(Integer value) {
        return Integer.bitCount(value) == 1 ? null : "must be a power of two";
    }
}
