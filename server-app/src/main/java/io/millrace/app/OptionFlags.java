package io.millrace.app;

import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.CommandException;
import io.millrace.app.cli.Flag;
import io.millrace.app.cli.FlagType;
import io.millrace.app.cli.Flags;
import io.millrace.option.Option;
import io.millrace.option.OptionException;
import io.millrace.option.Options;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The flags of a library's options, made of their declarations: an option that declares a flag has
 * it here, with its purpose, unit, default and range.
 *
 * <p>Loops rather than lambdas, each of which costs a start half a millisecond. Threads: main.
 */
final class OptionFlags {

    private final List<Option<?>> options;
    private final Map<Option<?>, Flag<?>> flags = new LinkedHashMap<>();

    /** The flags of those options that have one. */
    OptionFlags(List<Option<?>> options) {
        this.options = options;
        for (Option<?> option : options) {
            if (option.flag() != null) {
                flags.put(option, flag(option));
            }
        }
    }

    private Flag<?> flag(Option<?> option) {
        Class<?> type = option.type();
        if (type == Boolean.class) {
            return flag(option, FlagType.SWITCH, false, "off");
        }
        if (type == Duration.class) {
            Duration standard = (Duration) option.standard();
            return flag(option, FlagType.TIME, standard, FlagType.TIME.show(standard));
        }
        if (Number.class.isAssignableFrom(type)) {
            long standard = ((Number) option.standard()).longValue();
            if (!option.unit().startsWith("bytes")) {
                return flag(option, FlagType.NUMBER, standard, option.standardText());
            }
            FlagType<Long> size = option.mayBeUnlimited() ? FlagType.LIMIT : FlagType.SIZE;
            return flag(option, size, standard, size.show(standard));
        }
        if (type.isEnum()) {
            return choice(option, type.asSubclass(Enum.class));
        }
        if (type == Set.class) {
            return permissions(option);
        }
        throw new AssertionError("no type of flag for " + option + " of " + type);
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private Flag<?> choice(Option<?> option, Class<? extends Enum> type) {
        FlagType choice = FlagType.oneOf(type.getEnumConstants());
        return flag(option, choice, option.standard(), choice.show(option.standard()));
    }

    // The only sets among the options are permissions.
    @SuppressWarnings("unchecked")
    private Flag<?> permissions(Option<?> option) {
        SocketMode mode = SocketMode.MODE;
        var standard = (Set<PosixFilePermission>) option.standard();
        return flag(option, mode, standard, mode.show(standard));
    }

    private <T> Flag<T> flag(Option<?> option, FlagType<T> type, T standard, String text) {
        return new Flag<>(option.flag(), type, standard, text, option.unit(), range(option),
                option.purpose());
    }

    /** The range, with flags in place of options. */
    private String range(Option<?> option) {
        String range = option.range();
        for (Option<?> other : options) {
            if (other.flag() != null) {
                range = range.replace(" " + other.name(), " " + other.flag());
            }
        }
        return range;
    }

    /** The flag of an option; null if it has none. */
    Flag<?> of(Option<?> option) {
        return flags.get(option);
    }

    /** Adds each flag to the group of its option. */
    void addTo(Flags all) {
        for (Map.Entry<Option<?>, Flag<?>> entry : flags.entrySet()) {
            all.with(entry.getKey().group(), entry.getValue());
        }
    }

    /**
     * Sets the options whose flags were given.
     *
     * @return the builder
     */
    <B extends Options.Builder<B>> B set(B builder, Arguments arguments) {
        for (Map.Entry<Option<?>, Flag<?>> entry : flags.entrySet()) {
            if (arguments.has(entry.getValue())) {
                set(builder, entry.getKey(), arguments.of(entry.getValue()));
            }
        }
        return builder;
    }

    // The type of the flag was chosen by that of the option.
    @SuppressWarnings("unchecked")
    private static <T> void set(Options.Builder<?> builder, Option<T> option, Object value) {
        // What doesn't fit an int is past every range of ints, which the options will say.
        Object fitting = option.type() == Integer.class
                ? (Object) (int) Math.min((Long) value, Integer.MAX_VALUE) : value;
        builder.set(option, (T) fitting);
    }

    /** Says what is wrong with a value, with flags in place of options. */
    CommandException refused(OptionException wrong, Arguments arguments) {
        Flag<?> flag = flags.get(wrong.option());
        if (flag == null) {
            return CommandException.usage(wrong.getMessage());
        }
        String bound = wrong.bound() == null ? "" : " " + wrong.bound().flag();
        return CommandException.usage(flag.name() + " " + wrong.violation() + bound + ": "
                + arguments.texts().get(flag.name()));
    }
}
