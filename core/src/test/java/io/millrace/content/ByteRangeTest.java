package io.millrace.content;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {

    private static String parsed(String field, long sizeBytes) {
        List<ByteRange> ranges = ByteRange.parse(field, sizeBytes);
        return ranges == null ? "ignored" : ranges.stream()
                .map(range -> range.first() + "-" + range.last())
                .collect(Collectors.joining(" "));
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 0-0", "bytes=0-9999, 0-9999", "bytes=0-10000, 0-9999", "bytes=9999-, 9999-9999",
        "bytes=0-, 0-9999", "bytes=-1, 9999-9999", "bytes=-10000, 0-9999", "bytes=-10001, 0-9999",
        "BYTES=5-6, 5-6", "bytes=0-99999999999999999999999, 0-9999",
        "bytes=0-9223372036854775808, 0-9999", "bytes=-9223372036854775808, 0-9999",
        "bytes=-99999999999999999999999, 0-9999", "'bytes= 1-2 ,\t', 1-2", "'bytes=,,1-2', 1-2",
        "'bytes=5000-5009,0-9', 5000-5009 0-9", "'bytes=0-9,-10', 0-9 9990-9999",
        "'bytes=0-9,20000-', 0-9",
    })
    void satisfiableRangesAreThoseOfTheObject(String field, String ranges) {
        assertEquals(ranges, parsed(field, 10_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=10000-", "bytes=10000-10001", "bytes=-0", "bytes=10000-,-0",
        "bytes=99999999999999999999999-", "bytes=9223372036854775808-"})
    void rangesBeyondTheObjectLeaveNothing(String field) {
        assertEquals("", parsed(field, 10_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "bytes", "bytes=", "bytes=,", "bytes=-", "bytes=a-b", "bytes=1", "bytes=2-1",
        "bytes=1-2-3", "bytes=--1", "bytes=+1-2", "bytes=1 - 2", "bytes=0-1,x", "bytes =0-1",
        "lines=0-1", "bytes=0-1;q=1", "bytes=0-1, 5-4", "bytes=0-1, bytes=2-3", "bytes=\u0661-",
    })
    void malformedOrForeignFieldIsIgnored(String field) {
        assertNull(ByteRange.parse(field, 10_000));
    }

    @ParameterizedTest
    @CsvSource({
        "'bytes=0-9,5-20', 0-20", "'bytes=5-20,0-9', 0-20", "'bytes=0-9,10-19', 0-19",
        "'bytes=0-99,10-20', 0-99", "'bytes=0-0,128-130', 0-130",
        "'bytes=0-0,129-130', 0-0 129-130",
        "'bytes=9000-9001,0-1,9002-9003', 9000-9003 0-1", "'bytes=0-1,0-1,0-1', 0-1",
    })
    void overlappingAndNearRangesAreMadeOne(String field, String ranges) {
        assertEquals(ranges, parsed(field, 10_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=0-", "bytes=0-0", "bytes=0-1023", "bytes=-0", "bytes=-1",
        "bytes=100-200,0-"})
    void rangesOfEmptyContentAreIgnored(String field) {
        // RFC 9110 s14.2 allows it, and clients that always send a range count on 200.
        assertNull(ByteRange.parse(field, 0));
    }

    @ParameterizedTest
    @CsvSource({"-1, 0", "1, 0"})
    void positionsThatAreNoRangeAreRefused(long first, long last) {
        assertThrows(IllegalArgumentException.class, () -> new ByteRange(first, last));
    }

    @Test
    void sixteenPartsAreServedAndSeventeenAreNot() {
        assertEquals(16, ByteRange.parse(spread(16), 1_000_000).size());
        assertNull(ByteRange.parse(spread(17), 1_000_000));
    }

    @Test
    void twoHundredFiftySixRangesAreLookedAtAndOneMoreIsNot() {
        assertEquals("0-1", parsed("bytes=0-1" + ",0-1".repeat(255), 10));
        assertEquals("ignored", parsed("bytes=0-1" + ",0-1".repeat(256), 10));
    }

    private static String spread(int parts) {
        return IntStream.range(0, parts).mapToObj(i -> i * 1000 + "-" + i * 1000)
                .collect(Collectors.joining(",", "bytes=", ""));
    }

    @Test
    void positionsBeyondFourGibibytesAreKept() {
        long size = 5L << 40;
        assertEquals((size - 2) + "-" + (size - 1), parsed("bytes=" + (size - 2) + "-", size));
        assertEquals((size - 7) + "-" + (size - 1), parsed("bytes=-7", size));
    }
}
