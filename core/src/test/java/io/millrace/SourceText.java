package io.millrace;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of Java source, told apart into code and comments. Both keep the length and the lines of
 * the text, so that a place in one is the same place in the others.
 *
 * <p>Threads: any.
 */
final class SourceText {

    private static final Pattern PLACE = Pattern.compile("(.*/)?src/[a-z]+/[a-z0-9]+/(.*)");

    /** From the root of the checkout, with slashes. */
    final String path;
    final String text;
    /** The text with comments and the inside of literals blanked. */
    final String code;
    /** The text with everything but comments blanked. */
    final String comments;

    SourceText(String path, String text) {
        this.path = path;
        this.text = text;
        boolean[] isComment = new boolean[text.length()];
        boolean[] isLiteral = new boolean[text.length()];
        int at = 0;
        while (at < text.length()) {
            int end = at + 1;
            if (text.startsWith("//", at)) {
                end = after("\n", at) - 1;
                mark(isComment, at, end);
            } else if (text.startsWith("/*", at)) {
                end = after("*/", at + 2);
                mark(isComment, at, end);
            } else if (text.startsWith("\"\"\"", at)) {
                end = endOfLiteral("\"\"\"", at);
                mark(isLiteral, at + 3, end - 3);
            } else if (text.charAt(at) == '"' || text.charAt(at) == '\'') {
                end = endOfLiteral(text.substring(at, at + 1), at);
                mark(isLiteral, at + 1, end - 1);
            }
            at = end;
        }
        StringBuilder code = new StringBuilder(text);
        StringBuilder comments = new StringBuilder(text);
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != '\n') {
                if (isComment[i] || isLiteral[i]) {
                    code.setCharAt(i, ' ');
                }
                if (!isComment[i]) {
                    comments.setCharAt(i, ' ');
                }
            }
        }
        this.code = code.toString();
        this.comments = comments.toString();
    }

    private int after(String end, int from) {
        int found = text.indexOf(end, from);
        return found < 0 ? text.length() : found + end.length();
    }

    private int endOfLiteral(String quote, int from) {
        int at = from + quote.length();
        while (at < text.length() && !text.startsWith(quote, at)) {
            at += text.charAt(at) == '\\' ? 2 : 1;
        }
        return Math.min(at + quote.length(), text.length());
    }

    private static void mark(boolean[] marks, int from, int to) {
        for (int i = from; i < to; i++) {
            marks[i] = true;
        }
    }

    /** The file's name without its ending, which is the name of its type. */
    String type() {
        return path.substring(path.lastIndexOf('/') + 1).replace(".java", "");
    }

    /** The package below {@code io.millrace}, such as {@code server}; empty for that one itself. */
    String room() {
        Matcher declared = Pattern.compile("(?m)^package io\\.millrace(?:\\.([a-z0-9.]+))?;")
                .matcher(code);
        return declared.find() && declared.group(1) != null ? declared.group(1) : "";
    }

    /** Whether it belongs to what is shipped or measured, and not to the tests. */
    boolean isMain() {
        return path.contains("/src/main/");
    }

    /** Whether it is of core's, and not of its tests. */
    boolean isCore() {
        return path.startsWith("core/src/main/");
    }

    /** Whether it stands below a folder that Maven takes for one of sources. */
    boolean hasPlace() {
        return PLACE.matcher(path).matches();
    }

    /** A finding, with the line that it is at. */
    String at(int index, String what) {
        return path + ":" + (text.substring(0, index).split("\n", -1).length) + ": " + what;
    }

    /** A finding for each place in this view of the text where the pattern matches. */
    List<String> all(String view, Pattern pattern, String what) {
        List<String> found = new ArrayList<>();
        Matcher matcher = pattern.matcher(view);
        while (matcher.find()) {
            found.add(at(matcher.start(), what + ": " + matcher.group().strip()));
        }
        return found;
    }
}
