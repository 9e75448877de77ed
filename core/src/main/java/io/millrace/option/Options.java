package io.millrace.option;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The checked values of an {@link OptionSet}. A subclass copies them into fields, so that an
 * accessor costs a field read.
 *
 * <p>Threads: any, immutable.
 *
 * @since 0.1
 */
public abstract class Options {

    private final OptionSet set;
    private final Object[] values;

    /**
     * The values of a builder.
     *
     * @throws OptionException naming the first option that is out of range
     */
    protected Options(Builder<?> builder) {
        this.set = builder.set;
        this.values = builder.checked();
    }

    /**
     * The value of an option.
     *
     * @throws IllegalArgumentException if the option belongs to another set
     */
    public final <T> T get(Option<T> option) {
        return valueOf(set, values, option);
    }

    /** Whether the other has the same values. */
    @Override
    public final boolean equals(Object other) {
        return other != null && other.getClass() == getClass()
                && Arrays.equals(values, ((Options) other).values);
    }

    /** Fits {@link #equals}. */
    @Override
    public final int hashCode() {
        return Arrays.hashCode(values);
    }

    /** Each option with its value as text, without secrets. */
    @Override
    public final String toString() {
        StringBuilder text = new StringBuilder(getClass().getSimpleName()).append('[');
        for (Option<?> option : set.all()) {
            text.append(option.index() == 0 ? "" : ", ").append(option.name()).append('=')
                    .append(textOf(option));
        }
        return text.append(']').toString();
    }

    private <T> String textOf(Option<T> option) {
        return option.text(get(option));
    }

    // The value at an option's index was set with the option's type.
    @SuppressWarnings("unchecked")
    private static <T> T valueOf(OptionSet set, Object[] values, Option<T> option) {
        List<Option<?>> all = set.all();
        if (option.index() >= all.size() || all.get(option.index()) != option) {
            throw new IllegalArgumentException("option belongs to another set: " + option.name());
        }
        return (T) values[option.index()];
    }

    /**
     * Collects values, starting from the defaults. Threads: one at a time.
     *
     * @param <B> the type of the builder
     * @since 0.1
     */
    public abstract static class Builder<B extends Builder<B>> {

        private final OptionSet set;
        private final Object[] values;
        private final boolean[] given;

        /** A builder that starts at the defaults. */
        protected Builder(OptionSet set) {
            this.set = set;
            this.values = new Object[set.all().size()];
            this.given = new boolean[values.length];
            for (Option<?> option : set.all()) {
                values[option.index()] = option.standard();
            }
        }

        /**
         * Sets an option. The value is checked when the options are built.
         *
         * @throws IllegalArgumentException if the option belongs to another set
         */
        @SuppressWarnings("unchecked")
        public final <T> B set(Option<T> option, T value) {
            get(option);
            values[option.index()] = value;
            given[option.index()] = true;
            return (B) this;
        }

        /**
         * The value so far.
         *
         * @throws IllegalArgumentException if the option belongs to another set
         */
        public final <T> T get(Option<T> option) {
            return valueOf(set, values, option);
        }

        /**
         * The refusal of a value because of another option, for a builder that finds two that
         * don't go together.
         *
         * @param option the option whose value is refused
         * @param other the option that it can't be used with
         */
        protected final <T> OptionException conflict(Option<T> option, Option<?> other) {
            return new OptionException(option, "can't be used with", other, get(option));
        }

        private Object[] checked() {
            Object[] checked = values.clone();
            for (Option<?> option : set.all()) {
                checked[option.index()] = checked(option, checked);
            }
            return checked;
        }

        /** The final value; the options that bound it are declared before it. */
        private <T> T checked(Option<T> option, Object[] values) {
            T value = valueOf(set, values, option);
            option.check(value);
            Option<T> bound = option.atMost();
            if (bound != null && option.isGreater(value, valueOf(set, values, bound))) {
                value = boundOf(option, "must be at most", bound, values);
            }
            bound = option.atLeast();
            if (bound != null && option.isGreater(valueOf(set, values, bound), value)) {
                value = boundOf(option, "must be at least", bound, values);
            }
            return copied(value);
        }

        /** Moves a default to the bound; refuses a value that was set. */
        private <T> T boundOf(Option<T> option, String violation, Option<T> bound,
                Object[] values) {
            if (given[option.index()]) {
                throw new OptionException(option, violation, bound, values[option.index()]);
            }
            return valueOf(set, values, bound);
        }

        @SuppressWarnings("unchecked")
        private static <T> T copied(T value) {
            if (value instanceof List<?> list) {
                return (T) List.copyOf(list);
            }
            return value instanceof Set<?> elements ? (T) Set.copyOf(elements) : value;
        }
    }
}
