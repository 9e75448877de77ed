package io.millrace.app.serve;

import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.CommandException;
import io.millrace.app.cli.Environment;
import io.millrace.app.cli.Flag;
import io.millrace.bucket.BucketKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Finds the keys of an engine where a flag says, or else where the programs of AWS look: in the
 * environment, then in a profile of their file.
 *
 * <p>Threads: main.
 */
final class KeyChoice { // decision 351

    private static final String OF_AWS = "AWS_";
    private static final String ID = "ACCESS_KEY_ID";
    private static final String SECRET = "SECRET_ACCESS_KEY";
    private static final String TOKEN = "SESSION_TOKEN";
    private static final String DEFAULT_PROFILE = "default";

    private final Arguments arguments;
    private final Map<String, String> environment;

    /** The keys that these settings name. */
    KeyChoice(Arguments arguments, Map<String, String> environment) {
        this.arguments = arguments;
        this.environment = environment;
    }

    /** Whether a variable has keys, and so no flag's value. */
    static boolean isVariable(String name) {
        return name.equals(Environment.PREFIX + ID) || name.equals(Environment.PREFIX + SECRET)
                || name.equals(Environment.PREFIX + TOKEN);
    }

    /**
     * Reads them.
     *
     * @throws CommandException in one line without a secret, if there are none or they can't be
     *     read
     */
    BucketKeys read() throws CommandException {
        checkTogether();
        String file = arguments.of(ServeFlags.BUCKET_KEYS);
        String profile = arguments.of(ServeFlags.BUCKET_PROFILE);
        try {
            if (!file.isEmpty()) {
                return BucketKeys.fromFile(path(ServeFlags.BUCKET_KEYS, file));
            }
            return profile.isEmpty() ? found()
                    : BucketKeys.fromProfile(sharedFile(), profile);
        } catch (IOException e) {
            throw CommandException.failure(e.getMessage());
        } catch (IllegalArgumentException wrong) { // which shows no secret
            throw CommandException.usage(wrong.getMessage());
        }
    }

    /**
     * Reads them as far as that takes nothing away.
     *
     * @throws CommandException as {@link #read} does
     */
    void check() throws CommandException {
        checkTogether();
        Path file = file();
        if (file == null || !ServeSettings.isReadOnce(file)) {
            read();
        }
    }

    /** The file that a flag chooses; null if none does. */
    private Path file() throws CommandException {
        String file = arguments.of(ServeFlags.BUCKET_KEYS);
        if (!file.isEmpty()) {
            return path(ServeFlags.BUCKET_KEYS, file);
        }
        return arguments.of(ServeFlags.BUCKET_PROFILE).isEmpty() ? null : sharedFile();
    }

    private void checkTogether() throws CommandException {
        if (!arguments.of(ServeFlags.BUCKET_KEYS).isEmpty()
                && !arguments.of(ServeFlags.BUCKET_PROFILE).isEmpty()) {
            throw CommandException.usage(arguments.nameOf(ServeFlags.BUCKET_PROFILE)
                    + " can't be used with " + arguments.nameOf(ServeFlags.BUCKET_KEYS)
                    + ": leave one of the two out");
        }
    }

    private BucketKeys found() throws IOException, CommandException {
        if (isSet(Environment.PREFIX + ID) || isSet(Environment.PREFIX + SECRET)) {
            return ofVariables(Environment.PREFIX);
        }
        if (isSet(OF_AWS + ID) || isSet(OF_AWS + SECRET)) {
            return ofVariables(OF_AWS);
        }
        Path shared = sharedFile();
        if (!Files.isRegularFile(shared)) {
            throw CommandException.failure("the engine needs keys: set the variables"
                    + " AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a file by "
                    + ServeFlags.BUCKET_KEYS.name());
        }
        return BucketKeys.fromProfile(shared,
                isSet("AWS_PROFILE") ? environment.get("AWS_PROFILE") : DEFAULT_PROFILE);
    }

    /** All of one kind: an id of one pair and a secret of another would only fail later. */
    private BucketKeys ofVariables(String prefix) throws CommandException {
        for (String name : new String[] {ID, SECRET}) {
            if (!isSet(prefix + name)) {
                throw CommandException.failure("the variable " + prefix
                        + (name.equals(ID) ? SECRET : ID) + " is set and " + prefix + name
                        + " is not: set both");
            }
        }
        Map<String, String> keys = new HashMap<>();
        for (String name : new String[] {ID, SECRET, TOKEN}) {
            if (isSet(prefix + name)) {
                keys.put(OF_AWS + name, environment.get(prefix + name));
            }
        }
        return BucketKeys.fromEnvironment(keys);
    }

    private boolean isSet(String variable) {
        return !environment.getOrDefault(variable, "").isEmpty();
    }

    private Path sharedFile() {
        if (isSet("AWS_SHARED_CREDENTIALS_FILE")) {
            return Path.of(environment.get("AWS_SHARED_CREDENTIALS_FILE"));
        }
        String home = isSet("HOME") ? environment.get("HOME") : System.getProperty("user.home");
        return Path.of(home, ".aws", "credentials");
    }

    private Path path(Flag<String> flag, String text) throws CommandException {
        try {
            return Path.of(text);
        } catch (InvalidPathException wrong) {
            throw CommandException.usage(
                    arguments.nameOf(flag) + " must be a file: " + wrong.getMessage());
        }
    }
}
