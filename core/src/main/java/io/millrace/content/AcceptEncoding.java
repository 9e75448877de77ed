package io.millrace.content;

import io.millrace.http.Headers;
import io.millrace.http.RequestHead;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which content codings a client accepts (RFC 9110 section 12.5.3).
 *
 * <pre>{@code
 * String coding = AcceptEncoding.of(request).best("br", "gzip", "identity");
 * }</pre>
 *
 * <p>{@code identity}, which is no coding, is acceptable unless the client excludes it, and comes
 * behind every coding that the client names with a weight. A request without the field, or with an
 * empty one, accepts nothing else: RFC 9110 would allow any coding, but clients that don't send the
 * field mostly can't decode. Malformed elements are ignored.
 *
 * <p>The response that is chosen by it needs {@code Vary: Accept-Encoding} for caches.
 *
 * <p>Threads: any, immutable.
 *
 * @since 0.1
 */
public final class AcceptEncoding { // decision 386

    private static final String IDENTITY = "identity";
    /** Less than any weight that a client can give, which count twice here. */
    private static final int LEAST = 1;

    private final List<Preference> codings;

    private AcceptEncoding(List<Preference> codings) {
        this.codings = codings;
    }

    /** What a request accepts. */
    public static AcceptEncoding of(RequestHead request) {
        return of(request.headers());
    }

    /** What header fields accept. */
    public static AcceptEncoding of(Headers headers) {
        return new AcceptEncoding(Preference.all(headers, "Accept-Encoding"));
    }

    /**
     * The coding that the client prefers; of equal ones the first.
     *
     * @param offered names of codings, with {@code "identity"} if the content can be sent without
     *     one
     * @return one of those offered; null if none is acceptable
     */
    public @Nullable String best(String... offered) {
        String best = null;
        int bestWeight = 0;
        for (String offer : offered) {
            int weight = weight(offer);
            if (weight > bestWeight) {
                best = offer;
                bestWeight = weight;
            }
        }
        return best;
    }

    /** Whether a coding, or {@code "identity"}, is acceptable at all. */
    public boolean accepts(String coding) {
        return weight(coding) > 0;
    }

    /** In two-thousandths, so that there is room for less than the least weight. */
    private int weight(String coding) {
        String name = name(coding.toLowerCase(Locale.ROOT));
        Preference named = null;
        for (Preference candidate : codings) {
            if (name(candidate.value()).equals(name)) {
                return 2 * candidate.weight();
            }
            if (candidate.value().equals("*") && named == null) {
                named = candidate;
            }
        }
        if (name.equals(IDENTITY)) { // a star may exclude it, and else doesn't speak of it
            return named != null && named.weight() == 0 ? 0 : LEAST;
        }
        return named == null ? 0 : 2 * named.weight();
    }

    // RFC 9110 s8.4.1.1 and s8.4.1.3: old names of the same.
    private static String name(String coding) {
        return coding.equals("x-gzip") ? "gzip" : coding.equals("x-compress") ? "compress" : coding;
    }
}
