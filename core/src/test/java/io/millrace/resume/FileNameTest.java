package io.millrace.resume;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** The name of a file in Content-Disposition. */
class FileNameTest {

    @Test
    void nameMayHaveAllBytesThatAHeadMayHave() {
        String name = "a".repeat(60_000);
        assertEquals(name, FileName.of("attachment; filename=\"" + name + '"'));
        assertEquals(name, FileName.of(
                "attachment; filename=\"" + name.replace("a", "\\a") + '"'));
    }

    @Test
    void nameInQuotesMayHaveEscapedOnes() {
        assertEquals("a\"b.txt", FileName.of("attachment; filename=\"a\\\"b.txt\""));
    }
}
