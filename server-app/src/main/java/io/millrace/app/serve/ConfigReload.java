package io.millrace.app.serve;

import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.CommandException;
import io.millrace.app.cli.Flag;
import io.millrace.app.cli.Setting;
import io.millrace.app.log.Lines;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Reads the configuration file again and applies what has changed in it, as far as that is possible
 * while the program runs. A file with a mistake changes nothing.
 *
 * <p>Threads: main.
 */
final class ConfigReload implements Reloads.Reload {

    /** Applies the new values of some flags to something that runs. */
    @FunctionalInterface
    interface Change {

        /**
         * Applies them, all or none.
         *
         * @param next what the program runs with, but for these flags: of the others none changes
         * @throws CommandException if the old ones stay, saying what to do
         */
        void apply(Arguments next) throws CommandException;
    }

    private record Entry(Change change, List<Flag<?>> flags) {
    }

    private final Lines lines;
    private final List<Entry> changes = new ArrayList<>();
    /** Null while there is no file to read. */
    private Configuration configuration;
    /** What the program runs with, which may differ from the file until its next start. */
    private Arguments running;

    /** A reload that nothing can change with yet. */
    ConfigReload(Lines lines) {
        this.lines = lines;
    }

    /** Adds what has to be done when one of these flags changes. */
    void add(Change change, Flag<?>... flags) {
        changes.add(new Entry(change, List.of(flags)));
    }

    /** Has the next reload read a configuration, and compare it with what it was at the start. */
    void start(Configuration configuration, Arguments running) {
        this.configuration = configuration;
        this.running = running;
    }

    @Override
    public void reload() throws CommandException {
        Arguments next = configuration.read(new ServeParts(lines));
        List<Flag<?>> changed = changed(running, next);
        if (changed.isEmpty()) {
            return;
        }
        ServeSettings.check(next, configuration.environment());
        for (Entry entry : changes) {
            if (entry.flags().stream().anyMatch(changed::contains)) {
                apply(entry, next);
                changed.removeAll(entry.flags());
            }
        }
        if (!changed.isEmpty()) {
            lines.log(ConfigReload.class, Level.WARNING,
                    "the configuration needs a restart: " + names(changed), null);
        }
    }

    private void apply(Entry entry, Arguments next) {
        Arguments changed = with(running, next, entry.flags());
        try {
            entry.change().apply(changed);
            running = changed;
        } catch (CommandException refused) {
            lines.log(ConfigReload.class, Level.WARNING, names(entry.flags())
                    + " can't be changed: " + refused.getMessage(), null);
        }
    }

    private static List<Flag<?>> changed(Arguments running, Arguments next) {
        List<Flag<?>> changed = new ArrayList<>();
        for (Flag<?> flag : ServeFlags.FLAGS.all()) {
            if (!Objects.equals(running.of(flag), next.of(flag))) {
                changed.add(flag);
            }
        }
        return changed;
    }

    private static Arguments with(Arguments running, Arguments next, List<Flag<?>> flags) {
        Map<String, Setting> settings = new HashMap<>(running.settings());
        for (Flag<?> flag : flags) {
            settings.remove(flag.name());
            if (next.has(flag)) {
                settings.put(flag.name(), next.settings().get(flag.name()));
            }
        }
        return new Arguments(settings, running.words());
    }

    private static String names(List<Flag<?>> flags) {
        return String.join(", ", flags.stream().map(flag -> flag.name().substring(2)).toList());
    }
}
