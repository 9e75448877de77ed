package io.millrace.app.serve;

import io.millrace.access.AccessRules;
import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.CommandException;
import io.millrace.app.cli.Flag;
import io.millrace.app.token.TokenFile;
import java.nio.file.Path;
import java.util.Map;

/**
 * The store that the flags ask for, before it is opened: one in a folder or one in a bucket. What
 * the rest of the program has to know of its options is here.
 *
 * <p>Threads: main.
 */
interface StorePlan { // decision 350

    /**
     * The store that the flags ask for, with the tokens of their file.
     *
     * @throws CommandException if the token file can't be used, or naming the flag whose value is
     *     not allowed
     */
    static StorePlan of(Arguments arguments) throws CommandException {
        Path tokens = ServeSettings.tokenFile(arguments);
        return of(arguments, tokens == null ? null : TokenFile.read(tokens));
    }

    /** The same with rules that were read, or null for none. */
    static StorePlan of(Arguments arguments, AccessRules rules) throws CommandException {
        return BucketFlags.isGiven(arguments) ? BucketPlan.of(arguments, rules)
                : FolderPlan.of(arguments, rules);
    }

    /** What shows its folders to browsers; null if nothing does. */
    LatePage page();

    /** Whether clients need tokens. */
    boolean hasTokens();

    /** Whether clients need none to read. */
    boolean openReads();

    /** Whether no client may change what is kept. */
    boolean readOnly();

    /** Whether there is nothing to change, as nothing is kept. */
    default boolean keepsNothing() {
        return false;
    }

    /** Whether a client needs no token to change what is kept. */
    default boolean mayAllWrite() {
        return !hasTokens() && !keepsNothing() && !readOnly();
    }

    /** Most bytes that objects in memory take. */
    long cacheBytes();

    /** Whether it has a use for a flag; {@code config} leaves out the others. */
    boolean takes(Flag<?> flag);

    /** The value of the option that a flag sets, as it would be written; null for other flags. */
    String held(Flag<?> flag);

    /**
     * Refuses a file of the program that clients could reach as an object.
     *
     * @param kind what the message calls it
     */
    void refuseWithin(String kind, Path file) throws CommandException;

    /** Whether an object has this path now, as far as can be seen without a request. */
    boolean isObject(String path);

    /**
     * Checks what opening it reads, as far as that opens nothing.
     *
     * @param environment the variables of the process
     * @throws CommandException in one line that says what to do
     */
    default void check(Arguments arguments, Map<String, String> environment)
            throws CommandException {
        // most have nothing to read
    }

    /**
     * Checks the place where it is kept, as far as that makes nothing.
     *
     * @throws CommandException in one line that says what to do
     */
    default void checkPlace() throws CommandException {
        // most can only try it
    }

    /**
     * Opens it.
     *
     * @throws CommandException in one line that says what to do
     */
    ServedStore open(Arguments arguments, ServeParts parts) throws CommandException;
}
