package io.millrace.content;

import io.millrace.http.Headers;
import io.millrace.http.RequestHead;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

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
    private static final String ANY = "*";

    /** Weights by range, the highest first, and of equal ones in the order sent. */
    private final Map<String, Integer> ranges;

    private AcceptLanguage(Map<String, Integer> ranges) {
        this.ranges = ranges;
    }

    /** What a request prefers. */
    public static AcceptLanguage of(RequestHead request) {
        return of(request.headers());
    }

    /** What header fields prefer. */
    public static AcceptLanguage of(Headers headers) {
        List<Preference> all = Preference.all(headers, "Accept-Language");
        all.sort(Comparator.comparingInt(range -> -range.weight()));
        Map<String, Integer> ranges = new LinkedHashMap<>();
        for (Preference range : all) {
            if (range.value().length() <= MAX_RANGE_LENGTH) {
                ranges.putIfAbsent(range.value(), range.weight());
            }
        }
        return new AcceptLanguage(ranges);
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
        // By maps: a client may send thousands of ranges, where an application has many languages.
        Map<String, String> byTag = new LinkedHashMap<>();
        Map<String, String> byBeginning = new HashMap<>();
        addUnlessExcluded(defaultTag, byTag, byBeginning);
        for (String other : others) {
            addUnlessExcluded(other, byTag, byBeginning);
        }
        for (Map.Entry<String, Integer> range : ranges.entrySet()) {
            String found = range.getValue() > 0 && !range.getKey().equals(ANY)
                    ? lookUp(range.getKey(), byTag, byBeginning) : null;
            if (found != null) {
                return found;
            }
        }
        // RFC 4647 s3.4: a star comes after all others.
        return byTag.isEmpty() ? defaultTag : byTag.values().iterator().next();
    }

    private void addUnlessExcluded(String offer, Map<String, String> byTag,
            Map<String, String> byBeginning) {
        String tag = offer.toLowerCase(Locale.ROOT);
        if (isExcluded(tag)) {
            return;
        }
        byTag.putIfAbsent(tag, offer);
        for (String rest = parent(tag); !rest.isEmpty(); rest = parent(rest)) {
            byBeginning.putIfAbsent(rest, offer);
        }
    }

    /** Whether the longest range that this tag begins with (RFC 4647 s3.3.1) has the weight 0. */
    private boolean isExcluded(String tag) {
        Integer weight = ranges.get(tag);
        for (String rest = parent(tag); weight == null && !rest.isEmpty(); rest = parent(rest)) {
            weight = ranges.get(rest);
        }
        return weight == null ? ranges.getOrDefault(ANY, 1) == 0 : weight == 0;
    }

    private static String lookUp(String range, Map<String, String> byTag,
            Map<String, String> byBeginning) {
        String found = byTag.getOrDefault(range, byBeginning.get(range));
        for (String rest = shorter(range); found == null && !rest.isEmpty();
                rest = shorter(rest)) {
            found = byTag.get(rest);
        }
        return found;
    }

    /** Without its last subtag. */
    private static String parent(String tag) {
        return tag.substring(0, Math.max(tag.lastIndexOf('-'), 0));
    }

    /** Without its last subtag, and without the single letter that introduces it. */
    private static String shorter(String range) {
        String rest = parent(range);
        int end = rest.length();
        return end >= 2 && rest.charAt(end - 2) == '-' ? rest.substring(0, end - 2) : rest;
    }
}
