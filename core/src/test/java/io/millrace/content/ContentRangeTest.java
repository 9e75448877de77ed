package io.millrace.content;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContentRangeTest {

    @ParameterizedTest
    @CsvSource({
        "bytes 0-0/1, 0, 0, 1, true",
        "bytes 0-499/1234, 0, 499, 1234, false",
        "bytes 734-1233/1234, 734, 1233, 1234, false",
        "BYTES 5-6/7, 5, 6, 7, false",
        "bytes 0-499/*, 0, 499, -1, false",
        "bytes 007-8/0009, 7, 8, 9, false",
        "bytes 0-999999999999999998/999999999999999999, 0, 999999999999999998, "
                + "999999999999999999, true",
    })
    void positionsAndLengthAreThoseOfTheField(String field, long first, long last,
            long completeBytes, boolean isWhole) {
        ContentRange range = ContentRange.parse(field);
        assertEquals(new ByteRange(first, last), range.range());
        assertEquals(completeBytes, range.completeBytes());
        assertEquals(isWhole, range.isWhole());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "bytes", "bytes ", "bytes */1234", "bytes 0-1", "bytes 0/1",
        "bytes -1/2", "bytes 0-/2", "bytes 0-1/", "bytes 0-1/**", "bytes 0-1/+2", "bytes 0--1/2",
        "bytes 1-0/2", "bytes 0-1/1", "bytes 0-2/2", "bytes 0 -1/2", "bytes 0-1 /2", "bytes  0-1/2",
        "bytes=0-1/2", "bytes/0-1", "lines 0-1/2", "bytes 0-1/2, bytes 2-3/4", "bytes a-b/c",
        "bytes 0-1/1000000000000000000", "bytes \u0660-1/2"})
    void malformedOrForeignFieldIsNone(String field) {
        assertNull(ContentRange.parse(field));
    }

    @Test
    void lengthHasToBeMoreThanTheLastPosition() {
        new ContentRange(new ByteRange(0, 9), 10);
        new ContentRange(new ByteRange(0, 9), ContentRange.UNKNOWN);
        for (long wrong : new long[] {9, 0, -2}) {
            assertThrows(IllegalArgumentException.class,
                    () -> new ContentRange(new ByteRange(0, 9), wrong));
        }
    }
}
