package io.millrace.app.cli;

import java.util.Locale;
import java.util.Map;

/**
 * A flag whose value is one of an enum's constants.
 *
 * <p>Threads: any.
 *
 * @param <E> the enum
 */
public final class ChoiceType<E extends Enum<E>> extends FlagType<E> {

    private final Class<E> type;
    private final Map<String, E> aliases;
    private final boolean lower;

    private ChoiceType(Class<E> type, Map<String, E> aliases, boolean lower) {
        super(null);
        this.type = type;
        this.aliases = aliases;
        this.lower = lower;
    }

    /** One of the constants, in any case; shown in lower case, with dashes. */
    public static <E extends Enum<E>> FlagType<E> of(Class<E> constants) {
        return of(constants, Map.of());
    }

    /** The same, with other texts for some of them, which the help doesn't show. */
    public static <E extends Enum<E>> FlagType<E> of(Class<E> constants,
            Map<String, E> aliases) {
        return new ChoiceType<>(constants, aliases, true);
    }

    /** One of the constants, in any case; shown as they are written. */
    public static <E extends Enum<E>> FlagType<E> ofNames(Class<E> constants) {
        return new ChoiceType<>(constants, Map.of(), false);
    }

    @Override
    public String placeholder() {
        return joined("|");
    }

    @Override
    public E read(String text) {
        for (E constant : type.getEnumConstants()) {
            if (show(constant).equalsIgnoreCase(text)) {
                return constant;
            }
        }
        E other = aliases.get(text.toLowerCase(Locale.ROOT));
        if (other != null) {
            return other;
        }
        throw new IllegalArgumentException(joined(" or "));
    }

    @Override
    public String show(E constant) {
        String name = constant.name();
        return lower ? name.toLowerCase(Locale.ROOT).replace('_', '-') : name;
    }

    private String joined(String between) {
        StringBuilder joined = new StringBuilder();
        for (E constant : type.getEnumConstants()) {
            joined.append(joined.length() == 0 ? "" : between).append(show(constant));
        }
        return joined.toString();
    }
}
