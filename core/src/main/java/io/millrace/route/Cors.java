package io.millrace.route;

import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.Headers;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Allows scripts on pages of other origins to use a handler (the CORS protocol of the Fetch
 * standard).
 *
 * <p>The filter responds to preflight requests itself. Put it around authentication, which
 * preflights can't pass. A request from an origin that is not allowed is handled as usual, and the
 * browser hides the response from the page. Only its preflight is refused, with 403.
 *
 * <p>Threads: any, immutable.
 *
 * @since 0.1
 */
public final class Cors implements Filter {

    private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";
    private static final Response REFUSED =
            Response.text("origin not allowed\n").with(Status.FORBIDDEN);

    private final Set<String> origins;
    private final boolean credentials;
    private final String exposed;
    private final Response preflight;

    private Cors(Builder builder) {
        origins = Set.copyOf(builder.origins);
        credentials = builder.credentials;
        exposed = String.join(", ", builder.exposed);
        Response granted = Response.of(Status.NO_CONTENT)
                .with("Access-Control-Max-Age", String.valueOf(builder.maxAge.toSeconds()));
        if (!builder.methods.isEmpty()) {
            granted = granted.with("Access-Control-Allow-Methods",
                    String.join(", ", builder.methods));
        }
        if (!builder.headers.isEmpty()) {
            granted = granted.with("Access-Control-Allow-Headers",
                    String.join(", ", builder.headers));
        }
        preflight = granted;
    }

    /**
     * A builder that allows GET, HEAD and POST, the header fields that browsers send anyway, and no
     * credentials.
     *
     * @param origins such as {@code https://app.example} or {@code http://localhost:3000}; or
     *     {@code *} alone, for all
     * @throws IllegalArgumentException if one is not an origin in the form that browsers send
     */
    public static Builder builder(String... origins) {
        return new Builder(origins);
    }

    @Override
    public Handler around(Handler next) {
        Objects.requireNonNull(next);
        return request -> handle(next, request);
    }

    private Exchange handle(Handler next, RequestHead request) throws Exception {
        Headers headers = request.headers();
        String origin = headers.first("Origin");
        boolean allowed = origin != null && (origins.contains("*") || origins.contains(origin));
        if (origin != null && request.method().equals("OPTIONS")
                && headers.contains("Access-Control-Request-Method")) {
            return allow(allowed ? preflight : REFUSED, allowed ? origin : null);
        }
        return new ResponseInterceptor() {
            @Override
            Response onResponse(Response response) {
                Response marked = allow(response, allowed ? origin : null);
                return !allowed || exposed.isEmpty() ? marked
                        : marked.add("Access-Control-Expose-Headers", exposed);
            }
        }.handle(next, request);
    }

    /** Adds the fields that let the browser show the response to the page. */
    private Response allow(Response response, String origin) {
        if (origins.contains("*")) {
            return response.with(ALLOW_ORIGIN, "*");
        }
        // The response depends on the origin, even where there is none; this tells caches.
        Response varying = response.add("Vary", "Origin");
        if (origin == null) {
            return varying;
        }
        Response named = varying.with(ALLOW_ORIGIN, origin);
        return credentials ? named.with("Access-Control-Allow-Credentials", "true") : named;
    }

    /**
     * Collects what pages may do.
     *
     * <p>Threads: one at a time.
     */
    public static final class Builder {

        private final Set<String> origins = new LinkedHashSet<>();
        private final Set<String> methods = new LinkedHashSet<>();
        private final Set<String> headers = new LinkedHashSet<>();
        private final Set<String> exposed = new LinkedHashSet<>();
        private Duration maxAge = Duration.ofMinutes(10);
        private boolean credentials;

        private Builder(String... origins) {
            for (String origin : origins) {
                if (origin.equals("*") ? origins.length > 1 : !isOrigin(origin)) {
                    throw new IllegalArgumentException(origin.equals("*")
                            ? "* is all origins, and must be the only one"
                            : "invalid origin, must be scheme and host in lower case, without a"
                                    + " path or a default port, such as https://app.example: "
                                    + origin);
                }
                this.origins.add(origin);
            }
        }

        // Compared as text, so a capital letter, a final slash or a default port would never match.
        private static boolean isOrigin(String text) {
            return text.matches("https?://[a-z0-9.:\\[\\]-]+")
                    && URI.create(text).getHost() != null
                    && !text.matches("http:.*:80|https:.*:443|.*:");
        }

        /** Allows methods besides GET, HEAD and POST. */
        public Builder methods(String... methods) {
            this.methods.addAll(List.of(methods));
            return this;
        }

        /**
         * Allows request fields besides those that browsers send anyway, such as {@code
         * Authorization}.
         */
        public Builder headers(String... headers) {
            this.headers.addAll(List.of(headers));
            return this;
        }

        /** Lets pages read more response fields than the default ones, such as {@code ETag}. */
        public Builder exposed(String... headers) {
            this.exposed.addAll(List.of(headers));
            return this;
        }

        /** Lets pages send cookies and HTTP authentication, and read the responses. */
        public Builder credentials() {
            this.credentials = true;
            return this;
        }

        /** How long a browser may cache the response to a preflight; 10 minutes by default. */
        public Builder maxAge(Duration maxAge) {
            this.maxAge = Objects.requireNonNull(maxAge);
            return this;
        }

        /**
         * The filter.
         *
         * @throws IllegalArgumentException if credentials are allowed for all origins, which
         *     browsers reject; if the maximum age is negative; or if a name is not allowed in a
         *     field
         */
        public Cors build() {
            if (credentials && origins.contains("*")) {
                throw new IllegalArgumentException(
                        "credentials() needs named origins; * is not allowed with it");
            }
            if (maxAge.isNegative()) {
                throw new IllegalArgumentException("maxAge must not be negative: " + maxAge);
            }
            return new Cors(this);
        }
    }
}
