package io.millrace.form;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/**
 * What a client's name of a file becomes, so that every file system can store it.
 *
 * <p>Threads: any.
 */
final class FileNames { // decision 391

    // NAME_MAX is 255 bytes nearly everywhere; the rest is for what an application puts around it.
    private static final int MAX_BYTES = 200;
    private static final String FALLBACK = "file";
    private static final Set<String> DEVICES = Set.of("con", "prn", "aux", "nul", "conin$",
            "conout$");

    private FileNames() {
    }

    static String safe(String name) {
        StringBuilder safe = new StringBuilder();
        name.codePoints().forEach(c -> safe.appendCodePoint(isAllowed(c) ? c : '_'));
        int from = 0;
        while (from < safe.length() && (safe.charAt(from) == '.' || safe.charAt(from) == ' ')) {
            from++; // no hidden file, and neither . nor ..
        }
        String text = withoutEnd(cut(safe.substring(from), MAX_BYTES));
        if (isDevice(text)) {
            return '_' + withoutEnd(cut(text, MAX_BYTES - 1));
        }
        return text.isEmpty() ? FALLBACK : text;
    }

    // Windows takes none of these; a FORMAT character may turn the direction of what follows.
    private static boolean isAllowed(int c) {
        return "<>:\"/\\|?*".indexOf(c) < 0 && switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE,
                    Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }

    /** Shortened in front of its ending, if that is short itself. */
    private static String cut(String name, int maxBytes) {
        int dot = name.lastIndexOf('.');
        String ending = dot > 0 && bytes(name.substring(dot)) <= MAX_BYTES / 4
                ? name.substring(dot) : "";
        int end = 0;
        int left = maxBytes - bytes(ending);
        while (end < name.length() - ending.length()) {
            int next = name.offsetByCodePoints(end, 1);
            left -= bytes(name.substring(end, next));
            if (left < 0) {
                break;
            }
            end = next;
        }
        return name.substring(0, end) + ending;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Windows drops dots and spaces at the end, so that two names would be one. */
    private static String withoutEnd(String name) {
        int end = name.length();
        while (end > 0 && (name.charAt(end - 1) == '.' || name.charAt(end - 1) == ' ')) {
            end--;
        }
        return name.substring(0, end);
    }

    /** Of Windows, with any ending: {@code nul.txt} is the device, too. */
    private static boolean isDevice(String name) {
        int dot = name.indexOf('.');
        String stem = (dot < 0 ? name : name.substring(0, dot)).stripTrailing()
                .toLowerCase(Locale.ROOT);
        return DEVICES.contains(stem)
                || stem.length() == 4 && (stem.startsWith("com") || stem.startsWith("lpt"))
                        && "0123456789\u00b9\u00b2\u00b3".indexOf(stem.charAt(3)) >= 0;
    }
}
