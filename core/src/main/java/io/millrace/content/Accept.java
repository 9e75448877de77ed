package io.millrace.content;

import io.millrace.http.Headers;
import io.millrace.http.RequestHead;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which media types a client accepts (RFC 9110 section 12.5.1).
 *
 * <pre>{@code
 * String type = Accept.of(request).best("text/html", "application/json");
 * if (type == null) {
 *     throw new HttpException(Status.NOT_ACCEPTABLE, "text/html or application/json");
 * }
 * }</pre>
 *
 * <p>A type has the weight of the most specific range that matches it. A parameter of a range
 * matches a type that has the same value for it, or says nothing of it: {@code
 * application/json;charset=utf-8} accepts {@code application/json}. Malformed elements are ignored.
 * A request without the field, or with an empty one, accepts everything.
 *
 * <p>The response that is chosen by it needs {@code Vary: Accept} for caches.
 *
 * <p>Threads: any, immutable.
 *
 * @since 0.1
 */
public final class Accept {

    private static final int NOT_NAMED = 0;
    private static final int ANY = 1;
    private static final int ANY_OF_TYPE = 2;
    private static final int EXACT = 3;

    private final List<Preference> ranges;

    private Accept(List<Preference> ranges) {
        this.ranges = ranges;
    }

    /** What a request accepts. */
    public static Accept of(RequestHead request) {
        return of(request.headers());
    }

    /** What header fields accept. */
    public static Accept of(Headers headers) {
        return new Accept(Preference.all(headers, "Accept").stream()
                .filter(range -> isRange(range.value())).toList());
    }

    /** A star alone, as old clients of the JDK send it, means all types. */
    private static boolean isRange(String value) {
        int slash = value.indexOf('/');
        return value.equals("*") || slash > 0 && slash < value.length() - 1
                && slash == value.lastIndexOf('/')
                && (!value.startsWith("*/") || value.equals("*/*"));
    }

    /**
     * The media type that the client prefers: the one with the highest weight. Of equal ones it is
     * what the client names most specifically, and then what stands first here.
     *
     * @param offered such as {@code text/html}, or {@code text/plain;format=flowed}
     * @return one of those offered; null if none is acceptable
     * @throws IllegalArgumentException if an offer is no media type
     */
    public @Nullable String best(String... offered) {
        String best = null;
        int bestWeight = 0;
        int bestRank = 0;
        for (String offer : offered) {
            Preference type = type(offer);
            Preference range = match(type);
            int weight = weight(range);
            int rank = range == null ? NOT_NAMED : rank(range.value(), type.value());
            if (weight > bestWeight || weight == bestWeight && weight > 0 && rank > bestRank) {
                best = offer;
                bestWeight = weight;
                bestRank = rank;
            }
        }
        return best;
    }

    /** Whether a media type is acceptable at all. */
    public boolean accepts(String mediaType) {
        return weight(match(type(mediaType))) > 0;
    }

    /**
     * Whether the client names a media type itself, without a star, and prefers nothing to it.
     * Browsers do so with {@code text/html} when a person opens an address; scripts and programs
     * rarely do.
     */
    public boolean prefers(String mediaType) {
        Preference type = type(mediaType);
        Preference range = match(type);
        return range != null && range.weight() > 0
                && rank(range.value(), type.value()) == EXACT
                && ranges.stream().allMatch(other -> other.weight() <= range.weight());
    }

    private int weight(Preference range) {
        return range != null ? range.weight() : ranges.isEmpty() ? Preference.FULL_WEIGHT : 0;
    }

    /** The most specific range; null if none matches. Of equal ones the first. */
    private Preference match(Preference type) {
        Preference match = null;
        int matchSpecificity = 0;
        for (Preference range : ranges) {
            int specificity = specificity(range, type);
            if (specificity > matchSpecificity) {
                match = range;
                matchSpecificity = specificity;
            }
        }
        return match;
    }

    // RFC 9110 s12.5.1: parameters that both have make it more specific than the type alone does;
    // those of the range alone make it a little less so.
    private static int specificity(Preference range, Preference type) {
        int rank = rank(range.value(), type.value());
        if (rank == NOT_NAMED) {
            return 0;
        }
        int both = 0;
        int one = 0;
        for (int i = 0; i < range.parameters().size(); i += 2) {
            String value = type.parameter(range.parameters().get(i));
            if (value == null) {
                one++;
            } else if (value.equalsIgnoreCase(range.parameters().get(i + 1))) {
                both++;
            } else {
                return 0;
            }
        }
        return (rank << 20) + (Math.min(both, 1000) << 10) + 1000 - Math.min(one, 1000);
    }

    private static int rank(String range, String type) {
        if (range.equals(type)) {
            return EXACT;
        }
        return range.equals("*/*") || range.equals("*") ? ANY
                : range.endsWith("/*") && type.startsWith(range.substring(0, range.length() - 1))
                        ? ANY_OF_TYPE : NOT_NAMED;
    }

    private static Preference type(String offer) {
        Preference type = Preference.offer(offer);
        if (!isRange(type.value()) || type.value().indexOf('*') >= 0) {
            throw new IllegalArgumentException("not a media type: " + offer);
        }
        return type;
    }
}
