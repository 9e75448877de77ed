package io.millrace.option;

/**
 * What a value has to be beyond its range. Threads: any.
 *
 * @param <T> the type of the value
 * @since 0.1
 */
public interface Rule<T> {

    /**
     * What the value fails to be, in words that follow the option's name, such as "must be a power
     * of two"; null if the value is right.
     *
     * @throws IllegalArgumentException if only a part of the value is wrong, naming that part
     */
    String violation(T value);

    /** Holds for powers of two, from 1 on. */
    static Rule<Integer> powerOfTwo() {
        return value -> Integer.bitCount(value) == 1 ? null : "must be a power of two";
    }
}
