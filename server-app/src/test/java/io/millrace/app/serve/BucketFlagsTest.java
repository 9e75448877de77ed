package io.millrace.app.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.CommandException;
import io.millrace.app.cli.ConfigFile;
import io.millrace.app.cli.Environment;
import io.millrace.app.cli.Flag;
import io.millrace.app.cli.FlagType;
import io.millrace.bucket.BucketOptions;
import io.millrace.option.Option;
import io.millrace.store.StoreOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The flags of a store in a bucket: each is taken and obeyed, or refused with what to do. */
class BucketFlagsTest {

    private static final String URL = "https://s3.example/artifacts/builds/";

    private static Arguments parse(String... args) throws CommandException {
        List<String> all = new ArrayList<>(List.of("--bucket", URL));
        all.addAll(List.of(args));
        return ServeFlags.FLAGS.parse(all);
    }

    private static BucketOptions options(String... args) throws CommandException {
        return BucketPlan.options(parse(args), null).build();
    }

    private static String refusal(String... args) {
        CommandException refused = assertThrows(CommandException.class,
                () -> StorePlan.of(ServeFlags.FLAGS.parse(List.of(args)), null));
        assertEquals(2, refused.exitCode());
        return refused.getMessage();
    }

    private static Set<String> flags(List<Option<?>> options) {
        return options.stream().map(Option::flag).filter(flag -> flag != null)
                .collect(Collectors.toSet());
    }

    @Test
    void withoutOtherFlagsTheOptionsAreTheDefaultsAndThePage() throws Exception {
        assertEquals(BucketOptions.builder(URL).build(), options("--no-page"));
        assertInstanceOf(LatePage.class, options().page());
        assertNull(options("--no-listing").page());
    }

    @Test
    void everyOptionHasAFlagOrAReasonToHaveNone() {
        for (Option<?> option : BucketOptions.all()) {
            assertEquals(option.flag() == null, option.noFlag() != null, option.name());
            assertTrue(option.flag() == null || ServeFlags.FLAGS.all().stream()
                    .anyMatch(flag -> flag.name().equals(option.flag())), option.name());
        }
        assertEquals(List.of("url", "keys", "page", "access"),
                BucketOptions.all().stream().filter(option -> option.noFlag() != null)
                        .map(Option::name).toList());
    }

    @Test
    void noNameStandsTwiceInTheHelp() {
        List<String> names = ServeFlags.FLAGS.all().stream().map(Flag::name).toList();
        assertEquals(names.size(), new HashSet<>(names).size(), names.toString());
    }

    @Test
    void flagOfBothStoresHasOneMeaningInBoth() {
        for (Option<?> option : BucketOptions.all()) {
            for (Option<?> other : StoreOptions.all()) {
                if (option.flag() != null && option.flag().equals(other.flag())) {
                    assertEquals(other.type(), option.type(), option.flag());
                    assertEquals(other.unit(), option.unit(), option.flag());
                    assertEquals(other.group().equals("Who may do what"),
                            option.group().equals("Who may do what"), option.flag());
                }
            }
        }
    }

    @Test
    void eachFlagSetsItsOption() throws Exception {
        assertEquals(BucketOptions.builder(URL).region("eu-west-1").hostStyle(true)
                        .requireConditions(true).abortAfter(Duration.ofHours(2))
                        .partBytes(16 << 20).bufferBytes(64 << 20).build(),
                options("--no-page", "--bucket-region", "eu-west-1", "--bucket-host-style",
                        "--require-conditions", "--abort-after", "2h", "--part-bytes", "16MiB",
                        "--bucket-buffer", "64MiB"));
    }

    @Test
    void eachFlagThatBothStoresHaveSetsItsOption() throws Exception {
        assertEquals(BucketOptions.builder(URL).putStatus(200).maxObjectBytes(5000)
                        .readOnly(true).openReads(true).noListing(true)
                        .wrongTokenDelay(Duration.ofMillis(5)).cacheBytes(5_000_000)
                        .maxCachedObjectBytes(4096).cacheWindow(Duration.ZERO).build(),
                options("--put-status", "200", "--max-object", "5KB", "--read-only",
                        "--open-reads", "--no-listing", "--wrong-token-delay", "5ms", "--cache",
                        "5MB", "--cached-object", "4KiB", "--cache-window", "0s"));
    }

    @Test
    void everyFlagOfAStoreOfFilesIsTakenOrRefused() throws Exception {
        Set<String> taken = flags(BucketOptions.all());
        List<String> own = new ArrayList<>(flags(StoreOptions.all()));
        own.addAll(List.of("--dir", "--wait-for-folder", "--discard"));
        for (String name : own) {
            assertNotEquals(taken.contains(name), FolderOnlyFlags.has(name), name);
            if (FolderOnlyFlags.has(name)) {
                assertRefused(name);
            }
        }
    }

    @Test
    void whatIsWrongWithTheRegionOrTheHostStyleNamesItsFlag() throws Exception {
        String region = refusal("--bucket", URL, "--bucket-region", "eu west");
        assertTrue(region.startsWith("--bucket-region must be a name of letters"), region);
        String style = refusal("--bucket", "http://127.0.0.1:9000/bb", "--bucket-host-style");
        assertEquals("--bucket: --bucket-host-style needs an endpoint with a domain name, not an"
                + " address", style);
    }

