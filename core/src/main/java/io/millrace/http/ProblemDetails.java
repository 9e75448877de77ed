package io.millrace.http;

import io.millrace.json.JsonText;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A refusal that programs can read: {@code application/problem+json} (RFC 9457).
 *
 * <pre>{@code
 * throw ProblemDetails.of(Status.FORBIDDEN)
 *         .type("https://shop.example/problems/out-of-credit").title("You have no credit left.")
 *         .detail("The order costs 50, your balance is 30.").with("balance", 30).exception();
 * }</pre>
 *
 * <p>Immutable: each method that changes something returns a changed copy.
 *
 * <p>Threads: any.
 *
 * @since 0.1
 */
public final class ProblemDetails {

    /** Characters of JSON: enough for what went wrong with each field of a large form. */
    static final int MAX_CHARS = 64 * 1024;

    private static final Set<String> STANDARD =
            Set.of("type", "title", "status", "detail", "instance");

    private final Status status;
    /** The members beside the status, by their names: JSON. */
    private final Map<String, String> members;

    private ProblemDetails(Status status, Map<String, String> members) {
        this.status = status;
        this.members = members;
    }

    /**
     * A problem that its status describes.
     *
     * @param status the status of the response, which is also a member
     */
    public static ProblemDetails of(Status status) {
        return new ProblemDetails(Objects.requireNonNull(status), Map.of());
    }

    /**
     * A refusal as a problem: its status, and its message as the detail. If {@linkplain
     * HttpException#hasResponse it has a response} of its own, only the status.
     *
     * <p>For a filter that puts refusals in this form: {@code
     * refusal.response().with(ProblemDetails.of(refusal))} keeps fields such as {@code
     * Retry-After}.
     */
    public static ProblemDetails of(HttpException refusal) {
        ProblemDetails problem = of(refusal.status());
        return refusal.hasResponse() ? problem : problem.detail(refusal.getMessage());
    }

    /**
     * What kind of problem this is (RFC 9457 section 3.1.1). If none is set, the kind is {@code
     * about:blank}: what the status says.
     *
     * @param uri absolute, mostly: the address of a page that explains it, or any other name
     * @throws IllegalArgumentException if it isn't a URI reference
     */
    public ProblemDetails type(String uri) {
        return plus("type", reference(uri));
    }

    /**
     * What kind of problem this is, for people: the same each time it occurs. If neither this nor
     * the type is set, it is the reason of the status.
     */
    public ProblemDetails title(String title) {
        return plus("title", Objects.requireNonNull(title));
    }

    /** What the problem is this time, for people: without secrets, it is for the client. */
    public ProblemDetails detail(String detail) {
        return plus("detail", Objects.requireNonNull(detail));
    }

    /**
     * A name of this occurrence of the problem (RFC 9457 section 3.1.5).
     *
     * @param uri such as {@code urn:uuid:...}, or where more can be found out
     * @throws IllegalArgumentException if it isn't a URI reference
     */
    public ProblemDetails instance(String uri) {
        return plus("instance", reference(uri));
    }

    /**
     * A member of your own (RFC 9457 section 3.2). One of this name is replaced.
     *
     * @param name begins with a letter, and has letters, digits and underscores. Not one of the
     *     five of RFC 9457
     * @param value a {@link String}, {@link Boolean}, number or null; a {@code Collection} of
     *     these, or a {@code Map} from strings to these. Read at once, and not kept
     * @throws IllegalArgumentException if the name or the value is another one; if the value has
     *     more than 8 levels; or if the whole is longer than 65,536 characters of JSON
     */
    public ProblemDetails with(String name, @Nullable Object value) {
        if (STANDARD.contains(name)) {
            throw new IllegalArgumentException("not a member of your own: " + name);
        }
        if (!isName(name)) {
            throw new IllegalArgumentException("invalid member name: " + ValueText.of(name));
        }
        return plus(name, value);
    }

    private static String reference(String uri) {
        try {
            return new URI(uri).toString();
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("not a URI: " + ValueText.of(uri), e);
        }
    }

    private static boolean isName(String name) {
        boolean valid = !name.isEmpty();
        for (int i = 0; i < name.length() && valid; i++) {
            char c = name.charAt(i);
            valid = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
                    || i > 0 && (c >= '0' && c <= '9' || c == '_');
        }
        return valid;
    }

    private ProblemDetails plus(String name, Object value) {
        StringBuilder json = new StringBuilder();
        JsonText.value(json, value, MAX_CHARS);
        Map<String, String> all = new LinkedHashMap<>(members);
        all.put(name, json.toString());
        ProblemDetails changed = new ProblemDetails(status, all);
        if (changed.toJson().length() > MAX_CHARS) {
            throw new IllegalArgumentException("more than " + MAX_CHARS + " characters of JSON");
        }
        return changed;
    }

    /** The status of the response. */
    public Status status() {
        return status;
    }

    /** The problem as a JSON object: the members of RFC 9457 first, then your own. */
    public String toJson() {
        StringBuilder json = new StringBuilder("{");
        append(json, "type", members.get("type"));
        String title = members.get("title");
        if (title != null) {
            append(json, "title", title);
        } else if (!members.containsKey("type") && !status.reason().isEmpty()) {
            JsonText.string(json.append("\"title\":"), status.reason()); // RFC 9457 s4.2.1
            json.append(',');
        }
        json.append("\"status\":").append(status.code()).append(',');
        append(json, "detail", members.get("detail"));
        append(json, "instance", members.get("instance"));
        members.forEach((name, value) -> {
            if (!STANDARD.contains(name)) {
                append(json, name, value);
            }
        });
        json.setCharAt(json.length() - 1, '}');
        return json.toString();
    }

    private static void append(StringBuilder json, String name, String value) {
        if (value != null) {
            json.append('"').append(name).append("\":").append(value).append(',');
        }
    }

    /** The problem as a response. */
    public Response response() {
        return Response.of(status).with(this);
    }

    Body body() {
        return Body.of(toJson().getBytes(StandardCharsets.UTF_8));
    }

    /** The problem as an exception, to be thrown. */
    public HttpException exception() {
        return exception(null);
    }

    /**
     * The problem as an exception, to be thrown.
     *
     * @param cause for the log, the client doesn't see it; null if there is none
     */
    public HttpException exception(@Nullable Throwable cause) {
        return new HttpException(toJson(), response(), cause);
    }

    @Override
    public String toString() {
        return toJson();
    }
}
