package io.millrace.route;

import io.millrace.http.Attribute;
import io.millrace.http.Handler;
import io.millrace.http.RequestHead;
import io.millrace.http.RequestNotes;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The place of a request in a distributed trace (W3C Trace Context), to be passed on in requests to
 * other services.
 *
 * <pre>{@code
 * Handler all = Trace.filter().around(routes);
 *
 * Trace trace = Trace.of(request); // in a handler
 * HttpRequest.newBuilder(uri).header("traceparent", trace.traceparent());
 * }</pre>
 *
 * <p>A request with a valid {@code traceparent} continues that trace, under an identifier of its
 * own. Any other one begins a trace. Nothing is exported: the identifiers are noted ({@link
 * RequestNotes#put}) as {@code trace_id}, {@code span_id} and {@code parent_id}, for access logs
 * and for listeners that export spans.
 *
 * <p>Threads: any, immutable.
 *
 * @since 0.1
 */
public final class Trace { // decision 403

    private static final Attribute<Trace> TRACE = Attribute.of("trace");
    private static final int SAMPLED = 1;
    /** Trace Context level 2: the trace's identifier is random. */
    private static final int RANDOM = 2;
    private static final int TRACE_ID_BYTES = 16;
    private static final int SPAN_ID_BYTES = 8;
    /** Version, trace, parent and flags, with the dashes between them. */
    private static final int LENGTH = 55;

    private final String traceId;
    private final String spanId;
    /** Null if the trace begins here. */
    private final @Nullable String parentId;
    private final int flags;
    /** Null if there is none. */
    private final @Nullable String tracestate;

    private Trace(String traceId, @Nullable String parentId, int flags,
            @Nullable String tracestate) {
        this.traceId = traceId;
        this.spanId = randomId(SPAN_ID_BYTES);
        this.parentId = parentId;
        this.flags = flags;
        this.tracestate = tracestate;
    }

    /** A filter that gives each request its trace. Traces that begin here are sampled. */
    public static Filter filter() {
        return filter(request -> true);
    }

    /**
     * A filter that gives each request its trace.
     *
     * @param sampled whether a trace that begins with a request is sampled; one that the client has
     *     begun stays as the client has it
     */
    public static Filter filter(Predicate<RequestHead> sampled) {
        Objects.requireNonNull(sampled);
        return next -> {
            Handler handler = Objects.requireNonNull(next);
            return request -> {
                Trace trace = continued(request);
                if (trace == null) {
                    trace = new Trace(randomId(TRACE_ID_BYTES), null,
                            RANDOM | (sampled.test(request) ? SAMPLED : 0), null);
                }
                request.attribute(TRACE, trace);
                trace.note(request.notes());
                return handler.handle(request);
            };
        };
    }

    /** The trace of a request; null if the request has passed no {@link #filter}. */
    public static @Nullable Trace of(RequestHead request) {
        return request.attribute(TRACE);
    }

    /** The trace that a client has begun; null if there is none, or its field is malformed. */
    private static @Nullable Trace continued(RequestHead request) {
        List<String> parents = request.headers().all("traceparent");
        if (parents.size() != 1 || !isValid(parents.get(0))) {
            return null;
        }
        String parent = parents.get(0);
        // What other flags of this or a later version mean isn't known, so they are not passed on.
        int flags = Integer.parseInt(parent, 53, 55, 16) & (SAMPLED | RANDOM);
        return new Trace(parent.substring(3, 35), parent.substring(36, 52), flags,
                TraceState.of(request.headers().all("tracestate")));
    }

    // Trace Context s3.2.2.1: a later version may have more behind the flags, this one has not.
    private static boolean isValid(String parent) {
        return parent.length() >= LENGTH && !parent.startsWith("ff") && isHex(parent, 0, 2)
                && parent.charAt(2) == '-' && isId(parent, 3, 35) && parent.charAt(35) == '-'
                && isId(parent, 36, 52) && parent.charAt(52) == '-' && isHex(parent, 53, 55)
                && (parent.length() == LENGTH
                        || !parent.startsWith("00") && parent.charAt(LENGTH) == '-');
    }

    /** Whether these are hexadecimal digits, and not zeros only. */
    private static boolean isId(String text, int from, int end) {
        int at = from;
        while (at < end && text.charAt(at) == '0') {
            at++;
        }
        return at < end && isHex(text, at, end);
    }

    private static boolean isHex(String text, int from, int end) {
        for (int i = from; i < end; i++) {
            char c = text.charAt(i);
            if (!(c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
                return false;
            }
        }
        return true;
    }

    private static String randomId(int bytes) {
        StringBuilder id = new StringBuilder(2 * bytes);
        while (id.length() < 2 * bytes) {
            long part = ThreadLocalRandom.current().nextLong();
            // Zeros alone are no identifier (Trace Context s3.2.2.3).
            id.append(HexFormat.of().toHexDigits(part != 0 ? part : 1));
        }
        return id.toString();
    }

    private void note(RequestNotes notes) {
        if (notes.isKept()) {
            notes.put("trace_id", traceId);
            notes.put("span_id", spanId);
            if (parentId != null) {
                notes.put("parent_id", parentId);
            }
        }
    }

    /** The trace's identifier: 32 hexadecimal digits, the same in all services. */
    public String traceId() {
        return traceId;
    }

    /** The identifier of this request's part of the trace: 16 hexadecimal digits. */
    public String spanId() {
        return spanId;
    }

    /** The {@link #spanId} of whatever sent this request; null if the trace begins here. */
    public @Nullable String parentId() {
        return parentId;
    }

    /** Whether the trace is to be recorded, as far as its beginning knows. */
    public boolean isSampled() {
        return (flags & SAMPLED) != 0;
    }

    /** The value of the field {@code traceparent} for requests that are made for this one. */
    public String traceparent() {
        return "00-" + traceId + "-" + spanId + "-0" + flags;
    }

    /**
     * The value of the field {@code tracestate} for requests that are made for this one, which it
     * has been sent with; null if there is none.
     */
    public @Nullable String tracestate() {
        return tracestate;
    }

    @Override
    public String toString() {
        return traceparent();
    }
}
