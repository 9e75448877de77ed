package io.millrace.access;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TokenHashTest {

    private static IntStream bits() {
        return IntStream.range(0, 256);
    }

    @ParameterizedTest
    @MethodSource("bits")
    void hashThatDiffersInOneBitIsAnother(int bit) {
        byte[] other = new byte[32];
        other[bit / 8] ^= (byte) (1 << bit % 8);
        assertFalse(TokenHash.of(new byte[32]).isSame(TokenHash.of(other)));
        assertTrue(TokenHash.of(other).isSame(TokenHash.of(other.clone())));
    }

    @Test
    void hashesWithoutABitInCommonAreOthers() {
        byte[] ones = new byte[32];
        Arrays.fill(ones, (byte) -1);
        assertFalse(TokenHash.of(new byte[32]).isSame(TokenHash.of(ones)));
    }
}