    private static void assertRefused(String name) throws CommandException {
        Flag<?> flag = ServeFlags.FLAGS.all().stream()
                .filter(each -> each.name().equals(name)).findFirst().orElseThrow();
        String value = name.equals("--contract") ? "article" : name.equals("--dir") ? "data"
                : flag.kind() == FlagType.SWITCH ? "true" : text(flag);
        String refusal = refusal("--bucket", URL, name + "=" + value);
        assertTrue(refusal.startsWith(name + " can't be used with --bucket: "), refusal);
    }

    private static <T> String text(Flag<T> flag) {
        String text = flag.kind().show(flag.standard());
        return text.isEmpty() ? "640" : text; // only the mode of files has none
    }

    @ParameterizedTest
    @ValueSource(strings = {"--contract=http", "--contract=rfc9110", "--flat=false",
            "--keep-digests=false"})
    void whatHoldsAnywayIsNoMistake(String flag) throws Exception {
        assertEquals(options("--no-page"), options("--no-page", flag));
        StorePlan.of(parse(flag), null); // is not refused
    }

    @Test
    void everyFlagOfABucketIsRefusedWithoutOne() {
        Set<String> shared = flags(StoreOptions.all());
        List<String> own = new ArrayList<>(flags(BucketOptions.all()));
        own.removeAll(shared);
        own.addAll(List.of("--bucket-keys", "--bucket-profile"));
        for (String name : own) {
            assertTrue(BucketFlags.isOwn(name), name);
            Flag<?> flag = ServeFlags.FLAGS.all().stream()
                    .filter(each -> each.name().equals(name)).findFirst().orElseThrow();
            String value = flag.kind() == FlagType.SWITCH ? "true"
                    : flag.standard() == null || flag.standard().equals("") ? "x" : text(flag);
            assertEquals(name + " needs --bucket URL: without it the objects are files",
                    refusal(name + "=" + value));
        }
        assertTrue(shared.stream().noneMatch(BucketFlags::isOwn));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--part-bytes=1MiB | --part-bytes must be in [8388608, 67108864]: 1MiB",
        "--bucket-buffer=16MiB --part-bytes=32MiB | --bucket-buffer must be at least --part-bytes"
                + ": 16MiB",
        "--put-status=201 | --put-status must be in [0, 200]: 201",
        "--cache-window=61m | --cache-window must be in [0 s, 1 h]: 61m"})
    void valueOutOfRangeIsRefusedInOneLineThatNamesTheFlag(String args, String message) {
        List<String> all = new ArrayList<>(List.of("--bucket", URL));
        all.addAll(List.of(args.split(" ")));
        assertEquals(message, refusal(all.toArray(new String[0])));
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://AKIA:geheim@s3.example/artifacts",
            "s3://geheim/artifacts", "https://s3.example/", "https://s3.example/a?geheim",
            "https://s3.example/artifacts/geheim/../", "https://s3 geheim/artifacts"})
    void urlThatNamesNoBucketIsRefusedAndNotShown(String url) {
        String refusal = refusal("--bucket", url);
        assertTrue(refusal.startsWith("--bucket: "), refusal);
        assertFalse(refusal.contains("geheim") || refusal.contains("AKIA"), refusal);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--bucket-secret", "--bucket-secret-key", "--secret-access-key",
            "--bucket-access-key", "--access-key-id", "--aws-session-token"})
    void keysAreNoFlags(String name) {
        for (List<String> args : List.of(List.of(name + "=geheim"), List.of(name, "geheim"))) {
            CommandException refused = assertThrows(CommandException.class,
                    () -> ServeFlags.FLAGS.parse(args));
            assertEquals(name + ": keys stand in no flag and no configuration, which other users"
                    + " may see: set the variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY,"
                    + " or name a file by --bucket-keys", refused.getMessage());
        }
    }

    @Test
    void keysAreNoKeysOfTheConfigurationFile(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("c"), "\nsecret-access-key = geheim\n");
        CommandException refused = assertThrows(CommandException.class,
                () -> ConfigFile.read(file, ServeFlags.FLAGS));
        assertTrue(refused.getMessage().startsWith(file + ":2: secret-access-key: keys stand in"),
                refused.getMessage());
        assertFalse(refused.getMessage().contains("geheim"));
    }

    @Test
    void variablesOfKeysAreNoFlagsAndNoMistake() throws Exception {
        List<String> warnings = new ArrayList<>();
        assertEquals(Map.of(), Environment.read(Map.of("MILLRACE_ACCESS_KEY_ID", "id",
                "MILLRACE_SECRET_ACCESS_KEY", "geheim", "MILLRACE_SESSION_TOKEN", "geheim"),
                ServeFlags.FLAGS, warnings::add));
        assertEquals(List.of(), warnings);
        Environment.read(Map.of("MILLRACE_BUCKET_SECRET", "geheim"), ServeFlags.FLAGS,
                warnings::add);
        assertEquals(1, warnings.size());
        assertTrue(warnings.get(0).startsWith("MILLRACE_BUCKET_SECRET is ignored: keys stand in"),
                warnings.get(0));
        assertFalse(warnings.get(0).contains("geheim"));
    }
}
