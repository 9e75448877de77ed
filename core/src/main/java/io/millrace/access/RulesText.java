package io.millrace.access;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Reads the text of a token file. Its messages have line numbers and nothing of the lines: where
 * words have been swapped, the token may be any of them. Threads: any.
 */
final class RulesText {

    private static final String FORM = "write NAME TOKEN RIGHTS, and a /PREFIX/ if they are not "
            + "for all";

    /** @param number from 1 */
    private record Line(int number, String[] words) {
    }

    private RulesText() {
    }

    static AccessRules parse(String text) {
        List<Line> lines = lines(text);
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("there is no token: " + FORM
                    + "; lines that begin with # are comments");
        }
        if (lines.size() == 1 && lines.get(0).words().length == 1) {
            return at(lines.get(0), () -> AccessRules.token(lines.get(0).words()[0]));
        }
        AccessRules rules = AccessRules.none();
        for (Line line : lines) {
            AccessRules before = rules;
            rules = at(line, () -> grant(before, line.words()));
        }
        return rules;
    }

    private static List<Line> lines(String text) {
        List<Line> lines = new ArrayList<>();
        int number = 0;
        String plain = text.startsWith("\uFEFF") ? text.substring(1) : text; // of some editors
        for (String line : plain.split("\r\n|\n|\r")) {
            number++;
            String trimmed = line.strip();
            if (!trimmed.isEmpty() && !trimmed.startsWith("#")) {
                lines.add(new Line(number, trimmed.split("[ \t]+")));
            }
        }
        return lines;
    }

    private interface Reading {
        AccessRules read();
    }

    private static AccessRules at(Line line, Reading reading) {
        try {
            return reading.read();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("line " + line.number() + ": " + e.getMessage());
        }
    }

    private static AccessRules grant(AccessRules rules, String[] words) {
        if (words.length < 3 || words.length > 4) {
            throw new IllegalArgumentException((words.length == 1
                    ? "a token alone must be the only line: " : "the line must have 3 or 4 words: ")
                    + FORM);
        }
        return rules.grant(words[0], words[1], rights(words[2]),
                words.length == 4 ? words[3] : "/");
    }

    private static Set<Right> rights(String letters) {
        Set<Right> rights = EnumSet.noneOf(Right.class);
        for (int i = 0; i < letters.length(); i++) {
            for (Right right : Right.values()) {
                if (right.letter() == letters.charAt(i) && rights.add(right)) {
                    break;
                }
            }
            if (rights.size() != i + 1) {
                throw new IllegalArgumentException("the third word must be rights, each of the "
                        + "letters r, w, d and l at most once");
            }
        }
        return rights;
    }
}
