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
 * Lets scripts of pages from other origins use a handler (the CORS protocol of the Fetch standard).
 * Preflights are answered here, so this goes around authentication, which they can't pass. A
 * request from any other origin is handled like one without, and its answer kept from the page by
 * the browser; only its preflight is refused, with 403.
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
        Response answer = Response.of(Status.NO_CONTENT)
                .with("Access-Control-Max-Age", String.valueOf(builder.maxAge.toSeconds()));
        if (!builder.methods.isEmpty()) {
            answer = answer.with("Access-Control-Allow-Methods",
                    String.join(", ", builder.methods));
        }
        if (!builder.headers.isEmpty()) {
            answer = answer.with("Access-Control-Allow-Headers",
                    String.join(", ", builder.headers));
        }
        preflight = answer;
    }

    /**
     * A builder that allows the methods GET, HEAD and POST, no fields but the browser's own, and no
     * credentials.
     *
     * @param origins such as {@code https://app.example} or {@code http://localhost:3000}; or
     *     {@code *} alone, for all
     * @throws IllegalArgumentException if one is no origin as browsers write it
     */
    public static Builder builder(String... origins) {
        return new Builder(origins);
    }

    @Override
    public Handler around(Handler next) {
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
            Response onAnswer(Response response) {
                Response answer = allow(response, allowed ? origin : null);
                return !allowed || exposed.isEmpty() ? answer
                        : answer.add("Access-Control-Expose-Headers", exposed);
            }
        }.handle(next, request);
    }

    /** With what tells the browser that the page may see the answer. */
    private Response allow(Response response, String origin) {
        if (origins.contains("*")) {
            return response.with(ALLOW_ORIGIN, "*");
        }
        // The answer depends on the origin, also where there is none: a cache has to know.
        Response varying = response.add("Vary", "Origin");
        if (origin == null) {
            return varying;
        }
        Response answer = varying.with(ALLOW_ORIGIN, origin);
        return credentials ? answer.with("Access-Control-Allow-Credentials", "true") : answer;
    }

    /** Collects what pages may do. Threads: one at a time. */
    public static final class Builder {

        private final Set<String> origins = new LinkedHashSet<>();
        private final Set<String> methods = new LinkedHashSet<>();
        private final Set<String> headers = new LinkedHashSet<>();
        private final Set<String> exposed = new LinkedHashSet<>();
        private Duration maxAge = Duration.ofMinutes(10);
        private boolean credentials;

        private Builder(String... origins) {
            for (String origin : origins) {
                if (!isOrigin(origin) && !(origin.equals("*") && origins.length == 1)) {
                    throw new IllegalArgumentException("invalid origin, must be like"
                            + " https://app.example, without a path: " + origin);
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

        /** Allows request fields besides the browser's own, such as {@code Authorization}. */
        public Builder headers(String... headers) {
            this.headers.addAll(List.of(headers));
            return this;
        }

        /** Lets pages read fields of the answer besides the usual, such as {@code ETag}. */
        public Builder exposed(String... headers) {
            this.exposed.addAll(List.of(headers));
            return this;
        }

        /** Lets pages send cookies and HTTP authentication, and read what is answered to them. */
        public Builder credentials() {
            this.credentials = true;
            return this;
        }

        /** How long a browser may remember the answer to a preflight; 10 minutes by default. */
        public Builder maxAge(Duration maxAge) {
            this.maxAge = Objects.requireNonNull(maxAge);
            return this;
        }

        /**
         * The filter.
         *
         * @throws IllegalArgumentException if credentials are allowed to all origins, which
         *     browsers don't accept, the maximum age is negative, or a name can't stand in a field
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
