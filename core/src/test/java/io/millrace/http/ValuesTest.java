package io.millrace.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {

    private static Values of(String... namesAndValues) {
        Values.Builder builder = Values.builder("query parameter");
        for (int i = 0; i < namesAndValues.length; i += 2) {
            builder.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return builder.build();
    }

    private static void assertRefused(String message, Executable read) {
        HttpException refusal = assertThrows(HttpException.class, read);
        assertEquals(message, refusal.getMessage());
        assertEquals(Status.BAD_REQUEST, refusal.status());
    }

    @Test
    void valuesKeepTheirOrder() {
        Values values = of("b", "1", "a", "2", "b", "3", "", "");
        assertEquals(4, values.size());
        assertEquals("a", values.name(1));
        assertEquals("2", values.value(1));
        assertEquals(List.of("b", "a", ""), values.names());
        assertEquals(List.of("1", "3"), values.all("b"));
        assertEquals(List.of(), values.all("c"));
        assertThrows(IndexOutOfBoundsException.class, () -> values.value(4));
    }

    @Test
    void whatTheBuilderAddsLaterIsNotInTheList() {
        Values.Builder builder = Values.builder("cookie").add("a", "1");
        Values values = builder.build();
        builder.add("b", "2");
        assertEquals(List.of("a"), values.names());
        assertThrows(UnsupportedOperationException.class, () -> values.names().add("c"));
        assertThrows(UnsupportedOperationException.class, () -> values.all("a").add("c"));
    }

    @Test
    void namesAreCaseSensitive() throws HttpException {
        Values values = of("a", "1", "A", "2");
        assertEquals("1", values.text("a"));
        assertTrue(values.has("A"));
        assertFalse(of("a", "1").has("A"));
    }

    @Test
    void missingValueIsRefusedByItsKindAndName() {
        Values values = Values.builder("form field").build();
        assertRefused("form field title is missing", () -> values.text("title"));
        assertRefused("form field title is missing", () -> values.integer("title"));
        assertRefused("form field title is missing", () -> values.longInteger("title"));
        assertRefused("form field title is missing", () -> values.decimal("title"));
        assertRefused("form field title is missing", () -> values.flag("title"));
        assertRefused("form field title is missing", () -> values.as("title", x -> x));
    }

    @Test
    void nameThatACompleteListDoesNotHaveIsAMistakeOfTheProgram() throws HttpException {
        Values complete = Values.builder("path parameter").add("id", "7").complete().build();
        assertEquals(7, complete.integer("id"));
        assertEquals(1, complete.integer("page", 1));
        assertThrows(IllegalArgumentException.class, () -> complete.text("di"));
        assertThrows(IllegalArgumentException.class, () -> complete.integer("di"));
    }

    @Test
    void missingValueIsTheOneGivenForThat() throws HttpException {
        Values values = of();
        assertEquals("x", values.text("a", "x"));
        assertEquals(-7, values.integer("a", -7));
        assertEquals(Long.MIN_VALUE, values.longInteger("a", Long.MIN_VALUE));
        assertEquals(0.5, values.decimal("a", 0.5));
        assertTrue(values.flag("a", true));
        assertSame(TimeUnit.DAYS, values.as("a", TimeUnit::valueOf, TimeUnit.DAYS));
    }

    @Test
    void secondValueIsRefusedByAllThatReadOne() {
        Values values = of("a", "1", "b", "1", "a", "1");
        String message = "query parameter a is given twice";
        assertRefused(message, () -> values.text("a"));
        assertRefused(message, () -> values.text("a", "x"));
        assertRefused(message, () -> values.integer("a"));
        assertRefused(message, () -> values.integer("a", 1));
        assertRefused(message, () -> values.longInteger("a"));
        assertRefused(message, () -> values.longInteger("a", 1));
        assertRefused(message, () -> values.decimal("a"));
        assertRefused(message, () -> values.decimal("a", 1));
        assertRefused(message, () -> values.flag("a"));
        assertRefused(message, () -> values.flag("a", true));
        assertRefused(message, () -> values.as("a", x -> x));
        assertRefused(message, () -> values.as("a", x -> x, "1"));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "7, 7", "-7, -7", "-0, 0", "09, 9", "2147483647, 2147483647",
        "-2147483648, -2147483648"})
    void integerIsRead(String text, int number) throws HttpException {
        assertEquals(number, of("a", text).integer("a"));
        assertEquals(number, of("a", text).integer("a", 1));
        assertEquals(number, of("a", text).longInteger("a"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "+1", " 1", "1 ", "1.0", "1e3", "0x1", "--1", "1-", "1_000",
        "\u0661", "\uff11", "abc"})
    void otherTextThanAnIntegerIsRefused(String text) {
        assertRefused("query parameter a is not an integer: " + text,
                () -> of("a", text).integer("a"));
        assertRefused("query parameter a is not an integer: " + text,
                () -> of("a", text).integer("a", 1));
        assertRefused("query parameter a is not an integer: " + text,
                () -> of("a", text).longInteger("a", 1));
    }

    @Test
    void integerOnePastItsBoundsIsRefused() {
        assertRefused("query parameter a is not in [-2147483648, 2147483647]: 2147483648",
                () -> of("a", "2147483648").integer("a"));
        assertRefused("query parameter a is not in [-2147483648, 2147483647]: -2147483649",
                () -> of("a", "-2147483649").integer("a", 1));
        String nines = "9".repeat(40);
        assertRefused("query parameter a is not in [-2147483648, 2147483647]: " + nines,
                () -> of("a", nines).integer("a"));
    }

    @Test
    void longIntegerHasItsOwnBounds() throws HttpException {
        assertEquals(Long.MAX_VALUE, of("a", "9223372036854775807").longInteger("a"));
        assertEquals(Long.MIN_VALUE, of("a", "-9223372036854775808").longInteger("a", 1));
        assertRefused("query parameter a is not in [-9223372036854775808, 9223372036854775807]:"
                + " 9223372036854775808", () -> of("a", "9223372036854775808").longInteger("a"));
        assertRefused("query parameter a is not in [-9223372036854775808, 9223372036854775807]:"
                + " -9223372036854775809", () -> of("a", "-9223372036854775809").longInteger("a"));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "-1.5, -1.5", "2e-3, 0.002", "2E+3, 2000", "007.50, 7.5", "1e400, 0",
        "1.7976931348623157e308, 1.7976931348623157e308"})
    void decimalIsReadIfItIsFinite(String text, double number) throws HttpException {
        if (text.equals("1e400")) {
            assertRefused("query parameter a is too large: 1e400",
                    () -> of("a", text).decimal("a"));
        } else {
            assertEquals(number, of("a", text).decimal("a"));
            assertEquals(number, of("a", text).decimal("a", 1));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", ".5", "5.", "1.e3", "1e", "1e+", "+1", "NaN", "Infinity", "1f",
        "1d", "0x1p3", " 1", "1,5", "1.5.5", "\u0661"})
    void otherTextThanADecimalIsRefused(String text) {
        assertRefused("query parameter a is not a number: " + text,
                () -> of("a", text).decimal("a"));
        assertRefused("query parameter a is not a number: " + text,
                () -> of("a", text).decimal("a", 1));
    }

    @ParameterizedTest
    @CsvSource({"true, true", "1, true", "on, true", "True, true", "false, false", "0, false",
        "OFF, false"})
    void flagIsRead(String text, boolean flag) throws HttpException {
        assertEquals(flag, of("a", text).flag("a"));
        assertEquals(flag, of("a", text).flag("a", !flag));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yes", "2", "01", " true", "tru"})
    void otherTextThanAFlagIsRefused(String text) {
        assertRefused("query parameter a is neither true nor false: " + text,
                () -> of("a", text).flag("a"));
        assertRefused("query parameter a is neither true nor false: " + text,
                () -> of("a", text).flag("a", true));
    }

    @Test
    void valueIsReadAsWhatTheApplicationMakesOfIt() throws HttpException {
        Values values = of("day", "2026-02-28", "id", "0-0-0-0-1", "unit", "DAYS");
        assertEquals(LocalDate.of(2026, 2, 28), values.as("day", LocalDate::parse));
        assertEquals(new UUID(0, 1), values.as("id", UUID::fromString));
        assertEquals(TimeUnit.DAYS, values.as("unit", TimeUnit::valueOf, TimeUnit.HOURS));
    }

    @Test
    void valueThatTheApplicationCanNotReadIsRefusedWithoutItsMessage() {
        Values values = of("day", "2026-02-30", "unit", "ages");
        assertRefused("query parameter day is malformed: 2026-02-30",
                () -> values.as("day", LocalDate::parse));
        assertRefused("query parameter unit is malformed: ages",
                () -> values.as("unit", TimeUnit::valueOf, TimeUnit.DAYS));
    }

    @Test
    void faultOfTheApplicationsReaderIsNotTheClients() {
        assertThrows(IllegalStateException.class, () -> of("a", "1").as("a", text -> {
            throw new IllegalStateException();
        }));
    }

    @Test
    void refusalsHaveTheStatusThatTheMakerSets() {
        Values values = Values.builder("path parameter").add("id", "x").status(Status.NOT_FOUND)
                .build();
        assertEquals(Status.NOT_FOUND, assertThrows(HttpException.class,
                () -> values.integer("id")).status());
    }

    @Test
    void messageShowsAtMost40CharactersOfAValue() {
        assertRefused("query parameter a is not an integer: " + "x".repeat(40),
                () -> of("a", "x".repeat(40)).integer("a"));
        assertRefused("query parameter a is not an integer: " + "x".repeat(40) + "...",
                () -> of("a", "x".repeat(41)).integer("a"));
        String name = "n".repeat(41);
        assertRefused("query parameter " + "n".repeat(40) + "... is missing",
                () -> of().text(name));
    }

    @Test
    void messageEscapesWhatCanNotBeSeen() {
        assertRefused("query parameter a is not an integer: 1\\u000d\\u000ab\\u001b\\u202e\\ud800"
                + "\\u0085\u00fc\ud83d\ude00",
                () -> of("a", "1\r\nb\u001b\u202e\ud800\u0085\u00fc\ud83d\ude00").integer("a"));
    }

    @Test
    void textOfTheListHasNoValue() {
        assertEquals("query parameter [user, password]",
                of("user", "x", "password", "secret").toString());
    }

    @Test
    void nullIsRefused() {
        assertThrows(NullPointerException.class, () -> Values.builder(null));
        assertThrows(NullPointerException.class, () -> of("a", null));
        assertThrows(NullPointerException.class, () -> of(null, "a"));
        assertThrows(NullPointerException.class, () -> of().text(null));
        assertThrows(NullPointerException.class, () -> of().text("a", null));
        assertThrows(NullPointerException.class, () -> of().has(null));
        assertThrows(NullPointerException.class, () -> of().all(null));
        assertThrows(NullPointerException.class, () -> of().as("a", null, "b"));
        assertThrows(NullPointerException.class, () -> Values.builder("a").status(null));
    }
}
