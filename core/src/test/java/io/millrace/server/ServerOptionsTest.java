package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.server.ServerOptions.Builder;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ServerOptionsTest {

    private static final Duration DAY = Duration.ofDays(1);
    private static final SocketAddress ANY = new InetSocketAddress(0);
    private static final SocketAddress UNIX = UnixDomainSocketAddress.of("a.sock");

    /** A number with its range; the setter starts from options that don't get in its way. */
    record Number(String field, long min, long max, BiFunction<Builder, Long, Builder> setter) {

        ServerOptions with(long value) {
            Builder builder = ServerOptions.builder().maxTargetBytes(64).pieceBytes(1 << 20);
            return setter.apply(builder, value).build();
        }

        @Override
        public String toString() {
            return field;
        }
    }

    record Time(String field, BiFunction<Builder, Duration, Builder> setter) {

        ServerOptions with(Duration value) {
            return setter.apply(ServerOptions.builder(), value).build();
        }

        @Override
        public String toString() {
            return field;
        }
    }

    static Stream<Number> numbers() {
        return Stream.of(
                new Number("workers", 1, 1024, (b, v) -> b.workers(v.intValue())),
                new Number("backlog", 1, 1 << 16, (b, v) -> b.backlog(v.intValue())),
                new Number("maxConnections", 1, 1 << 24, (b, v) -> b.maxConnections(v.intValue())),
                new Number("inboxCapacity", 2, 1 << 16, (b, v) -> b.inboxCapacity(v.intValue())),
                new Number("receiveBufferBytes", 0, 1 << 30,
                        (b, v) -> b.receiveBufferBytes(v.intValue())),
                new Number("sendBufferBytes", 0, 1 << 30,
                        (b, v) -> b.sendBufferBytes(v.intValue())),
                new Number("number of addresses", 1, 64, (b, v) -> b.addresses(
                        Collections.nCopies(v.intValue(), ANY).toArray(SocketAddress[]::new))),
                new Number("maxHeadBytes", 512, 1 << 20, (b, v) -> b.maxHeadBytes(v.intValue())),
                new Number("maxTargetBytes", 64, 1 << 20,
                        (b, v) -> b.maxHeadBytes(1 << 20).maxTargetBytes(v.intValue())),
                new Number("maxFields", 1, 10_000, (b, v) -> b.maxFields(v.intValue())),
                new Number("maxBodyBytes", 0, Long.MAX_VALUE, Builder::maxBodyBytes),
                new Number("maxChunkLineBytes", 16, 1 << 16,
                        (b, v) -> b.maxChunkLineBytes(v.intValue())),
                new Number("minBytesPerSecond", 0, 1 << 30,
                        (b, v) -> b.minBytesPerSecond(v.intValue())),
                new Number("maxSkipBytes", 0, 1 << 30, (b, v) -> b.maxSkipBytes(v.intValue())),
                new Number("lingerBytes", 0, Long.MAX_VALUE, Builder::lingerBytes),
                new Number("bytesPerVisit", 4096, 1 << 30,
                        (b, v) -> b.bytesPerVisit(v.intValue())),
                new Number("pieceBytes", 4096, 1 << 24,
                        (b, v) -> b.maxHeadBytes(512).pieceBytes(v.intValue())));
    }

    static Stream<Time> times() {
        return Stream.of(new Time("headTimeout", Builder::headTimeout),
                new Time("idleTimeout", Builder::idleTimeout),
                new Time("progressTimeout", Builder::progressTimeout),
                new Time("lingerTimeout", Builder::lingerTimeout),
                new Time("timePerVisit", Builder::timePerVisit));
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void numberAtItsBoundsIsAccepted(Number number) {
        number.with(number.min);
        number.with(number.max);
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void numberOnePastItsBoundsIsRefusedByName(Number number) {
        refused(number, number.min - 1);
        if (number.max != Long.MAX_VALUE) {
            refused(number, number.max + 1);
        }
    }

    private static void refused(Number number, long value) {
        var e = assertThrows(IllegalArgumentException.class, () -> number.with(value));
        assertEquals(number.field + " must be in [" + number.min + ", " + number.max + "]: "
                + value, e.getMessage());
    }

    @ParameterizedTest
    @MethodSource("times")
    void timeAtItsBoundsIsAccepted(Time time) {
        time.with(Duration.ofMillis(1));
        time.with(DAY);
    }

    @ParameterizedTest
    @MethodSource("times")
    void timeOnePastItsBoundsIsRefusedByName(Time time) {
        for (Duration value : new Duration[] {Duration.ofNanos(999_999), Duration.ZERO,
                Duration.ofSeconds(-1), DAY.plusNanos(1)}) {
            var e = assertThrows(IllegalArgumentException.class, () -> time.with(value));
            assertEquals(time.field + " must be in [1 ms, 1 day]: " + value, e.getMessage());
        }
    }

    @Test
    void drainTimeoutMayBeZero() {
        assertEquals(Duration.ZERO,
                ServerOptions.builder().drainTimeout(Duration.ZERO).build().drainTimeout());
        assertEquals(DAY, ServerOptions.builder().drainTimeout(DAY).build().drainTimeout());
        for (Duration value : new Duration[] {Duration.ofNanos(-1), DAY.plusNanos(1)}) {
            Builder builder = ServerOptions.builder().drainTimeout(value);
            var e = assertThrows(IllegalArgumentException.class, builder::build);
            assertEquals("drainTimeout must be in [0 s, 1 day]: " + value, e.getMessage());
        }
    }

    @Test
    void stallWarningMayBeZero() {
        assertEquals(Duration.ZERO,
                ServerOptions.builder().stallWarning(Duration.ZERO).build().stallWarning());
        assertEquals(DAY, ServerOptions.builder().stallWarning(DAY).build().stallWarning());
        for (Duration value : new Duration[] {Duration.ofNanos(-1), DAY.plusNanos(1)}) {
            Builder builder = ServerOptions.builder().stallWarning(value);
            var e = assertThrows(IllegalArgumentException.class, builder::build);
            assertEquals("stallWarning must be in [0 s, 1 day]: " + value, e.getMessage());
        }
    }

    @Test
    void inboxThatIsNoPowerOfTwoIsRefused() {
        Builder builder = ServerOptions.builder().inboxCapacity(3);
        var e = assertThrows(IllegalArgumentException.class, builder::build);
        assertEquals("inboxCapacity must be a power of two: 3", e.getMessage());
    }

    @Test
    void targetThatIsLongerThanAHeadIsRefused() {
        ServerOptions.builder().maxHeadBytes(512).maxTargetBytes(512).build();
        Builder builder = ServerOptions.builder().maxHeadBytes(512).maxTargetBytes(513);
        var e = assertThrows(IllegalArgumentException.class, builder::build);
        assertEquals("maxTargetBytes must be at most maxHeadBytes: 513", e.getMessage());
    }

    @Test
    void defaultsFollowTheOptionThatBoundsThem() {
        ServerOptions small = ServerOptions.builder().maxHeadBytes(512).build();
        assertEquals(512, small.maxTargetBytes());
        assertEquals(ServerOptions.defaults().pieceBytes(), small.pieceBytes());
        ServerOptions large = ServerOptions.builder().maxHeadBytes(1 << 20).build();
        assertEquals(ServerOptions.defaults().maxTargetBytes(), large.maxTargetBytes());
        assertEquals(1 << 20, large.pieceBytes());
    }

    @Test
    void piecesAreLongUnlessThoseOfAllProcessorsWouldTakeMoreThanAQuarterOfTheHeap() {
        assertEquals(1 << 20, ServerOption.pieceBytes(64 << 20, 16));
        assertEquals(256 << 10, ServerOption.pieceBytes(64 << 20, 17));
    }

    @Test
    void pieceThatIsSmallerThanAHeadIsRefused() {
        ServerOptions.builder().maxHeadBytes(8192).pieceBytes(8192).build();
        Builder builder = ServerOptions.builder().maxHeadBytes(8192).pieceBytes(8191);
        var e = assertThrows(IllegalArgumentException.class, builder::build);
        assertEquals("pieceBytes must be at least maxHeadBytes: 8191", e.getMessage());
    }

    @Test
    void missingObjectIsRefusedByName() {
        assertEquals("address", assertThrows(NullPointerException.class,
                () -> ServerOptions.builder().address(null)).getMessage());
        assertEquals("endpoint", assertThrows(NullPointerException.class,
                ServerOptions.builder().endpoints((Endpoint) null)::build).getMessage());
        Builder name = ServerOptions.builder().name(null);
        assertEquals("name", assertThrows(NullPointerException.class, name::build).getMessage());
        Builder dispatch = ServerOptions.builder().dispatch(null);
        assertEquals("dispatch",
                assertThrows(NullPointerException.class, dispatch::build).getMessage());
    }

    @Test
    void firstTcpAddressIsTheAddress() {
        InetSocketAddress tcp = new InetSocketAddress("127.0.0.1", 5);
        ServerOptions options = ServerOptions.builder().addresses(UNIX, tcp, ANY).build();
        assertEquals(List.of(UNIX, tcp, ANY), options.addresses());
        assertEquals(tcp, options.address());
        assertThrows(IllegalStateException.class,
                ServerOptions.builder().address(UNIX).build()::address);
    }

    @Test
    void portKeepsTheHostOfTheOnlyAddress() {
        Builder one = ServerOptions.builder().address(new InetSocketAddress("127.0.0.2", 5));
        assertEquals(new InetSocketAddress("127.0.0.2", 6), one.port(6).build().address());
        assertThrows(IllegalStateException.class,
                () -> ServerOptions.builder().addresses(ANY, ANY).port(6));
        assertThrows(IllegalStateException.class,
                () -> ServerOptions.builder().address(UNIX).port(6));
    }

    @Test
    void addressThatCannotBeListenedOnIsRefused() {
        assertRefused("address is unresolved: nowhere.invalid",
                InetSocketAddress.createUnresolved("nowhere.invalid", 1));
        assertRefused("the path of a Unix domain socket address must not be empty",
                UnixDomainSocketAddress.of(""));
        assertRefused("address must be an InetSocketAddress or a UnixDomainSocketAddress: odd",
                new SocketAddress() {
            private static final long serialVersionUID = 1;

            @Override
            public String toString() {
                return "odd";
            }
        });
        // Never the wildcard address instead.
        Builder unknown = ServerOptions.builder()
                .address(InetSocketAddress.createUnresolved("nowhere.invalid", 1)).port(2);
        assertThrows(IllegalArgumentException.class, unknown::build);
    }

    private static void assertRefused(String message, SocketAddress address) {
        Builder builder = ServerOptions.builder().address(address);
        assertEquals(message,
                assertThrows(IllegalArgumentException.class, builder::build).getMessage());
    }

    @Test
    void defaultIsNotOpenToTheNetwork() {
        InetSocketAddress address = ServerOptions.defaults().address();
        assertEquals(8080, address.getPort());
        assertEquals(true, address.getAddress().isLoopbackAddress());
        assertEquals("rw-------",
                PosixFilePermissions.toString(ServerOptions.defaults().socketPermissions()));
    }
}
