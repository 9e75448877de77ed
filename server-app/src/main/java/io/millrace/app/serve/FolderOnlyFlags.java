package io.millrace.app.serve;

import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.CommandException;
import io.millrace.app.cli.Setting;
import io.millrace.store.Contract;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The flags of a store of files that mean nothing over a bucket, each with what to do instead: a
 * flag that is taken and not obeyed would be found out when it is needed.
 *
 * <p>Threads: main.
 */
final class FolderOnlyFlags { // decision 352

    private static final String KEYS =
            "keys may be as long as the engine takes them, 1,024 bytes with the prefix";
    private static final String DIGESTS =
            "digests of objects are the engine's checksums, and none are computed here";
    private static final String LIFECYCLE =
            "let a lifecycle rule of the bucket remove what is old";

    private static final Map<String, String> INSTEAD = new LinkedHashMap<>();

    static {
        INSTEAD.put("--dir", "objects are in a folder or in a bucket: leave one of the two out");
        INSTEAD.put("--wait-for-folder", "nodes over a bucket wait for none: start the new one,"
                + " then stop the old one");
        INSTEAD.put("--discard", "a store that keeps nothing needs no bucket: leave one of the"
                + " two out");
        INSTEAD.put("--contract", "over a bucket there is only the contract http");
        INSTEAD.put("--flat", "keys over a bucket may have any number of segments: give clients"
                + " tokens for a prefix");
        INSTEAD.put("--max-key", KEYS);
        INSTEAD.put("--max-segment", KEYS);
        INSTEAD.put("--max-segments", KEYS);
        INSTEAD.put("--keep-times", "the engine dates objects itself");
        INSTEAD.put("--durability", "the engine decides when an object is durable: set it up"
                + " there");
        INSTEAD.put("--non-atomic", "an engine replaces objects in one step");
        INSTEAD.put("--no-overwrite", "let clients send If-None-Match: *, or lock objects in the"
                + " engine");
        INSTEAD.put("--file-mode", "objects in a bucket have no file mode: set up a policy of the"
                + " bucket");
        INSTEAD.put("--quota", "other nodes store there, too: set up a quota of the bucket");
        INSTEAD.put("--evict-after", LIFECYCLE);
        INSTEAD.put("--evict-to", LIFECYCLE);
        INSTEAD.put("--max-digests", DIGESTS);
        INSTEAD.put("--keep-digests", DIGESTS);
    }

    private FolderOnlyFlags() {
    }

    /** Whether a store in a bucket has no use for the flag of this name. */
    static boolean has(String name) {
        return INSTEAD.containsKey(name);
    }

    /**
     * Refuses the first of them that was given.
     *
     * @throws CommandException saying what to do instead
     */
    static void refuse(Arguments arguments) throws CommandException {
        for (Map.Entry<String, String> flag : INSTEAD.entrySet()) {
            Setting given = arguments.settings().get(flag.getKey());
            if (given != null && !isHarmless(flag.getKey(), given.text())) {
                throw CommandException.usage(given.name() + " can't be used with "
                        + arguments.nameOf(ServeFlags.BUCKET) + ": " + flag.getValue());
            }
        }
    }

    /** What is so in any case; a switch that is off stands in configurations. */
    private static boolean isHarmless(String name, String text) {
        return text.equals("false") || name.equals("--contract")
                && ServeFlags.STORE_FLAGS.named(name).kind().read(text) == Contract.HTTP;
    }
}
