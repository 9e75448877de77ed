package io.millrace.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatusTest {

    private static List<Status> constants() {
        return Arrays.stream(Status.class.getFields())
                .filter(field -> Modifier.isStatic(field.getModifiers())
                        && field.getType() == Status.class)
                .map(field -> {
                    try {
                        return (Status) field.get(null);
                    } catch (IllegalAccessException e) {
                        throw new AssertionError(e);
                    }
                }).toList();
    }

    @Test
    void codeOfAConstantIsThatConstant() {
        assertEquals(30, constants().size());
        for (Status constant : constants()) {
            assertSame(constant, Status.of(constant.code()));
        }
    }

    @ParameterizedTest
    @CsvSource({"102, Processing", "202, Accepted", "205, Reset Content", "303, See Other",
        "410, Gone", "422, Unprocessable Content", "429, Too Many Requests", "504, Gateway Timeout",
        "511, Network Authentication Required"})
    void registeredCodeHasTheReasonOfTheRegistry(int code, String reason) {
        assertEquals(new Status(code, reason), Status.of(code));
    }

    @ParameterizedTest
    @ValueSource(ints = {105, 199, 209, 306, 418, 460, 509, 599})
    void unregisteredCodeHasNoReason(int code) {
        assertEquals(new Status(code, ""), Status.of(code));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 100, 101, 600})
    void codeOutOfRangeIsRefused(int code) {
        assertEquals("code must be in [102, 599]: " + code, assertThrows(
                IllegalArgumentException.class, () -> Status.of(code)).getMessage());
    }
}
