package io.millrace.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
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
        assertEquals(60, constants().size());
        for (Status constant : constants()) {
            assertSame(constant, Status.of(constant.code()));
        }
    }

    @Test
    void constantIsNamedAfterItsReason() throws ReflectiveOperationException {
        for (Status constant : constants()) {
            String name = constant.reason().toUpperCase(Locale.ROOT).replaceAll("[^A-Z]", "_");
            assertSame(constant, Status.class.getField(name).get(null));
        }
    }

    /** The registry of 2025-09-15, without 100, 101 and those that are unused. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            102, Processing
            103, Early Hints
            104, Upload Resumption Supported
            200, OK
            201, Created
            202, Accepted
            203, Non-Authoritative Information
            204, No Content
            205, Reset Content
            206, Partial Content
            207, Multi-Status
            208, Already Reported
            226, IM Used
            300, Multiple Choices
            301, Moved Permanently
            302, Found
            303, See Other
            304, Not Modified
            305, Use Proxy
            307, Temporary Redirect
            308, Permanent Redirect
            400, Bad Request
            401, Unauthorized
            402, Payment Required
            403, Forbidden
            404, Not Found
            405, Method Not Allowed
            406, Not Acceptable
            407, Proxy Authentication Required
            408, Request Timeout
            409, Conflict
            410, Gone
            411, Length Required
            412, Precondition Failed
            413, Content Too Large
            414, URI Too Long
            415, Unsupported Media Type
            416, Range Not Satisfiable
            417, Expectation Failed
            421, Misdirected Request
            422, Unprocessable Content
            423, Locked
            424, Failed Dependency
            425, Too Early
            426, Upgrade Required
            428, Precondition Required
            429, Too Many Requests
            431, Request Header Fields Too Large
            451, Unavailable For Legal Reasons
            500, Internal Server Error
            501, Not Implemented
            502, Bad Gateway
            503, Service Unavailable
            504, Gateway Timeout
            505, HTTP Version Not Supported
            506, Variant Also Negotiates
            507, Insufficient Storage
            508, Loop Detected
            510, Not Extended
            511, Network Authentication Required
            """)
    void registeredCodeHasTheReasonOfTheRegistry(int code, String reason) {
        assertEquals(code + " " + reason, Status.of(code).toString());
    }

    @Test
    void statusesOfOneCodeAreEqual() {
        Status own = Status.of(404, "Gone Fishing");
        assertEquals("404 Gone Fishing", own.toString());
        assertEquals(Status.NOT_FOUND, own);
        assertEquals(Status.NOT_FOUND.hashCode(), own.hashCode());
        assertNotEquals(Status.NOT_FOUND, Status.GONE);
        assertNotEquals(Status.NOT_FOUND, "404 Not Found");
    }

    @ParameterizedTest
    @ValueSource(ints = {105, 199, 209, 306, 418, 460, 509, 599})
    void unregisteredCodeHasNoReason(int code) {
        assertEquals(code + " ", Status.of(code).toString());
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 100, 101, 600})
    void codeOutOfRangeIsRefused(int code) {
        assertEquals("code must be in [102, 599]: " + code, assertThrows(
                IllegalArgumentException.class, () -> Status.of(code)).getMessage());
    }
}
