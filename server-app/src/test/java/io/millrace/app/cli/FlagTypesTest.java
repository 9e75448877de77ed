package io.millrace.app.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Kinds of values: what they read, and the text by which they show it. */
class FlagTypesTest {

    private enum Way { FIRST_CLASS, LAST }

    @ParameterizedTest
    @CsvSource({"660, rw-rw----, 660", "0644, rw-r--r--, 644", "777, rwxrwxrwx, 777",
        "001, --------x, 001", "400, r--------, 400", "system, ---------, system"})
    void modeIsThatOfChmod(String text, String permissions, String shown) {
        assertEquals(PosixFilePermissions.fromString(permissions), FileMode.MODE.read(text));
        assertEquals(shown, FileMode.MODE.show(FileMode.MODE.read(text)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "000", "0000", "66", "1644", "668", "rw-r--r--", "-644"})
    void whatIsNoModeIsRefused(String text) {
        assertEquals("an octal mode such as 660, or system",
                assertThrows(IllegalArgumentException.class, () -> FileMode.MODE.read(text))
                        .getMessage());
    }

    @Test
    void constantIsReadInAnyCaseAndShownWithDashes() {
        FlagType<Way> ways = ChoiceType.of(Way.class, Map.of("yes", Way.LAST));
        assertEquals("first-class|last", ways.placeholder());
        assertEquals(Way.FIRST_CLASS, ways.read("First-Class"));
        assertEquals(Way.LAST, ways.read("last"));
        assertEquals(Way.LAST, ways.read("YES"));
        assertEquals("first-class", ways.show(Way.FIRST_CLASS));
        assertEquals("first-class or last",
                assertThrows(IllegalArgumentException.class, () -> ways.read("second"))
                        .getMessage());
    }

    @Test
    void constantIsShownAsItIsWrittenWhereThatIsItsName() {
        FlagType<Way> ways = ChoiceType.ofNames(Way.class);
        assertEquals("FIRST_CLASS|LAST", ways.placeholder());
        assertEquals(Way.FIRST_CLASS, ways.read("first_class"));
        assertThrows(IllegalArgumentException.class, () -> ways.read("first-class"));
    }

    @Test
    void namesOfFilesAreSeparatedByCommasAndNoneIsBlank() {
        assertEquals(List.of("a", "b c"), FileNames.LIST.read("a,b c"));
        assertEquals("a,b c", FileNames.LIST.show(List.of("a", "b c")));
        assertTrue(FileNames.LIST.isList());
        for (String text : new String[] {"", "a,", ",a", "a,,b", "a, ,b"}) {
            assertThrows(IllegalArgumentException.class, () -> FileNames.LIST.read(text), text);
        }
    }

    @Test
    void textsAreSeparatedByCommas() {
        assertEquals(List.of("a", "", "b"), TextList.NAMES.read("a,,b"));
        assertEquals("a,,b", TextList.NAMES.show(List.of("a", "", "b")));
        assertTrue(TextList.NAMES.isList());
    }

    @Test
    void numberHas18DigitsAtMost() {
        FlagType<Long> any = FlagType.numberIn(0, Long.MAX_VALUE);
        assertEquals(999_999_999_999_999_999L, any.read("9".repeat(18)));
        assertEquals(7L, any.read("0".repeat(17) + "7"));
        for (String text : new String[] {"", "1000000000000000000", "+1", "1_0", "\u0661", "1/",
            "1:"}) {
            assertThrows(IllegalArgumentException.class, () -> any.read(text), text);
        }
    }

    @Test
    void addressesAreShownAsTheyAreRead() {
        String text = "127.0.0.1:80,[::1]:0,unix:/run/a.sock";
        assertEquals(text, ListenAddress.LIST.show(ListenAddress.LIST.read(text)));
    }
}
