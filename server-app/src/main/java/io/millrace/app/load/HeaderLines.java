package io.millrace.app.load;

import io.millrace.app.cli.FlagType;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Header fields that each request has. A flag that is given several times has its values joined by
 * commas, so that a field is taken to begin at a comma with a name and a colon behind it, unless
 * that is the scheme of a URL.
 *
 * <p>Threads: any.
 */
final class HeaderLines extends FlagType<List<String>> {

    static final FlagType<List<String>> TYPE = new HeaderLines();

    private static final String NAME = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final Pattern BETWEEN = Pattern.compile(",(?=" + NAME + ":(?!//))");
    // RFC 9110 s5.5: no control characters but a tab.
    private static final Pattern LINE = Pattern.compile(NAME + ":[\\t -~\\x80-\\xFF]*");
    private static final Pattern OWN = Pattern.compile(
            "(?i)(content-length|transfer-encoding|connection|expect|upgrade):.*");

    private HeaderLines() {
        super("FIELD");
    }

    @Override
    public List<String> read(String text) {
        List<String> lines = List.of(BETWEEN.split(text));
        for (String line : lines) {
            if (!LINE.matcher(line).matches()) {
                throw new IllegalArgumentException("a header field such as 'Accept: text/html'");
            }
            if (OWN.matcher(line).matches()) {
                throw new IllegalArgumentException("none of the fields that frame a message");
            }
        }
        return lines;
    }

    @Override
    public String show(List<String> lines) {
        return String.join(",", lines);
    }

    @Override
    public boolean isList() {
        return true;
    }
}
