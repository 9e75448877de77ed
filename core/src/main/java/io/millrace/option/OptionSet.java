package io.millrace.option;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The options that one class declares, in the order of their declaration.
 *
 * <p>Threads: filled by the one that initializes the declaring class, then read by any.
 *
 * @since 0.1
 */
public final class OptionSet {

    private final List<Option<?>> options = new ArrayList<>();
    private final List<Option<?>> view = Collections.unmodifiableList(options);

    /** A set without options. */
    public OptionSet() {
    }

    /** A new group of options. */
    public OptionGroup group(String title) {
        return new OptionGroup(this, title);
    }

    /** All options, in the order of their declaration. */
    public List<Option<?>> all() {
        return view;
    }

    /** Adds an option, whose index is the number of options before it. */
    <T> Option<T> add(Option<T> option) {
        assert option.index() == options.size() : option.name();
        options.add(option);
        return option;
    }
}
