package io.millrace.app.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0", "500, 500", "500B, 500",
        "1KB, 1000", "40MB, 40000000", "3GB, 3000000000", "2TB, 2000000000000",
        "1KiB, 1024", "16KiB, 16384", "1MiB, 1048576", "4GiB, 4294967296", "1TiB, 1099511627776",
        "16kb, 16000", "16kib, 16384", "9223372036854775807, 9223372036854775807"})
    void sizeInEachUnitIsRead(String text, long bytes) {
        assertEquals(bytes, Units.parseSize(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "MB", "-1", "+1", "1.5MB", "1 MB", "1XB", "1MBs", "0x10", "1KBB",
        "9223372036854775808", "99999999999999999999", "9300000TB"})
    void whatIsNoSizeIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> Units.parseSize(text));
    }

    @ParameterizedTest
    @CsvSource({"0s, 0", "500ms, 500", "60s, 60000", "5m, 300000", "1h, 3600000",
        "2H, 7200000", "30d, 2592000000"})
    void durationInEachUnitIsRead(String text, long millis) {
        assertEquals(Duration.ofMillis(millis), Units.parseDuration(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "s", "-5s", "1.5s", "5 s", "5w", "99999999999999999h"})
    void whatIsNoDurationIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> Units.parseDuration(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "240", "999", "1001", "1KB", "40MB", "1GB", "2TB", "1KiB", "16KiB",
        "8KiB", "256KiB", "1MiB", "4GiB", "1TiB"})
    void exactSizeIsReadAsTheSameSize(String text) {
        assertEquals(text, Units.exactSize(Units.parseSize(text)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0s", "1ms", "1500ms", "20s", "60s", "300s", "1h", "24h"})
    void exactDurationIsReadAsTheSameDuration(String text) {
        assertEquals(text, Units.exactDuration(Units.parseDuration(text)));
    }

    @ParameterizedTest
    @CsvSource({"0, 0 B", "999, 999 B", "1000, 1.0 kB", "40000000, 40.0 MB", "999940, 999.9 kB",
        "999960, 1.0 MB", "400000000000, 400.0 GB", "5000000000000, 5.0 TB",
        "999949, 999.9 kB", "999950, 1.0 MB", "5e15, 5.0 PB", "5e18, 5000.0 PB"})
    void sizeIsRoundedToRead(double bytes, String text) {
        assertEquals(text, Units.roundSize(bytes));
    }

    @ParameterizedTest
    @CsvSource({"87000, 87 µs", "1240000, 1.24 ms", "250000000, 250 ms", "3500000000, 3.50 s",
        "725000000000, 12 m 5 s", "12000000000000, 3 h 20 m", "999000, 999 µs", "1000000, 1.00 ms",
        "99990000, 99.99 ms", "100000000, 100 ms", "999000000, 999 ms", "1000000000, 1.00 s",
        "59990000000, 59.99 s", "60000000000, 1 m 0 s", "3599000000000, 59 m 59 s",
        "3600000000000, 1 h 0 m"})
    void durationIsRoundedToRead(long ns, String text) {
        assertEquals(text, Units.roundDuration(ns));
    }

    @ParameterizedTest
    @CsvSource({"0.4, 0 s", "7.4, 7 s", "59.4, 59 s", "59.5, 1 m 0 s", "3599.5, 1 h 0 m"})
    void secondsAreRoundedToRead(double seconds, String text) {
        assertEquals(text, Units.roundSeconds(seconds));
    }

    @Test
    void numberHasItsThousandsParted() {
        assertEquals("1,234,567", Units.count(1_234_567));
    }
}
