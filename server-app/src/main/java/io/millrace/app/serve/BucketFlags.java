package io.millrace.app.serve;

import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.CommandException;
import io.millrace.app.cli.Flag;
import io.millrace.app.cli.FlagSource;
import io.millrace.app.cli.Flags;
import io.millrace.bucket.BucketOptions;
import io.millrace.option.Option;
import io.millrace.store.StoreOptions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The flags that only a store in a bucket has, made when they are asked for. Those that it shares
 * with a store of files stand among that one's.
 *
 * <p>Threads: main.
 */
final class BucketFlags extends FlagSource {

    private static final List<String> BEGINNINGS =
            List.of("--bucket-", "--require-conditions", "--abort-after", "--part-bytes");
    private static final List<String> OF_SECRETS =
            List.of("secret", "access-key", "session-token");

    private static final class Made {

        static final OptionFlags OPTIONS = new OptionFlags(BucketOptions.all());
        static final Set<String> OF_FILES = StoreOptions.all().stream().map(Option::flag)
                .filter(flag -> flag != null).collect(Collectors.toSet());

        private Made() {
        }
    }

    /** Whether the flags ask for a bucket. */
    static boolean isGiven(Arguments arguments) {
        return arguments.settings().containsKey(ServeFlags.BUCKET.name());
    }

    /** The flags of all options of a store in a bucket, shared ones among them. */
    static OptionFlags options() {
        return Made.OPTIONS;
    }

    /** Whether a store of files has no use for the flag of this name. */
    static boolean isOwn(String name) {
        for (String beginning : BEGINNINGS) {
            if (name.startsWith(beginning)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Refuses a flag that only a store in a bucket has, without one.
     *
     * @throws CommandException naming the first
     */
    static void refuse(Arguments arguments) throws CommandException {
        for (String name : arguments.settings().keySet()) {
            if (isOwn(name)) {
                throw CommandException.usage(arguments.settings().get(name).name() + " needs "
                        + ServeFlags.BUCKET.name() + " URL: without it the objects are files");
            }
        }
    }

    @Override
    public Flag<?> named(String name) {
        return isOwn(name) ? Made.OPTIONS.named(name) : null;
    }

    @Override
    public void addTo(Map<String, List<Flag<?>>> groups) {
        for (Option<?> option : BucketOptions.all()) {
            if (option.flag() != null && !Made.OF_FILES.contains(option.flag())) {
                Flags.add(groups, option.group(), Made.OPTIONS.of(option));
            }
        }
    }

    @Override
    public String refusal(String name) {
        return OF_SECRETS.stream().noneMatch(name::contains) ? null
                : "keys stand in no flag and no configuration, which other users may see: set the"
                        + " variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a file"
                        + " by --bucket-keys";
    }

    @Override
    public boolean isVariable(String name) {
        return KeyChoice.isVariable(name);
    }
}
