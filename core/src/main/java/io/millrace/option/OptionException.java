package io.millrace.option;

/**
 * An option has a value that it can't have. Threads: any.
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
    public Option<?> option() {
        return option;
    }

    /** The option that bounds this one, named after {@link #violation}; null if there is none. */
    public Option<?> bound() {
        return bound;
    }

    /** What is wrong, in words between the option's name and the bounding option's. */
    public String violation() {
        return violation;
    }
}
