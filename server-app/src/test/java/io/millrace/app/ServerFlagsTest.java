package io.millrace.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.server.ServerOptions;
import java.lang.reflect.RecordComponent;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerFlagsTest {

    private static final InetSocketAddress ADDRESS =
            ServerOptions.defaults().address();

    @Test
    void withoutFlagsTheOptionsAreTheServersDefaults() throws Exception {
        assertEquals(ServerOptions.defaults(), options());
    }

    @Test
    void everyOptionHasAFlagButThoseOfAProgram() {
        Set<String> options = Arrays.stream(ServerOptions.class.getRecordComponents())
                .map(RecordComponent::getName).collect(Collectors.toCollection(TreeSet::new));
        options.removeAll(List.of("address", "flightRecorder", "listener", "name"));
        assertEquals(options, ServerFlags.all().stream().map(ServerFlags.Option::field)
                .collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void eachFlagSetsItsOption() throws Exception {
        ServerOptions options = options("--workers", "3", "--max-connections", "7",
                "--backlog", "8", "--max-head", "4KiB", "--max-target", "1KB", "--max-fields", "9",
                "--max-body", "5GB", "--max-chunk-line", "64", "--head-timeout", "1s",
                "--idle-timeout", "2s", "--progress-timeout", "3s", "--min-rate", "1KB",
                "--linger-timeout", "4s",
                "--linger-bytes", "1GB", "--max-skip", "2KB", "--drain", "0s", "--visit", "64KiB",
                "--piece", "32KiB", "--inbox", "16");
        assertEquals(ServerOptions.builder().workers(3).maxConnections(7).backlog(8)
                .maxHeadBytes(4096).maxTargetBytes(1000).maxFields(9).maxBodyBytes(5_000_000_000L)
                .maxChunkLineBytes(64).headTimeout(Duration.ofSeconds(1))
                .idleTimeout(Duration.ofSeconds(2)).progressTimeout(Duration.ofSeconds(3))
                .minBytesPerSecond(1000).lingerTimeout(Duration.ofSeconds(4))
                .lingerBytes(1_000_000_000).maxSkipBytes(2000).drainTimeout(Duration.ZERO)
                .bytesPerVisit(65_536).pieceBytes(32_768).inboxCapacity(16).build(), options);
    }

    @Test
    void headLimitAloneMovesTheDefaultsThatDependOnIt() throws Exception {
        assertEquals(512, options("--max-head", "512").maxTargetBytes());
        assertEquals(1 << 20, options("--max-head", "1MiB").pieceBytes());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--workers=0 | --workers must be in [1, 1024]: 0",
        "--max-head=511 | --max-head must be in [512, 1048576]: 511",
        "--max-head=2MiB | --max-head must be in [512, 1048576]: 2MiB",
        "--max-target=1MiB | --max-target must be in [64, 16384]: 1MiB",
        "--max-fields=99999999999 | --max-fields must be in [1, 10000]: 99999999999",
        "--idle-timeout=0ms | --idle-timeout must be in [1 ms, 1 day]: 0ms",
        "--drain=25h | --drain must be in [0 s, 1 day]: 25h",
        "--inbox=1000 | --inbox must be a power of two: 1000",
        "--piece=4KiB | --piece must be at least --max-head: 4KiB"})
    void valueOutOfRangeIsRefusedInOneLineThatNamesTheFlag(String arg, String message) {
        CommandException refused = assertThrows(CommandException.class, () -> options(arg));
        assertEquals(message, refused.getMessage());
        assertEquals(2, refused.exitCode());
    }

    private static ServerOptions options(String... args) throws CommandException {
        return ServerFlags.options(Serve.FLAGS.parse(List.of(args)), ADDRESS);
    }
}
