package io.millrace.app.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.cli.Arguments;
import io.millrace.app.cli.CommandException;
import io.millrace.app.cli.FileMode;
import io.millrace.app.cli.Flag;
import io.millrace.app.cli.ListenAddress;
import io.millrace.option.Option;
import io.millrace.server.Dispatch;
import io.millrace.server.Endpoint;
import io.millrace.server.ServerOptions;
import java.net.InetSocketAddress;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerOptionFlagsTest {

    private static final InetSocketAddress ADDRESS =
            ServerOptions.defaults().address();

    @Test
    void withoutFlagsTheOptionsAreTheServersDefaults() throws Exception {
        assertEquals(ServerOptions.defaults(), options());
    }

    @Test
    void addressAndPortOfTheFlagsAreTheServersDefaults() {
        assertEquals(ADDRESS, new InetSocketAddress(
                ServeFlags.ADDRESS.standard(), ServeFlags.PORT.standard().intValue()));
    }

    @Test
    void everyOptionHasAFlagOrAReasonToHaveNone() {
        for (Option<?> option : ServerOptions.all()) {
            Flag<?> flag = ServeFlags.SERVER_FLAGS.of(option);
            assertEquals(flag == null, option.noFlag() != null, option.name());
            assertTrue(flag == null || ServeFlags.FLAGS.all().contains(flag), option.name());
        }
        assertEquals(List.of("endpoints", "name", "daemon", "refusalBody", "listeners"),
                ServerOptions.all().stream().filter(option -> option.noFlag() != null)
                        .map(Option::name).toList());
    }

    @Test
    void eachFlagSetsItsOption() throws Exception {
        ServerOptions options = options("--workers", "3", "--max-connections", "7",
                "--backlog", "8", "--max-head", "4KiB", "--max-target", "1KB", "--max-fields", "9",
                "--max-body", "5GB", "--max-chunk-line", "64", "--head-timeout", "1s",
                "--idle-timeout", "2s", "--progress-timeout", "3s", "--min-rate", "1KB",
                "--linger-timeout", "4s",
                "--linger-bytes", "1GB", "--max-skip", "2KB", "--drain", "0s", "--visit", "64KiB",
                "--visit-time", "5ms", "--piece", "32KiB",
                "--inbox", "16", "--dispatch", "least-loaded",
                "--socket-mode", "0660", "--reuse-port", "--receive-buffer", "1MiB",
                "--send-buffer", "2MiB", "--host", "example.org,[::1]", "--host=*.a.org");
        assertEquals(ServerOptions.builder().workers(3).maxConnections(7).backlog(8)
                .maxHeadBytes(4096).maxTargetBytes(1000).maxFields(9).maxBodyBytes(5_000_000_000L)
                .maxChunkLineBytes(64).headTimeout(Duration.ofSeconds(1))
                .idleTimeout(Duration.ofSeconds(2)).progressTimeout(Duration.ofSeconds(3))
                .minBytesPerSecond(1000).lingerTimeout(Duration.ofSeconds(4))
                .lingerBytes(1_000_000_000).maxSkipBytes(2000).drainTimeout(Duration.ZERO)
                .bytesPerVisit(65_536).timePerVisit(Duration.ofMillis(5)).pieceBytes(32_768)
                .inboxCapacity(16)
                .dispatch(Dispatch.LEAST_LOADED).reusePort(true)
                .socketPermissions(PosixFilePermissions.fromString("rw-rw----"))
                .receiveBufferBytes(1 << 20).sendBufferBytes(2 << 20)
                .hosts("example.org", "[::1]", "*.a.org").build(), options);
    }

    @ParameterizedTest
    @CsvSource({"660, rw-rw----", "777, rwxrwxrwx", "001, --------x", "400, r--------"})
    void socketModeIsReadAsChmodReadsIt(String mode, String permissions) throws Exception {
        assertEquals(PosixFilePermissions.fromString(permissions),
                options("--socket-mode", mode).socketPermissions());
        assertEquals(mode, FileMode.MODE.show(PosixFilePermissions.fromString(permissions)));
    }

    @Test
    void socketModeCanBeLeftToTheSystem() throws Exception {
        assertEquals(Set.of(), options("--socket-mode", "system").socketPermissions());
        assertEquals("system", FileMode.MODE.show(Set.of()));
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
        "--max-target=1MiB | --max-target must be at most --max-head: 1MiB",
        "--max-fields=4294967297 | --max-fields must be in [1, 10000]: 4294967297",
        "--max-fields=99999999999 | --max-fields must be in [1, 10000]: 99999999999",
        "--idle-timeout=0ms | --idle-timeout must be in [1 ms, 1 day]: 0ms",
        "--drain=25h | --drain must be in [0 s, 1 day]: 25h",
        "--inbox=1000 | --inbox must be a power of two: 1000",
        "--receive-buffer=2GiB | --receive-buffer must be in [0, 1073741824]: 2GiB",
        "--send-buffer=2GiB | --send-buffer must be in [0, 1073741824]: 2GiB",
        "--dispatch=least | --dispatch must be round-robin or least-loaded: least",
        "--dispatch=ROUND_ROBIN | --dispatch must be round-robin or least-loaded: ROUND_ROBIN",
        "--socket-mode=66 | --socket-mode must be an octal mode such as 660, or system: 66",
        "--socket-mode=680 | --socket-mode must be an octal mode such as 660, or system: 680",
        "--socket-mode=1660 | --socket-mode must be an octal mode such as 660, or system: 1660",
        "--socket-mode=000 | --socket-mode must be an octal mode such as 660, or system: 000",
        "--host=a:80 | --host must have names or addresses without ports, such as "
            + "example.org, *.example.org or [::1]: a:80",
        "--host=a,,b | --host must have names or addresses without ports, such as "
            + "example.org, *.example.org or [::1]: a,,b",
        "--host=::1 | --host must have names or addresses without ports, such as "
            + "example.org, *.example.org or [::1]: ::1",
        "--trust-proxy=::1,a.example | --trust-proxy must have networks such as 10.0.0.0/8 or "
            + "2001:db8::/32, addresses or unix, not a.example: ::1,a.example",
        "--trust-proxy=10.0.0.0/33 | --trust-proxy must have a number from 0 to 32 behind the "
            + "slash of 10.0.0.0/33: 10.0.0.0/33",
        "--trust-proxy=10.0.0.1/8 | --trust-proxy must have networks without bits of a host: for "
            + "10.0.0.1/8 write 10.0.0.0/8, or the address alone: 10.0.0.1/8",
        "--proxy-protocol=10.0.0.1/8 | --proxy-protocol: proxies must have networks without bits "
            + "of a host: for 10.0.0.1/8 write 10.0.0.0/8, or the address alone: 10.0.0.1/8",
        "--proxy-listen=127.0.0.1:1 | --proxy-listen needs --proxy-protocol: name the networks of "
            + "the proxies",
        "--piece=4KiB | --piece must be at least --max-head: 4KiB"})
    void valueOutOfRangeIsRefusedInOneLineThatNamesTheFlag(String arg, String message) {
        CommandException refused = assertThrows(CommandException.class, () -> options(arg));
        assertEquals(message, refused.getMessage());
        assertEquals(2, refused.exitCode());
    }

    @Test
    void proxiesAreForAllAddressesOrThoseOfTheirOwn() throws CommandException {
        assertEquals(List.of(), options().endpoints().get(0).proxyNetworks());
        assertEquals(List.of("10.0.0.0/8", "unix"), options("--proxy-protocol",
                "10.0.0.0/8,unix").endpoints().get(0).proxyNetworks());
        Arguments arguments = ServeFlags.FLAGS.parse(List.of("--listen", "127.0.0.1:1,127.0.0.1:4",
                "--proxy-protocol", "::1", "--proxy-listen", "127.0.0.1:2,127.0.0.1:3"));
        List<ListenAddress> places = ServeSettings.places(arguments);
        assertEquals(List.of(8080, 1, 4, 2, 3), places.stream().map(ListenAddress::port).toList());
        assertEquals(List.of(List.of(), List.of(), List.of(), List.of("::1"), List.of("::1")),
                ServeSettings.serverOptions(arguments, ServeSettings.addresses(places)).endpoints()
                        .stream().map(Endpoint::proxyNetworks).toList());
    }

    private static ServerOptions options(String... args) throws CommandException {
        return ServeSettings.serverOptions(ServeFlags.FLAGS.parse(List.of(args)), ADDRESS);
    }
}
