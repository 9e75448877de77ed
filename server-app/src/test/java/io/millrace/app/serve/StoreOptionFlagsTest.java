package io.millrace.app.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.access.AccessRules;
import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.CommandException;
import io.millrace.app.cli.Flag;
import io.millrace.app.token.TokenFile;
import io.millrace.app.token.TokenFileTest;
import io.millrace.option.Option;
import io.millrace.store.Contract;
import io.millrace.store.Durability;
import io.millrace.store.StoreOptions;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoreOptionFlagsTest {

    @Test
    void withoutFlagsTheOptionsAreTheStoresDefaultsAndThePage() throws Exception {
        assertEquals(StoreOptions.defaults(), options());
        for (List<String> flags : List.of(List.<String>of(), List.of("--no-page=false"))) {
            assertInstanceOf(LatePage.class,
                    ServeSettings.storeOptions(ServeFlags.FLAGS.parse(flags), null).page());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--no-page", "--no-listing", "--discard", "--contract=article"})
    void storeThatShowsNoFoldersHasNoPage(String flag) throws Exception {
        assertNull(
                ServeSettings.storeOptions(ServeFlags.FLAGS.parse(List.of(flag)), null).page());
    }

    @Test
    void everyOptionHasAFlagOrAReasonToHaveNone() {
        for (Option<?> option : StoreOptions.all()) {
            Flag<?> flag = ServeFlags.STORE_FLAGS.of(option);
            assertEquals(flag == null, option.noFlag() != null, option.name());
            assertTrue(flag == null || ServeFlags.FLAGS.all().contains(flag), option.name());
        }
        assertEquals(List.of("page", "token", "access", "threads", "maxWaiting"),
                StoreOptions.all().stream().filter(option -> option.noFlag() != null)
                        .map(Option::name).toList());
    }

    @Test
    void eachFlagSetsItsOption(@TempDir Path folder) throws Exception {
        Path token = TokenFileTest.write(folder.resolve("token"), "s3cret\n");
        assertEquals(StoreOptions.builder().contract(Contract.ARTICLE).putStatus(200)
                        .durability(Durability.FULL).maxObjectBytes(5000)
                        .quotaBytes(Long.MAX_VALUE).readOnly(true).openReads(true)
                        .nonAtomicReplace(true).access(AccessRules.token("s3cret"))
                        .wrongTokenDelay(Duration.ofMillis(5)).noOverwrite(true)
                        .fileMode(PosixFilePermissions.fromString("rw-r-----")).build(),
                options("--contract", "article", "--put-status", "200", "--durability=full",
                        "--max-object", "5KB",
                        "--quota", "unlimited", "--read-only", "--open-reads", "--non-atomic",
                        "--wrong-token-delay", "5ms", "--no-overwrite", "--file-mode", "640",
                        "--token-file", token.toString()));
    }

    @Test
    void eachFlagOfTheKeysSetsItsOption() throws Exception {
        assertEquals(StoreOptions.builder().flat(true).maxKeyBytes(4096).maxSegmentBytes(1)
                        .maxSegments(256).build(),
                options("--flat", "--max-key", "4KiB", "--max-segment", "1", "--max-segments",
                        "256"));
        assertEquals(StoreOptions.builder().maxKeyBytes(1).maxSegmentBytes(255).maxSegments(1)
                        .build(),
                options("--max-key", "1", "--max-segment", "255", "--max-segments", "1"));
    }

    @Test
    void eachFlagOfEvictionsSetsItsOption() throws Exception {
        assertEquals(StoreOptions.builder().evictAfter(Duration.ofDays(30))
                        .evictToBytes(50_000_000_000L).build(),
                options("--evict-after", "30d", "--evict-to", "50GB"));
        assertEquals(StoreOptions.builder().quotaBytes(1L << 30).evictToBytes(1L << 30).build(),
                options("--evict-to", "1GiB", "--quota", "1GiB"));
    }

    @Test
    void storeThatOnlyReadsRefusesToEvict() {
        CommandException refused = assertThrows(CommandException.class,
                () -> options("--read-only", "--evict-after", "30d"));
        assertEquals("--evict-after can't be used with --read-only: 30d", refused.getMessage());
        assertEquals(2, refused.exitCode());
    }

    @Test
    void quotaBoundsWhatIsKept() {
        CommandException refused = assertThrows(CommandException.class,
                () -> options("--quota", "1GB", "--evict-to", "1GiB"));
        assertEquals("--evict-to must be at most --quota: 1GiB", refused.getMessage());
    }

    @Test
    void formerNameOfTheContractIsTaken() throws Exception {
        assertEquals(Contract.HTTP, options("--contract", "RFC9110").contract());
    }

    @Test
    void eachFlagOfTheCacheSetsItsOption() throws Exception {
        assertEquals(StoreOptions.builder().cacheBytes(5_000_000).cachedObjectBytes(4096)
                        .cacheWindow(Duration.ofMillis(20)).build(),
                options("--cache", "5MB", "--cached-object", "4KiB", "--cache-window", "20ms"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--cache=2TiB | --cache must be in [0, 1099511627776]: 2TiB",
        "--evict-after=3651d | --evict-after must be in [0 s, 3650 days]: 3651d",
        "--evict-to=1025TiB | --evict-to must be in [0, 1125899906842624]: 1025TiB",
        "--put-status=201 | --put-status must be in [0, 200]: 201",
        "--max-key=0 | --max-key must be in [1, 4096]: 0",
        "--max-key=4097 | --max-key must be in [1, 4096]: 4097",
        "--max-segment=0 | --max-segment must be in [1, 255]: 0",
        "--max-segment=256 | --max-segment must be in [1, 255]: 256",
        "--max-segments=0 | --max-segments must be in [1, 256]: 0",
        "--max-segments=257 | --max-segments must be in [1, 256]: 257",
        "--put-status=100 | --put-status must be 0 or 200: 100",
        "--wrong-token-delay=61s | --wrong-token-delay must be in [0 s, 60 s]: 61s",
        "--file-mode=440 | --file-mode must be readable and writable by the owner and not "
                + "executable, such as 640: 440",
        "--cached-object=1048577 | --cached-object must be in [0, 1048576]: 1048577",
        "--cached-object=5GB | --cached-object must be in [0, 1048576]: 5GB",
        "--cache-window=61m | --cache-window must be in [0 s, 1 h]: 61m"})
    void valueOutOfRangeIsRefusedInOneLineThatNamesTheFlag(String arg, String message) {
        CommandException refused = assertThrows(CommandException.class, () -> options(arg));
        assertEquals(message, refused.getMessage());
        assertEquals(2, refused.exitCode());
    }

    /** The page, which is no flag's value, is left out. */
    private static StoreOptions options(String... args) throws CommandException {
        List<String> all = new ArrayList<>(List.of(args));
        all.add("--no-page");
        Arguments arguments = ServeFlags.FLAGS.parse(all);
        Path tokens = ServeSettings.tokenFile(arguments);
        return ServeSettings.storeOptions(arguments,
                tokens == null ? null : TokenFile.read(tokens));
    }
}
