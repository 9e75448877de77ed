package io.millrace.app.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Test;

class MarkupTest {

    @Test
    void scriptInANameIsText() {
        assertEquals("<bdi>&lt;script&gt;alert(1)&lt;/script&gt;</bdi>",
                Markup.name("<script>alert(1)</script>"));
    }

    @Test
    void quotesDoNotEndAnAttribute() {
        assertEquals("&quot; onclick=&#39;x&#39; &amp;", Markup.text("\" onclick='x' &"));
    }

    @Test
    void lineBreaksAndOtherControlsGetTheirPicture() {
        assertEquals("a\u240ab\u240dc\u2409d\u2400", Markup.visible("a\nb\rc\td\0"));
        assertEquals("[U+007F][U+0085]", Markup.visible("\u007f\u0085"));
    }

    @Test
    void charactersThatTurnTheDirectionAreNamed() {
        assertEquals("photo_[U+202E]gpj.exe", Markup.visible("photo_\u202egpj.exe"));
        for (char c : "\u061c\u200b\u200e\u200f\u2028\u202a\u2066\u2069\ufeff".toCharArray()) {
            assertEquals(String.format("[U+%04X]", (int) c), Markup.visible(String.valueOf(c)));
        }
    }

    @Test
    void lettersJoinersAndEmojiStay() {
        for (String name : new String[] {"\u05e9\u05dc\u05d5\u05dd", "\u06cc\u200c\u0647",
            "\ud83d\udc69\u200d\ud83d\udcbb", "\u00fc \u202f\u2027\u2030\u206a"}) {
            assertEquals(name, Markup.visible(name));
        }
    }

    @Test
    void valueThatLooksLikeAPlaceStaysText() {
        StringBuilder out = new StringBuilder();
        new Template("<b>{a}</b>{b}{ c }").write(out, Map.of("a", "{b}", "b", "$1\\{a}"));
        assertEquals("<b>{b}</b>$1\\{a}{ c }", out.toString());
    }

    @Test
    void placeWithoutAValueIsAnError() {
        assertThrows(IllegalArgumentException.class,
                () -> new Template("{a}").write(new StringBuilder(), Map.of()));
    }
}
