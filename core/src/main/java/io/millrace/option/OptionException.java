package io.millrace.option;

import org.jspecify.annotations.Nullable;

/**
 * An option has a value that is not allowed.
 *
 * <p>Threads: any.
 *
 * @since 0.1
 */
public final class OptionException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    private final transient Option<?> option;
    private final transient Option<?> bound;
    private final String violation;

    OptionException(Option<?> option, String violation, Option<?> bound, Object value) {
        super(option.name() + " " + violation + (bound == null ? "" : " " + bound.name())
                + (option.isSecret() ? "" : ": " + value));
        this.option = option;
        this.bound = bound;
        this.violation = violation;
    }

    /** The option; null after deserialization. */
    public @Nullable Option<?> option() {
        return option;
    }

    /** The option whose bound was exceeded, to be named after {@link #violation}; null if none. */
    public @Nullable Option<?> bound() {
        return bound;
    }

    /** What is wrong, as a phrase to put between the names of the option and of the bound. */
    public String violation() {
        return violation;
    }
}
