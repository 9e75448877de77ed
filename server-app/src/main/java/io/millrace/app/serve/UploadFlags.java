package io.millrace.app.serve;

import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.CommandException;
import io.millrace.app.cli.Flag;
import io.millrace.app.cli.FlagSource;
import io.millrace.app.cli.FlagType;
import io.millrace.app.cli.Flags;
import io.millrace.app.cli.QuantityType;
import io.millrace.resume.ResumableUploads;
import io.millrace.upload.UnfinishedUploads;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The flags of uploads that take several requests, made when they are asked for.
 *
 * <p>Threads: main.
 */
final class UploadFlags extends FlagSource {

    private static final String TITLE = "Resumable uploads";

    private static final class Made {

        static final Flag<Duration> EXPIRY = Flag.of("--upload-expiry",
                QuantityType.timeIn(Duration.ofSeconds(1), Duration.ofDays(365)),
                Duration.ofHours(24),
                "time without new bytes after which an unfinished upload is removed");
        static final Flag<Long> MAX_COUNT = Flag.of("--max-uploads",
                FlagType.numberIn(1, 1_000_000), 10_000L,
                "unfinished uploads at a time; one more gets 503").in("uploads");
        static final Flag<Long> MAX_BYTES = Flag.of("--max-upload-bytes", QuantityType.LIMIT,
                Long.MAX_VALUE, "total size of all unfinished uploads; bytes beyond it get 507")
                .in("bytes");

        static final List<Flag<?>> ALL = List.of(EXPIRY, MAX_COUNT, MAX_BYTES);
    }

    @Override
    public Flag<?> named(String name) {
        return !name.startsWith("--upload-") && !name.startsWith("--max-upload") ? null
                : Made.ALL.stream().filter(flag -> flag.name().equals(name)).findFirst()
                        .orElse(null);
    }

    @Override
    public void addTo(Map<String, List<Flag<?>>> groups) {
        Made.ALL.forEach(flag -> Flags.add(groups, TITLE, flag));
    }

    /**
     * Checks the flags together.
     *
     * @throws CommandException naming the first whose value is not allowed
     */
    static void check(Arguments arguments) throws CommandException {
        if (arguments.has(Made.MAX_BYTES) && arguments.of(Made.MAX_BYTES) == 0) {
            throw CommandException.usage(
                    arguments.nameOf(Made.MAX_BYTES) + " must be at least 1: 0");
        }
    }

    /** The uploads of a store that keeps them. */
    static ResumableUploads open(Arguments arguments, UnfinishedUploads store) {
        return ResumableUploads.builder(store).expiry(arguments.of(Made.EXPIRY))
                .maxUploads(arguments.of(Made.MAX_COUNT).intValue())
                .maxBytes(arguments.of(Made.MAX_BYTES)).build();
    }
}
