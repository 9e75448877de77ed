package io.millrace.app.cli;

import java.util.List;
import java.util.Map;

/**
 * Flags that are made when they are asked for, so that a start pays for those that it was given.
 *
 * <p>Threads: main.
 */
public abstract class FlagSource {

    /** A source, which has made no flag yet. */
    protected FlagSource() {
    }

    /** The flag of this name, the same one each time; null if there is none. */
    public abstract Flag<?> named(String name);

    /** Adds every flag to the list of its title. */
    public abstract void addTo(Map<String, List<Flag<?>>> groups);

    /**
     * Why a name that people may try is no flag, and what to do: it would hold a secret. Null for
     * every other name.
     */
    public String refusal(String name) {
        return null;
    }

    /** Whether the program reads an environment variable of this name that is no flag's. */
    public boolean isVariable(String name) {
        return false;
    }
}
