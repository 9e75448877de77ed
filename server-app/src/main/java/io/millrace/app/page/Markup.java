package io.millrace.app.page;

/**
 * Text of others as HTML: what it says is shown, and nothing of it is markup. Threads: any.
 */
final class Markup {

    private Markup() {
    }

    /** A text, or the value of an attribute in double quotes. */
    static String text(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            append(out, text.charAt(i));
        }
        return out.toString();
    }

    private static void append(StringBuilder out, char c) {
        switch (c) {
            case '&' -> out.append("&amp;");
            case '<' -> out.append("&lt;");
            case '>' -> out.append("&gt;");
            case '"' -> out.append("&quot;");
            case '\'' -> out.append("&#39;");
            default -> out.append(c);
        }
    }

    /** A name, isolated: its letters may run from right to left, what stands beside it doesn't. */
    static String name(String name) {
        return "<bdi>" + visible(name) + "</bdi>";
    }

    /**
     * A name as text, with what can't be seen made visible: line breaks, and the characters that
     * turn the direction, by which "photo_" and "gpj.exe" would look like a picture.
     */
    static String visible(String name) { // decision 282
        StringBuilder out = new StringBuilder(name.length() + 16);
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c < ' ') {
                out.append((char) (0x2400 + c)); // its picture
            } else if (isUnseen(c)) {
                out.append(String.format("[U+%04X]", (int) c));
            } else {
                append(out, c);
            }
        }
        return out.toString();
    }

    // The script (base.js) has the same ones. Joiners stay: scripts and emoji need them.
    private static boolean isUnseen(char c) {
        return c >= 0x7f && c <= 0x9f || c == 0x61c || c == 0x200b || c == 0x200e || c == 0x200f
                || c >= 0x2028 && c <= 0x202e || c >= 0x2060 && c <= 0x2069 || c == 0xfeff;
    }
}
