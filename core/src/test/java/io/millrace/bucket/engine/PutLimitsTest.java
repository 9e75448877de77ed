package io.millrace.bucket.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.tree.KeyLimits;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How bodies are cut: by the rules of AWS, and by small ones whose sums are plain. */
class PutLimitsTest {

    private static final long MIB = 1 << 20;
    /** Parts of 10 that grow to 100 after each three, 50 of them, in steps of 10. */
    private static final PutLimits SMALL = new PutLimits(5, 1_000, 10, 100, 50, 3, 10);

    private static PutLimits ofAws() {
        return PutLimits.of(new WriteRules(false, KeyLimits.DEFAULTS, Long.MAX_VALUE, 0, 8 * MIB,
                512 * MIB, Duration.ZERO));
    }

    @ParameterizedTest
    @CsvSource({"0, 100", "1, 100", "5000, 100", "5001, 110", "5500, 110", "5501, 120",
        "50000, 1000"})
    void streamedPartsAreAsLargeAsTheirNumberDemands(long length, long part) {
        assertEquals(part, SMALL.streamedPartBytes(length));
    }

    @ParameterizedTest
    @CsvSource({"1, 10", "2, 10", "3, 10", "4, 20", "6, 20", "7, 40", "9, 40", "10, 80",
        "12, 80", "13, 100", "16, 100", "50, 100"})
    void partsOfUnknownLengthDoubleAndEndAtTheLargest(int number, long part) {
        assertEquals(part, SMALL.wantedPartBytes(number));
    }

    @Test
    void longestBodyIsThatOfAllPartsAtTheirLargest() {
        assertEquals(50_000, SMALL.longestBytes());
        assertEquals(Long.MAX_VALUE / 50 * 50, new PutLimits(5, Long.MAX_VALUE / 50, 10, 100, 50,
                3, 10).longestBytes());
        assertEquals(Long.MAX_VALUE, new PutLimits(5, Long.MAX_VALUE / 50 + 1, 10, 100, 50, 3, 10)
                .longestBytes());
    }

    @Test
    void objectOf5TbFitsIntoThePartsThatAwsTakes() {
        PutLimits limits = ofAws();
        long size = 5L << 40;
        long part = limits.streamedPartBytes(size);
        assertEquals(525 * MIB, part);
        assertEquals(64 * MIB, limits.streamedPartBytes(640_000 * MIB), "10,000 of the largest");
        assertEquals(65 * MIB, limits.streamedPartBytes(640_000 * MIB + 1));
        assertEquals(5L << 30, limits.wholeBytes());
    }

    @Test
    void partsOfABodyWithoutALengthGrowFrom8To64MiB() {
        PutLimits limits = ofAws();
        assertEquals(8 * MIB, limits.wantedPartBytes(1000));
        assertEquals(16 * MIB, limits.wantedPartBytes(1001));
        assertEquals(32 * MIB, limits.wantedPartBytes(2001));
        assertEquals(64 * MIB, limits.wantedPartBytes(3001));
        assertEquals(64 * MIB, limits.wantedPartBytes(10_000));
    }
}
