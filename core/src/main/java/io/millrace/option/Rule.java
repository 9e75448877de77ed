package io.millrace.option;

import org.jspecify.annotations.Nullable;

/**
 * A requirement on a value besides its range.
 *
 * <p>Threads: any.
 *
 * @param <T> the type of the value
 * @since 0.1
 */
public interface Rule<T> {

    /**
     * Checks a value.
     *
     * @return null if it is allowed; otherwise a phrase that follows the option's name, such as
     *     "must be a power of two"
     * @throws IllegalArgumentException if only a part of the value is wrong, naming that part
     */
    @Nullable String violation(T value);

    /** Holds for powers of two, from 1 on. */
    static Rule<Integer> powerOfTwo() {
        return new PowerOfTwo();
    }
}
