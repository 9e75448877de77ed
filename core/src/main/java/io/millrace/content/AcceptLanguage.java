package io.millrace.content;

import io.millrace.http.Headers;
import io.millrace.http.RequestHead;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Which languages a client prefers (RFC 9110 section 12.5.4), looked up as RFC 4647 section 3.4
 * says.
 *
 * <pre>{@code
 * String language = AcceptLanguage.of(request).best("en", "de", "pt-BR");
 * }</pre>
 *
 * <p>Each range is tried in the order of its weight: as it is; as the beginning of a longer tag
 * ({@code en} finds {@code en-GB}); then without its last subtags ({@code de-AT} finds {@code de}).
 * Malformed elements are ignored.
 *
 * <p>The response that is chosen by it needs {@code Vary: Accept-Language} for caches.
 *
 * <p>Threads: any, immutable.
 *
 * @since 0.1
 */
public final class AcceptLanguage {

    // RFC 5646 s4.4.1 has 35 for tags that are not private. The bound is for the steps of a lookup.
    private static final int MAX_RANGE_LENGTH = 64;

    /** Highest weight first, and of equal ones in the order sent. */
    private final List<Preference> ranges;

    private AcceptLanguage(List<Preference> ranges) {
        this.ranges = ranges;
    }

    /** What a request prefers. */
    public static AcceptLanguage of(RequestHead request) {
        return of(request.headers());
    }

    /** What header fields prefer. */
    public static AcceptLanguage of(Headers headers) {
        return new AcceptLanguage(Preference.all(headers, "Accept-Language").stream()
                .filter(range -> range.value().length() <= MAX_RANGE_LENGTH)
                .sorted(Comparator.comparingInt(range -> -range.weight())).toList());
    }

    /**
     * The language that the client prefers.
     *
     * @param defaultTag the language if the client accepts none of those offered, or accepts all
     *     alike: a text in another language is of more use than a 406
     * @param others language tags (RFC 5646), such as {@code de} or {@code pt-BR}
     * @return one of the arguments, never null
     */
    public String best(String defaultTag, String... others) {
        List<String> acceptable = new ArrayList<>(others.length + 1);
        if (!isExcluded(defaultTag)) {
            acceptable.add(defaultTag);
        }
        for (String other : others) {
            if (!isExcluded(other)) {
                acceptable.add(other);
            }
        }
        for (Preference range : ranges) {
            String found = range.weight() > 0 && !range.value().equals("*")
                    ? lookUp(range.value(), acceptable) : null;
            if (found != null) {
                return found;
            }
        }
        // RFC 4647 s3.4: a star comes after all others.
        return acceptable.isEmpty() ? defaultTag : acceptable.get(0);
    }

    private static String lookUp(String range, List<String> offered) {
        for (String offer : offered) {
            if (offer.equalsIgnoreCase(range)) {
                return offer;
            }
        }
        for (String offer : offered) {
            if (matchedLength(range, offer) > 0) {
                return offer;
            }
        }
        for (String rest = shorter(range); !rest.isEmpty(); rest = shorter(rest)) {
            for (String offer : offered) {
                if (offer.equalsIgnoreCase(rest)) {
                    return offer;
                }
            }
        }
        return null;
    }

    /** Without its last subtag, and without the single letter that introduces it. */
    private static String shorter(String range) {
        int end = Math.max(range.lastIndexOf('-'), 0);
        return end >= 2 && range.charAt(end - 2) == '-' ? range.substring(0, end - 2)
                : range.substring(0, end);
    }

    /** Whether the longest range that this tag begins with has the weight 0. */
    private boolean isExcluded(String tag) {
        int longest = 0;
        boolean excluded = false;
        for (Preference range : ranges) {
            int length = matchedLength(range.value(), tag);
            if (length > longest) {
                longest = length;
                excluded = range.weight() == 0;
            }
        }
        return excluded;
    }

    // RFC 4647 s3.3.1. A star matches all, and less than any other range does.
    private static int matchedLength(String range, String tag) {
        if (range.equals("*")) {
            return 1;
        }
        boolean matches = tag.length() >= range.length()
                && tag.toLowerCase(Locale.ROOT).startsWith(range)
                && (tag.length() == range.length() || tag.charAt(range.length()) == '-');
        return matches ? range.length() : 0;
    }
}
