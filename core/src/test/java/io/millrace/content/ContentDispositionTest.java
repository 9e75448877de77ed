package io.millrace.content;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names of files in Content-Disposition (RFC 6266, RFC 8187). */
class ContentDispositionTest {

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', value = {
        "a.txt, attachment; filename=\"a.txt\"",
        "my report.pdf, attachment; filename=\"my report.pdf\"",
        "B\u00fcro.pdf, attachment; filename=\"B_ro.pdf\"; filename*=UTF-8''B%C3%BCro.pdf",
        "\ud83d\ude00, attachment; filename=\"_\"; filename*=UTF-8''%F0%9F%98%80",
        "a\"b, attachment; filename=\"a_b\"; filename*=UTF-8''a%22b",
        "50%25.txt, attachment; filename=\"50_25.txt\"; filename*=UTF-8''50%2525.txt",
        "a;b, attachment; filename=\"a;b\"",
    })
    void nameIsToldInAsciiAndInFull(String name, String value) {
        assertEquals(value, ContentDisposition.attachment(name));
    }

    @ParameterizedTest
    @CsvSource({"../../etc/passwd, .._.._etc_passwd", "C:\\a\\b.txt, C:_a_b.txt"})
    void pathBecomesAName(String path, String name) {
        assertEquals("attachment; filename=\"" + name + '"', ContentDisposition.attachment(path));
    }

    @Test
    void controlCharactersCantEndTheField() {
        assertEquals("inline; filename=\"a__b\"; filename*=UTF-8''a%0D%0Ab",
                ContentDisposition.inline("a\r\nb"));
    }
}
