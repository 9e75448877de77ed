package io.millrace.app.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An HTML text with places for values, named in braces. What a value says is never looked at again,
 * so that a name in braces stays a name.
 *
 * <p>Threads: any, immutable.
 */
final class Template {

    private static final Pattern PLACE = Pattern.compile("\\{([a-z]+)\\}");

    /** Texts and the names of places, in turn. */
    private final List<String> pieces = new ArrayList<>();

    Template(String text) {
        Matcher place = PLACE.matcher(text);
        int from = 0;
        while (place.find()) {
            pieces.add(text.substring(from, place.start()));
            pieces.add(place.group(1));
            from = place.end();
        }
        pieces.add(text.substring(from));
    }

    /**
     * Writes the text.
     *
     * @param markup the value of each place, as HTML
     * @throws IllegalArgumentException if a place has no value
     */
    void write(StringBuilder out, Map<String, String> markup) {
        for (int i = 0; i < pieces.size(); i++) {
            String piece = pieces.get(i);
            if (i % 2 == 0) {
                out.append(piece);
            } else if (markup.containsKey(piece)) {
                out.append(markup.get(piece));
            } else {
                throw new IllegalArgumentException("no value for {" + piece + '}');
            }
        }
    }
}
