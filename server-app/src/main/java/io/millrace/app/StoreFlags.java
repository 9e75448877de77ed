package io.millrace.app;

import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.CommandException;
import io.millrace.app.cli.Flag;
import io.millrace.app.cli.FlagType;
import io.millrace.store.Contract;
import io.millrace.store.Durability;
import io.millrace.store.StoreOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * The flags that set {@link StoreOptions}: their defaults come from there, and so do their ranges.
 *
 * <p>Threads: main.
 */
final class StoreFlags {

    private static final StoreOptions DEFAULTS = StoreOptions.defaults();

    static final Flag<Contract> CONTRACT = Flag.of("--contract",
            FlagType.oneOf(Contract.values()),
            DEFAULTS.contract(), "what is answered where the article that this store descends from "
                    + "and RFC 9110 part");
    private static final Flag<Durability> DURABILITY = Flag.of("--durability",
            FlagType.oneOf(Durability.values()),
            DEFAULTS.durability(), "what is on the device when a PUT or DELETE is acknowledged: "
                    + "nothing for sure, the file's data, or data and folder");
    private static final Flag<Long> MAX_OBJECT = Flag.of("--max-object", FlagType.LIMIT,
            DEFAULTS.maxObjectBytes(), "one object; 413 beyond");
    private static final Flag<Long> QUOTA = Flag.of("--quota", FlagType.LIMIT,
            DEFAULTS.quotaBytes(), "all objects together; 507 beyond");
    private static final Flag<Boolean> READ_ONLY = Flag.toggle("--read-only",
            "refuse PUT and DELETE");
    private static final Flag<String> TOKEN_FILE = Flag.of("--token-file", FlagType.FILE, "",
            "a file whose only line is the token that requests must bring as "
                    + "Authorization: Bearer TOKEN; 401 otherwise");
    private static final Flag<Boolean> OPEN_READS = Flag.toggle("--open-reads",
            "with --token-file: GET, HEAD and OPTIONS need no token");
    private static final Flag<Boolean> NON_ATOMIC = Flag.toggle("--non-atomic",
            "use a file system that can't replace a file in one step all the same");

    private static final Flag<Long> CACHE = Flag.of("--cache", FlagType.SIZE,
            DEFAULTS.cacheBytes(), "memory for small objects that are asked for again, at most a "
                    + "quarter of the heap; 0 for none");
    private static final Flag<Long> CACHED_OBJECT = Flag.of("--cached-object", FlagType.SIZE,
            (long) DEFAULTS.cachedObjectBytes(), "the largest object that is kept there");
    private static final Flag<Duration> CACHE_WINDOW = Flag.of("--cache-window", FlagType.TIME,
            DEFAULTS.cacheWindow(), "how long it stays unseen there at most that another program "
                    + "has changed a file; what the store changes is seen at once");

    /** The flags whose range the options know. */
    private static final Map<String, Flag<?>> FLAGS_BY_FIELD = Map.of("cacheBytes", CACHE,
            "cachedObjectBytes", CACHED_OBJECT, "cacheWindow", CACHE_WINDOW);

    private StoreFlags() {
    }

    /** All of them. */
    static Flag<?>[] flags() {
        return new Flag<?>[] {
            CONTRACT, DURABILITY, MAX_OBJECT, QUOTA, READ_ONLY, TOKEN_FILE, OPEN_READS, NON_ATOMIC,
            CACHE, CACHED_OBJECT, CACHE_WINDOW
        };
    }

    /**
     * The options of a store.
     *
     * @throws CommandException if the token can't be read or is none, or naming the flag whose
     *     value is out of range
     */
    static StoreOptions options(Arguments arguments) throws CommandException {
        StoreOptions.Builder builder = StoreOptions.builder()
                .contract(arguments.of(CONTRACT))
                .durability(arguments.of(DURABILITY))
                .maxObjectBytes(arguments.of(MAX_OBJECT))
                .quotaBytes(arguments.of(QUOTA))
                .readOnly(arguments.of(READ_ONLY))
                .openReads(arguments.of(OPEN_READS))
                .nonAtomicReplace(arguments.of(NON_ATOMIC))
                .cacheBytes(arguments.of(CACHE))
                .cachedObjectBytes((int) Math.min(arguments.of(CACHED_OBJECT), Integer.MAX_VALUE))
                .cacheWindow(arguments.of(CACHE_WINDOW));
        if (arguments.has(TOKEN_FILE)) {
            builder.token(token(arguments.of(TOKEN_FILE)));
        }
        try {
            return builder.build();
        } catch (IllegalArgumentException wrong) {
            throw CommandException.usage(inFlags(wrong.getMessage(), arguments));
        }
    }

    /** The message with a flag in place of its field, and with the value as it was given. */
    private static String inFlags(String message, Arguments arguments) {
        for (String field : FLAGS_BY_FIELD.keySet()) {
            String name = FLAGS_BY_FIELD.get(field).name();
            if (message.startsWith(field + " ")) {
                return name + message.substring(field.length(), message.lastIndexOf(": "))
                        + ": " + arguments.texts().get(name);
            }
        }
        return TOKEN_FILE.name() + ": " + message;
    }

    private static String token(String file) throws CommandException {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (InvalidPathException e) {
            throw CommandException.usage(TOKEN_FILE.name() + " must be a file: " + e.getMessage());
        } catch (IOException e) {
            throw CommandException.failure("can't read the token from " + file + ": " + e);
        }
    }
}
