package io.millrace.app.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The arguments of one call, checked: a setting for each flag that was given, and the other words.
 *
 * <p>Threads: any.
 *
 * @param settings by the flag's name, with its dashes
 */
public record Arguments(Map<String, Setting> settings, List<String> words) {

    /** The flag's value, given or default. */
    public <T> T of(Flag<T> flag) {
        Setting given = settings.get(flag.name());
        return given == null ? flag.standard() : flag.kind().read(given.text());
    }

    /** Whether the flag was given. */
    public boolean has(Flag<?> flag) {
        return settings.containsKey(flag.name());
    }

    /** The flag's value as it was written; null if it wasn't given. */
    public String text(Flag<?> flag) {
        Setting given = settings.get(flag.name());
        return given == null ? null : given.text();
    }

    /** How a message about the flag's value begins: its name where it was given. */
    public String nameOf(Flag<?> flag) {
        Setting given = settings.get(flag.name());
        return given == null ? flag.name() : given.name();
    }

    /**
     * The file that the flag names.
     *
     * @throws CommandException if this system can't have one of that name
     */
    public Path path(Flag<String> flag) throws CommandException {
        try {
            return Path.of(of(flag));
        } catch (InvalidPathException wrong) {
            throw CommandException.usage(nameOf(flag) + " must be a file: " + wrong.getMessage());
        }
    }

    /** Where the flag's value comes from. */
    public String originOf(Flag<?> flag) {
        Setting given = settings.get(flag.name());
        return given == null ? "default" : given.origin();
    }

    /** These, and others for flags that were not given here. */
    public Arguments over(Map<String, Setting> others) {
        if (others.isEmpty()) {
            return this;
        }
        Map<String, Setting> all = new HashMap<>(others);
        all.putAll(settings);
        return new Arguments(all, words);
    }
}
