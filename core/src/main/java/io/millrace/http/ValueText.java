package io.millrace.http;

/** What the text of a value is, and how a message shows it. Threads: any. */
final class ValueText {

    /** Characters of a value that a message shows. */
    static final int MOST_SHOWN = 40;

    private ValueText() {
    }

    /** The text in one line: shortened, with escapes for what can't be seen. */
    static String of(String text) {
        StringBuilder shown = new StringBuilder();
        int i = 0;
        for (int taken = 0; i < text.length() && taken < MOST_SHOWN; taken++) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (isVisible(c)) {
                shown.appendCodePoint(c);
            } else {
                shown.append(String.format("\\u%04x", c));
            }
        }
        return i < text.length() ? shown + "..." : shown.toString();
    }

    // A character that changes the direction of those around it is a FORMAT.
    private static boolean isVisible(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE,
                    Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }

    /** Digits, with a minus sign before them or not: Long.parseLong takes more. */
    static boolean isInteger(String text) {
        int from = text.startsWith("-") ? 1 : 0;
        return from < text.length() && digits(text, from) == text.length();
    }

    /** A number as RFC 8259 section 6 writes it, but for zeros in front. */
    static boolean isDecimal(String text) {
        int from = text.startsWith("-") ? 1 : 0;
        int at = digits(text, from);
        boolean whole = at > from;
        if (whole && at < text.length() && text.charAt(at) == '.') {
            from = at + 1;
            at = digits(text, from);
            whole = at > from;
        }
        if (whole && at < text.length() && (text.charAt(at) | 0x20) == 'e') {
            from = at + 1;
            if (from < text.length() && (text.charAt(from) == '-' || text.charAt(from) == '+')) {
                from++;
            }
            at = digits(text, from);
            whole = at > from;
        }
        return whole && at == text.length();
    }

    /** The end of the ASCII digits from there. */
    private static int digits(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at;
    }
}
