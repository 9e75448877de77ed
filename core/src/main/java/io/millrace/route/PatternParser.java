package io.millrace.route;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Reads the pattern of a path. What can't match, or means something else in another library, is
 * refused with what to write instead. // decision 396
 *
 * <p>Threads: one; dropped when the pattern is read.
 */
final class PatternParser {

    final List<String> segments = new ArrayList<>();
    final List<String> names = new ArrayList<>();
    private final String pattern;

    private PatternParser(String pattern) {
        this.pattern = Objects.requireNonNull(pattern, "the pattern is null");
    }

    static PatternParser parse(String pattern) {
        PatternParser parser = new PatternParser(pattern);
        parser.parse();
        return parser;
    }

    private void parse() {
        if (!pattern.startsWith("/")) {
            throw wrong("it must begin with /");
        }
        if (pattern.contains("//")) {
            throw wrong("it has an empty segment; write one slash, not //");
        }
        for (String segment : pattern.substring(1).split("/", -1)) {
            if (segments.contains(PathPattern.REST)) {
                throw wrong("{name...} must be the last segment");
            }
            segments.add(segment.startsWith("{") ? parameter(segment) : literal(segment));
        }
    }

    private String parameter(String segment) {
        if (segment.indexOf(':') > 0) {
            throw wrong("a parameter has no expression: write {name}, and check its value in the"
                    + " handler");
        }
        if (!segment.endsWith("}") || segment.indexOf('}') < segment.length() - 1) {
            throw wrong("a parameter must be a whole segment: /{name}");
        }
        String text = segment.substring(1, segment.length() - 1);
        if (text.startsWith("*") || text.endsWith("*") || text.endsWith("+")) {
            throw wrong("write {name...} for the rest of the path");
        }
        if (text.endsWith("?")) {
            throw wrong("a parameter is never optional: add a second route without it");
        }
        boolean rest = text.endsWith("...");
        String name = rest ? text.substring(0, text.length() - 3) : text;
        if (name.isEmpty() || !name.chars().allMatch(Character::isJavaIdentifierPart)) {
            throw wrong("a parameter name must be a Java identifier");
        }
        if (names.contains(name)) {
            throw wrong("duplicate parameter name " + name);
        }
        names.add(name);
        return rest ? PathPattern.REST : PathPattern.PARAMETER;
    }

    private String literal(String segment) {
        if (segment.startsWith(":") && segment.length() > 1) {
            throw wrong("write {" + segment.substring(1) + "} for a parameter, not " + segment);
        }
        if (segment.startsWith("<") && segment.endsWith(">")) {
            throw wrong("write {name} for a parameter, not " + segment);
        }
        if (segment.startsWith("*")) {
            throw wrong("* is no wildcard: write {name} for any segment, or {name...} for the rest"
                    + " of the path");
        }
        if (segment.equals(".") || segment.equals("..")) {
            throw wrong(". and .. are not allowed as segments"); // decision 20
        }
        for (char c : segment.toCharArray()) {
            if (c == '{' || c == '}') {
                throw wrong("a parameter must be a whole segment: /{name}");
            }
            if (c == '?' || c == '#') {
                throw wrong("the query and the fragment are not part of the path: leave out what"
                        + " begins with " + c);
            }
            if (c == '%' || Character.isISOControl(c)) {
                throw wrong("segments are written decoded, without % and control characters");
            }
        }
        return segment;
    }

    private IllegalArgumentException wrong(String why) {
        return new IllegalArgumentException("invalid pattern " + pattern + ": " + why);
    }
}
