package io.millrace.app.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The flags of one command: declared once, they read its arguments and write its help.
 *
 * <p>Threads: main.
 */
public final class Flags {

    /** Shows the help. */
    public static final Flag<Boolean> HELP = Flag.toggle("--help",
            "print this help and exit").standardText("");

    /** Names the file that has flags, too. */
    public static final Flag<String> CONFIG = Flag.of("--config", FlagType.FILE, "",
            "file of settings: a line port = 8080 is --port 8080; variables such as MILLRACE_PORT "
                    + "win over the file, flags over both").standardText("none");

    private static final int HELP_COLUMNS = 100;
    private static final int TEXT_COLUMN = 27;

    private static final Map<String, String> UNITS = Map.of("SIZE", """
            SIZE: a number of bytes, alone or with KB, MB, GB, TB (powers of 1000) or KiB, MiB,
                  GiB, TiB (powers of 1024), such as 40MB or 16KiB.
            """, "TIME", """
            TIME: a number with ms, s, m (minutes), h or d, such as 500ms.
            """);

    private final String command;
    private final String usage;
    private final Map<String, List<Flag<?>>> groups = new LinkedHashMap<>();
    private final Map<String, Flag<?>> flags = new HashMap<>();
    private final List<FlagSource> sources = new ArrayList<>();

    /** No flags yet, for a command whose help begins with its usage. */
    public Flags(String command, String usage) {
        this.command = command;
        this.usage = usage;
    }

    /** Adds flags, which the help shows under a title, after others with the same title. */
    public Flags with(String title, Flag<?>... more) {
        for (Flag<?> flag : more) {
            add(groups, title, flag);
            flags.put(flag.name(), flag);
        }
        return this;
    }

    /** Adds the flags of a source, which the help shows after all others. */
    public Flags with(FlagSource source) {
        sources.add(source);
        return this;
    }

    /** Adds a flag to the list of its title. */
    public static void add(Map<String, List<Flag<?>>> groups, String title, Flag<?> flag) {
        List<Flag<?>> group = groups.get(title);
        if (group == null) {
            group = new ArrayList<>();
            groups.put(title, group);
        }
        group.add(flag);
    }

    /** The flags by title, in the order of the help. */
    public Map<String, List<Flag<?>>> groups() {
        Map<String, List<Flag<?>>> all = new LinkedHashMap<>();
        groups.forEach((title, members) -> all.put(title, new ArrayList<>(members)));
        for (FlagSource source : sources) {
            source.addTo(all);
        }
        return all;
    }

    /** Every flag, in the order of the help. */
    public List<Flag<?>> all() {
        List<Flag<?>> all = new ArrayList<>();
        groups().values().forEach(all::addAll);
        return all;
    }

    private Flag<?> named(String name) {
        Flag<?> flag = flags.get(name);
        for (int i = 0; flag == null && i < sources.size(); i++) {
            flag = sources.get(i).named(name);
        }
        return flag;
    }

    /** The flag that a configuration file may set; null if there is none of this name. */
    Flag<?> inFile(String name) {
        return name.equals(CONFIG.name()) ? null : inEnvironment(name);
    }

    /** The flag that the environment may set; null if there is none of this name. */
    Flag<?> inEnvironment(String name) {
        return name.equals(HELP.name()) ? null : named(name);
    }

    /** Why a name is no flag, if it has a reason; null if it has none. */
    String refusal(String name) {
        for (FlagSource source : sources) {
            String refusal = source.refusal(name);
            if (refusal != null) {
                return refusal;
            }
        }
        return null;
    }

    /** Whether the program reads an environment variable of this name that is no flag's. */
    boolean isVariable(String name) {
        return sources.stream().anyMatch(source -> source.isVariable(name));
    }

    /** The name that was probably meant, none of these flags' own; null if none is near. */
    String nearest(String name, Flag<?>... others) {
        List<Flag<?>> known = all();
        known.removeAll(List.of(others));
        return Nearest.to(name, known.stream().map(Flag::name).toList());
    }

    /**
     * Reads the arguments; of a flag given twice the last counts, or both if its value is a list.
     *
     * @throws CommandException naming the first flag that is unknown, lacks its value or has one
     *     that is not allowed
     */
    public Arguments parse(List<String> args) throws CommandException {
        Map<String, Setting> settings = new HashMap<>();
        List<String> words = new ArrayList<>();
        for (int i = 0; i < args.size(); i++) {
            String arg = args.get(i);
            if (!arg.startsWith("-")) {
                words.add(arg);
                continue;
            }
            int equals = arg.indexOf('=');
            String name = equals < 0 ? arg : arg.substring(0, equals);
            Flag<?> flag = named(name.equals("-h") ? HELP.name() : name);
            if (flag == null) {
                throw unknown(name);
            }
            String text;
            if (equals >= 0) {
                text = arg.substring(equals + 1);
            } else if (flag.kind() == FlagType.SWITCH) {
                text = "true";
            } else if (i + 1 < args.size() && !args.get(i + 1).startsWith("--")) {
                text = args.get(++i);
            } else {
                throw CommandException.usage(
                        name + " needs a value: " + name + " " + flag.kind().placeholder());
            }
            flag.read(flag.name(), text);
            Setting before = flag.kind().isList() ? settings.get(flag.name()) : null;
            settings.put(flag.name(), before == null ? new Setting(text, "flag", flag.name())
                    : before.and(text));
        }
        return new Arguments(settings, words);
    }

    private CommandException unknown(String name) {
        String refusal = refusal(name);
        if (refusal != null) {
            return CommandException.usage(name + ": " + refusal);
        }
        String near = nearest(name);
        return CommandException.usage("unknown flag " + name
                + (near == null ? "" : ": did you mean " + near + "?")
                + (near == null ? ", see " : " See ") + command + " --help");
    }

    /** The help: usage, and every flag with its value, purpose and default. */
    public String help() {
        StringBuilder help = new StringBuilder(usage);
        groups().forEach((title, members) -> {
            help.append('\n').append(title).append(":\n");
            for (Flag<?> flag : members) {
                append(help, flag);
            }
        });
        help.append('\n');
        UNITS.keySet().stream().sorted().filter(this::has)
                .forEach(unit -> help.append(UNITS.get(unit)));
        return help.append("Write --flag VALUE or --flag=VALUE.\n").toString();
    }

    private boolean has(String placeholder) {
        return groups().values().stream().flatMap(List::stream)
                .anyMatch(flag -> flag.kind().placeholder().equals(placeholder));
    }

    private static void append(StringBuilder help, Flag<?> flag) {
        StringBuilder line = new StringBuilder("  ").append(flag.name());
        if (!flag.kind().placeholder().isEmpty()) {
            line.append(' ').append(flag.kind().placeholder());
        }
        List<String> words = new ArrayList<>(Arrays.asList(flag.help().split(" ")));
        String note = flag.note();
        if (!note.isEmpty()) {
            words.add(note);
        }
        if (line.length() + 2 > TEXT_COLUMN) {
            help.append(line).append('\n');
            line.setLength(0);
        }
        pad(line);
        for (String word : words) {
            if (line.length() + 1 + word.length() > HELP_COLUMNS) {
                help.append(line.toString().stripTrailing()).append('\n');
                line.setLength(0);
                pad(line);
            }
            line.append(line.length() == TEXT_COLUMN ? "" : " ").append(word);
        }
        help.append(line).append('\n');
    }

    private static void pad(StringBuilder line) {
        line.append(" ".repeat(TEXT_COLUMN - line.length()));
    }
}
