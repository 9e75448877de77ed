package io.millrace.listing;

import io.millrace.http.Headers;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Which of the formats a client prefers, by its Accept (RFC 9110 section 12.5.1).
 *
 * <p>Each format has the weight of the most specific range that names it. JSON wins with a higher
 * weight, or with an equal one if it is named more specifically: {@code application/json, *&#47;*}
 * asks for JSON. HTML is the default, also for a client that accepts neither. Pages for people are
 * for clients that name HTML itself and prefer nothing to it, as browsers do and few programs.
 * Threads: one.
 */
public final class AcceptedFormat {

    private static final Pattern WEIGHT = Pattern.compile("0(\\.[0-9]{0,3})?|1(\\.0{0,3})?");
    private static final int NOT_NAMED = 0;
    private static final int ANY = 1;
    private static final int ANY_OF_TYPE = 2;
    private static final int EXACT = 3;

    private int jsonRank = NOT_NAMED;
    private int jsonWeight;
    private int htmlRank = NOT_NAMED;
    private int htmlWeight;
    private int mostWeight;

    private AcceptedFormat() {
    }

    /** What these fields ask for. */
    public static AcceptedFormat of(Headers headers) {
        AcceptedFormat accepted = new AcceptedFormat();
        for (String line : headers.all("Accept")) {
            for (String range : line.split(",")) {
                accepted.add(range);
            }
        }
        return accepted;
    }

    boolean isJson() {
        return jsonWeight > htmlWeight
                || jsonWeight == htmlWeight && jsonWeight > 0 && jsonRank > htmlRank;
    }

    /** Whether a person is going to look at it. */
    public boolean isPage() { // decision 289
        return htmlRank == EXACT && htmlWeight > 0 && htmlWeight == mostWeight;
    }

    private void add(String range) {
        int weight = 1000;
        String[] parts = range.split(";");
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip();
            if (parameter.length() > 1 && parameter.substring(0, 2).equalsIgnoreCase("q=")) {
                weight = weight(parameter.substring(2));
            }
        }
        mostWeight = Math.max(mostWeight, weight);
        String type = parts.length == 0 ? "" : parts[0].strip().toLowerCase(Locale.ROOT);
        int json = rank(type, "application/*", "application/json");
        if (json > jsonRank) {
            jsonRank = json;
            jsonWeight = weight;
        }
        int html = rank(type, "text/*", "text/html");
        if (html > htmlRank) {
            htmlRank = html;
            htmlWeight = weight;
        }
    }

    private static int rank(String range, String anyOfType, String exact) {
        return range.equals(exact) ? EXACT : range.equals(anyOfType) ? ANY_OF_TYPE
                : range.equals("*/*") ? ANY : NOT_NAMED;
    }

    /** In thousandths; a malformed one counts as 0, as the client didn't clearly ask for it. */
    private static int weight(String text) {
        if (!WEIGHT.matcher(text).matches()) {
            return 0;
        }
        return (int) Math.round(Double.parseDouble(text) * 1000);
    }
}
