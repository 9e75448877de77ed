package io.millrace.option;

import java.time.Duration;

/**
 * Options under one title. Declaring an option adds it to the set.
 *
 * <p>Threads: the one that initializes the declaring class.
 *
 * @since 0.1
 */
public final class OptionGroup {

    private final OptionSet set;
    private final String title;

    OptionGroup(OptionSet set, String title) {
        this.set = set;
        this.title = title;
    }

    /** Declares a whole number from min to max. */
    public Option.Draft<Integer> number(String name, String unit, int standard, int min, int max) {
        return draft(name, Integer.class, standard).unit(unit).range(min, max);
    }

    /** Declares a whole number from min to max; {@link Long#MAX_VALUE} is "unlimited". */
    public Option.Draft<Long> number(String name, String unit, long standard, long min, long max) {
        return draft(name, Long.class, standard).unit(unit).range(min, max);
    }

    /** Declares a time from min to max. */
    public Option.Draft<Duration> time(String name, Duration standard, Duration min,
            Duration max) {
        return draft(name, Duration.class, standard).range(min, max);
    }

    /** Declares a switch that is off by default. */
    public Option.Draft<Boolean> toggle(String name) {
        return draft(name, Boolean.class, false);
    }

    /** Declares a choice among the constants of an enum. */
    public <E extends Enum<E>> Option.Draft<E> choice(String name, E standard) {
        return draft(name, standard.getDeclaringClass(), standard);
    }

    /** Declares an object of any other type. */
    public <T> Option.Draft<T> object(String name, Class<? super T> type, T standard) {
        return draft(name, type, standard);
    }

    private <T> Option.Draft<T> draft(String name, Class<? super T> type, T standard) {
        return new Option.Draft<>(set, title, name, type, standard);
    }
}
