package io.millrace.coding;

import io.millrace.content.AcceptEncoding;
import io.millrace.http.Body;
import io.millrace.http.Handler;
import io.millrace.http.Headers;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.route.Filter;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Compresses responses with gzip (RFC 1952) for clients that accept it (RFC 9110 section 8.4).
 *
 * <pre>{@code
 * Handler all = Gzip.filter().around(routes);
 * }</pre>
 *
 * <p>Bodies are compressed as they are sent, in constant memory: files, streams, publishers. What
 * has been read of a body leaves before the next wait for it, so a stream of lines or events
 * arrives line by line. It has no {@code Content-Length}.
 *
 * <p>A response is eligible if its {@code Content-Type} is one of those that are compressed, and
 * its body is as long as {@link Builder#minBytes}, or of unknown length. It is not if it has a
 * {@code Content-Encoding} already, is a part (206), or says {@code Cache-Control: no-transform}.
 * An eligible one gets {@code Vary: Accept-Encoding}, compressed or not. When it is compressed:
 * <ul>
 *   <li>a strong {@code ETag} becomes a weak one, as the bytes are others (RFC 9110 section
 *       8.8.3.3): {@code If-None-Match} matches it, {@code If-Match} and {@code If-Range} don't;
 *   <li>{@code Accept-Ranges}, {@code Content-Digest} and {@code Repr-Digest} are left out, and the
 *       latter two from trailers as well.
 * </ul>
 * A 206 gets the {@code Vary} of the response that it is a part of, and stays as it is otherwise. A
 * 304 gets the {@code Vary} and the weak {@code ETag} of the response that it stands for. HEAD gets
 * the fields of GET.
 *
 * <p>Security: compression over TLS leaks secrets if one response has both a secret, such as a
 * token against CSRF, and text that an attacker can choose, such as a parameter of the query
 * (BREACH): the length tells how much they have in common. Leave such routes out of the filter, or
 * send another mask of the secret each time.
 *
 * <p>Threads: any. Compression takes the time of the worker that sends the response, up to 64 KiB
 * of a body at a time, between which other connections have their turn.
 *
 * @since 0.1
 */
public final class Gzip implements Filter {

    private static final List<String> DIGESTS =
            List.of("Content-Digest", "Repr-Digest", "Digest", "Content-MD5");

    private final int minBytes;
    private final MediaTypeSet types;
    private final Deflaters deflaters;

    private Gzip(Builder builder) {
        minBytes = builder.minBytes;
        types = new MediaTypeSet(builder.types);
        deflaters = new Deflaters(builder.level, builder.maxAtOnce);
    }

    /** The filter with all its defaults. */
    public static Gzip filter() {
        return builder().build();
    }

    /** A builder of a filter with the defaults that its methods name. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public Handler around(Handler next) {
        Handler compressing = Filter.answers(response -> change(response, true)).around(next);
        Handler plain = Filter.answers(response -> change(response, false)).around(next);
        return request -> (accepts(request) ? compressing : plain).handle(request);
    }

    /** How many responses are being compressed. */
    int inUse() {
        return deflaters.inUse();
    }

    // To a client of HTTP/1.0, a body of unknown length costs the connection.
    private static boolean accepts(RequestHead request) {
        return request.isHttp11()
                && "gzip".equals(AcceptEncoding.of(request).best("gzip", "identity"));
    }

    private Response change(Response response, boolean accepted) {
        if (response.status().equals(Status.NOT_MODIFIED)) {
            // It has no Content-Type, so whether the 200 was compressed isn't known. A weak tag
            // matches the strong one in a cache as well (RFC 9110 s13.1.2, RFC 9111 s4.3.4).
            return accepted ? weaken(vary(response)) : vary(response);
        }
        if (response.status().equals(Status.PARTIAL_CONTENT)) {
            return isPartOfEligible(response) ? vary(response) : response; // RFC 9110 s15.3.7
        }
        if (!isEligible(response)) {
            return response;
        }
        Response varying = vary(response);
        return accepted && deflaters.isFree() ? compress(varying) : varying;
    }

    private boolean isEligible(Response response) {
        Headers headers = response.headers();
        long length = response.body().length();
        return types.contains(headers.first("Content-Type"))
                && (length == Body.UNKNOWN_LENGTH || length >= minBytes)
                && !headers.contains("Content-Range") && isPlain(headers);
    }

    // How long the whole is, and of several parts its type, isn't known here: a field too many.
    private boolean isPartOfEligible(Response part) {
        String type = part.headers().first("Content-Type");
        return (types.contains(type) || type != null && type.startsWith("multipart/byteranges"))
                && isPlain(part.headers());
    }

    private static boolean isPlain(Headers headers) {
        return !headers.contains("Content-Encoding")
                && !FieldLists.contain(headers, "Cache-Control", "no-transform");
    }

    private Response compress(Response response) {
        Response changed = weaken(response).set("Content-Encoding", "gzip")
                .without("Accept-Ranges");
        for (String digest : DIGESTS) {
            changed = changed.without(digest);
        }
        Supplier<Headers> trailers = response.trailers();
        if (trailers != null) {
            changed = changed.withTrailers(() -> withoutDigests(trailers.get()));
        }
        return changed.with(new GzipBody(response.body(), deflaters));
    }

    private static Headers withoutDigests(Headers trailers) {
        Response kept = Response.of(Status.OK);
        for (int i = 0; i < trailers.size(); i++) {
            if (DIGESTS.stream().noneMatch(trailers.name(i)::equalsIgnoreCase)) {
                kept = kept.add(trailers.name(i), trailers.value(i));
            }
        }
        return kept.headers();
    }

    private static Response vary(Response response) {
        Headers headers = response.headers();
        return FieldLists.contain(headers, "Vary", "Accept-Encoding")
                || FieldLists.contain(headers, "Vary", "*") ? response
                        : response.add("Vary", "Accept-Encoding");
    }

    private static Response weaken(Response response) {
        String tag = response.headers().first("ETag");
        return tag == null || tag.startsWith("W/") ? response : response.set("ETag", "W/" + tag);
    }

    /**
     * Collects what is compressed.
     *
     * <p>Threads: one at a time.
     */
    public static final class Builder {

        private final Set<String> types = new TreeSet<>(MediaTypeSet.DEFAULTS);
        private int minBytes = 1024;
        private int level = 4; // decision 400
        private int maxAtOnce = 256;

        private Builder() {
        }

        /**
         * Adds media types to those that are compressed: {@code text/*} except {@code
         * text/event-stream}, everything {@code +json} and {@code +xml}, JSON, JavaScript, XML,
         * WebAssembly, SVG, fonts that are not compressed by themselves, and the like.
         *
         * @param types without parameters, such as {@code text/event-stream}, whose events then
         *     arrive one by one as without compression
         * @throws IllegalArgumentException if one is not a media type, or has parameters or a star
         */
        public Builder types(String... types) {
            for (String type : types) {
                if (!type.matches("[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+")) {
                    throw new IllegalArgumentException("invalid media type: " + type);
                }
                this.types.add(type.toLowerCase(Locale.ROOT));
            }
            return this;
        }

        /**
         * Sets the length in bytes from which on a body is compressed. Below 1,024, the default,
         * the response is one packet in any case.
         *
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder minBytes(int minBytes) {
            if (minBytes < 1) {
                throw new IllegalArgumentException("minBytes must be at least 1: " + minBytes);
            }
            this.minBytes = minBytes;
            return this;
        }

        /**
         * Sets how hard it tries: from 1, the fastest, to 9; 4 by default.
         *
         * @throws IllegalArgumentException if it is another one
         */
        public Builder level(int level) {
            if (level < 1 || level > 9) {
                throw new IllegalArgumentException("level must be in [1, 9]: " + level);
            }
            this.level = level;
            return this;
        }

        /**
         * Sets how many responses are compressed at once; 256 by default. Each takes some 300 KiB
         * while it is sent, most of it outside of the heap. Further ones are sent as they are.
         * Those that begin in the same moment may exceed it.
         *
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder maxAtOnce(int maxAtOnce) {
            if (maxAtOnce < 1) {
                throw new IllegalArgumentException("maxAtOnce must be at least 1: " + maxAtOnce);
            }
            this.maxAtOnce = maxAtOnce;
            return this;
        }

        /** The filter. It has a memory of its own: make one for a server, not one for a route. */
        public Gzip build() {
            return new Gzip(this);
        }
    }
}
