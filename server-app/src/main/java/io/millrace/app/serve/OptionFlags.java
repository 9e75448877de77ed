package io.millrace.app.serve;

import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.ChoiceType;
import io.millrace.app.cli.CommandException;
import io.millrace.app.cli.FileMode;
import io.millrace.app.cli.Flag;
import io.millrace.app.cli.FlagSource;
import io.millrace.app.cli.FlagType;
import io.millrace.app.cli.Flags;
import io.millrace.app.cli.QuantityType;
import io.millrace.app.cli.TextList;
import io.millrace.option.Option;
import io.millrace.option.OptionException;
import io.millrace.option.Options;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The flags of a library's options, made of their declarations: an option that declares a flag has
 * it here, with its purpose, unit and default.
 *
 * <p>A flag is made when it is asked for: a start that gives three of them makes three. Threads:
 * main.
 */
final class OptionFlags extends FlagSource {

    private final List<Option<?>> options;
    /** Those made so far. */
    private final Map<Option<?>, Flag<?>> flags = new HashMap<>();

    /** The flags of those options that have one. */
    OptionFlags(List<Option<?>> options) {
        this.options = options;
    }

    @Override
    public Flag<?> named(String name) {
        for (Option<?> option : options) {
            if (name.equals(option.flag())) {
                return of(option);
            }
        }
        return null;
    }

    @Override
    public void addTo(Map<String, List<Flag<?>>> groups) {
        for (Option<?> option : options) {
            if (option.flag() != null) {
                Flags.add(groups, option.group(), of(option));
            }
        }
    }

    /** The flag of an option; null if it has none. */
    Flag<?> of(Option<?> option) {
        Flag<?> flag = flags.get(option);
        if (flag == null && option.flag() != null) {
            flag = flag(option);
            flags.put(option, flag);
        }
        return flag;
    }

    private static Flag<?> flag(Option<?> option) {
        Class<?> type = option.type();
        if (type == Boolean.class) {
            return flag(option, FlagType.SWITCH, false, "off");
        }
        if (type == Duration.class) {
            return flag(option, QuantityType.TIME, (Duration) option.standard(), null);
        }
        if (type == Integer.class || type == Long.class) {
            long standard = ((Number) option.standard()).longValue();
            if (!option.unit().startsWith("bytes")) {
                return flag(option, QuantityType.NUMBER, standard, option.standardText());
            }
            return flag(option,
                    option.mayBeUnlimited() ? QuantityType.LIMIT : QuantityType.SIZE, standard,
                    words(option));
        }
        if (type == String.class) {
            return flag(option, FlagType.NAME, (String) option.standard(), option.standardText());
        }
        if (type.isEnum()) {
            return choice(option, type);
        }
        if (type == Set.class) {
            return permissions(option);
        }
        if (type == List.class) {
            return texts(option);
        }
        throw new AssertionError("no type of flag for " + option + " of " + type);
    }

    /** A default that depends on the machine, in words; null if it is a value as any other. */
    private static <T> String words(Option<T> option) {
        String text = option.standardText();
        return text.equals(option.text(option.standard())) ? null : text;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Flag<?> choice(Option<?> option, Class type) {
        return flag(option, ChoiceType.of(type, (Map) option.aliases()),
                (Enum) option.standard(), null);
    }

    // The only sets among the options are permissions.
    @SuppressWarnings("unchecked")
    private static Flag<?> permissions(Option<?> option) {
        return flag(option, FileMode.MODE, (Set<PosixFilePermission>) option.standard(), null);
    }

    // The only lists with a flag are of texts.
    @SuppressWarnings("unchecked")
    private static Flag<?> texts(Option<?> option) {
        FlagType<List<String>> type =
                option.flag().equals("--host") ? TextList.NAMES : TextList.NETWORKS;
        return flag(option, type, (List<String>) option.standard(), option.standardText());
    }

    private static <T> Flag<T> flag(Option<?> option, FlagType<T> type, T standard, String text) {
        return new Flag<>(option.flag(), type, standard, text, option.unit(), option.purpose());
    }

    /**
     * Sets the options whose flags were given, by whomever: two stores share some.
     *
     * @return the builder
     */
    <B extends Options.Builder<B>> B set(B builder, Arguments arguments) {
        for (Option<?> option : options) {
            if (option.flag() != null && arguments.settings().containsKey(option.flag())) {
                set(builder, option, arguments.of(of(option)));
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

    /**
     * The value of a flag's option as it would be written; null if the flag is another one's, or
     * the option has no value.
     */
    String held(Flag<?> flag, Options options) {
        for (Option<?> option : this.options) {
            if (flag.name().equals(option.flag())) {
                Object value = options.get(option);
                return value == null ? null : shown(of(option), value);
            }
        }
        return null;
    }

    // The type of the flag was chosen by that of the option.
    @SuppressWarnings("unchecked")
    private static <T> String shown(Flag<T> flag, Object value) {
        Object fitting = value instanceof Integer number ? (Object) number.longValue() : value;
        String shown = flag.kind().show((T) fitting);
        return shown.isEmpty() ? null : shown;
    }

    /** Says what is wrong with a value, with flags in place of options. */
    CommandException refused(OptionException wrong, Arguments arguments) {
        Flag<?> flag = of(wrong.option());
        if (flag == null) {
            return CommandException.usage(wrong.getMessage());
        }
        String bound = wrong.bound() == null ? "" : " " + wrong.bound().flag();
        return CommandException.usage(arguments.nameOf(flag) + " " + wrong.violation() + bound
                + ": " + arguments.text(flag));
    }
}
