package io.millrace.app.cli;

import java.util.List;
import java.util.Map;

/**
 * The arguments of one call, checked: a text per flag that was given, and the other words.
 *
 * <p>Threads: any.
 */
public record Arguments(Map<String, String> texts, List<String> words) {

    /** The flag's value, given or default. */
    public <T> T of(Flag<T> flag) {
        String text = texts.get(flag.name());
        return text == null ? flag.standard() : flag.kind().read(text);
    }

    /** Whether the flag was given. */
    public boolean has(Flag<?> flag) {
        return texts.containsKey(flag.name());
    }
}
