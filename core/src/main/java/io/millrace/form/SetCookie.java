package io.millrace.form;

import io.millrace.http.Response;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;

/**
 * A cookie that a response sets ({@code Set-Cookie}, RFC 6265 section 4.1 and its revision).
 *
 * <pre>{@code
 * SetCookie session = SetCookie.of("__Host-session", token).maxAge(Duration.ofDays(1));
 * return session.on(Response.redirect("/"));
 * }</pre>
 *
 * <p>The defaults are safe: this host and all paths, {@code Secure}, {@code HttpOnly} and {@code
 * SameSite=Lax}, until the browser is closed. Anything weaker is set explicitly.
 *
 * <p>Immutable: each method that changes something returns a changed copy.
 *
 * <p>Errors: {@link IllegalArgumentException} for a cookie that a browser would reject or shorten
 * without a word. A name that begins with {@code __Host-} needs {@code Secure}, the path {@code /}
 * and no domain. A name that begins with {@code __Secure-} needs {@code Secure}; so do {@code
 * SameSite=None} and {@code Partitioned}.
 *
 * <p>Threads: any.
 *
 * @since 0.1
 */
public final class SetCookie { // decision 389

    /**
     * For which requests that another site has caused the cookie is sent.
     *
     * @since 0.1
     */
    public enum SameSite {
        /** For none. A user who follows a link from another site is not logged in. */
        STRICT("Strict"),
        /** When the user follows a link from another site, and for none of its forms or scripts. */
        LAX("Lax"),
        /** For all. Forms need another protection against forged requests then. */
        NONE("None");

        private final String text;

        SameSite(String text) {
            this.text = text;
        }
    }

    // The revision of RFC 6265, section 5.6: browsers ignore a cookie or an attribute beyond these.
    private static final int MAX_NAME_AND_VALUE_BYTES = 4096;
    private static final int MAX_ATTRIBUTE_BYTES = 1024;
    // Its section 5.5: browsers cut what is longer.
    private static final Duration MAX_AGE = Duration.ofDays(400);

    private final String name;
    private final String value;
    private String path = "/";
    /** Null: this host only. */
    private String domain;
    /** Null: until the browser ends. */
    private Duration maxAge;
    private SameSite sameSite = SameSite.LAX;
    private boolean secure = true;
    private boolean httpOnly = true;
    private boolean partitioned;

    private SetCookie(String name, String value) {
        this.name = name;
        this.value = value;
    }

    private SetCookie(SetCookie other) {
        this(other.name, other.value);
        path = other.path;
        domain = other.domain;
        maxAge = other.maxAge;
        sameSite = other.sameSite;
        secure = other.secure;
        httpOnly = other.httpOnly;
        partitioned = other.partitioned;
    }

    /**
     * A cookie.
     *
     * @param name a token
     * @param value visible ASCII without quotes, comma, semicolon and backslash. Any other text can
     *     be encoded by {@link io.millrace.http.PercentEncoding#encode}
     * @throws IllegalArgumentException if either has other characters, or both are longer than 4096
     *     bytes
     */
    public static SetCookie of(String name, String value) {
        if (!HeaderText.isToken(name)) {
            throw new IllegalArgumentException("a cookie's name must be a token: " + name);
        }
        if (!value.chars().allMatch(c -> c > ' ' && c < 0x7f && "\",;\\".indexOf(c) < 0)) {
            // Without the value, which may be a secret.
            throw new IllegalArgumentException("the value of the cookie " + name + " has a"
                    + " character that is not allowed: encode it");
        }
        if (name.length() + value.length() > MAX_NAME_AND_VALUE_BYTES) {
            throw new IllegalArgumentException("the cookie " + name + " is longer than "
                    + MAX_NAME_AND_VALUE_BYTES + " bytes");
        }
        return new SetCookie(name, value).checked();
    }

    /**
     * A cookie that removes the one of this name. Path and domain must be those that it was set
     * with.
     */
    public static SetCookie expired(String name) {
        return of(name, "").maxAge(Duration.ZERO);
    }

    /**
     * This cookie for one path and those below it. Default: all paths.
     *
     * @param path begins with a slash, visible ASCII without a semicolon, at most 1024 bytes
     */
    public SetCookie path(String path) {
        if (!path.startsWith("/") || path.length() > MAX_ATTRIBUTE_BYTES
                || !path.chars().allMatch(c -> c > ' ' && c < 0x7f && c != ';')) {
            throw new IllegalArgumentException("not a path for the cookie " + name + ": " + path);
        }
        SetCookie changed = new SetCookie(this);
        changed.path = path;
        return changed.checked();
    }

    /**
     * This cookie for a domain and all of its subdomains, each of which can read and replace it.
     * Default: only the host that sets it.
     *
     * @param domain a host name, such as {@code example.org}
     */
    public SetCookie domain(String domain) {
        if (domain.length() > 253 || !domain.matches("[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
                + "(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*")) {
            throw new IllegalArgumentException("not a domain for the cookie " + name + ": "
                    + domain);
        }
        SetCookie changed = new SetCookie(this);
        changed.domain = domain;
        return changed.checked();
    }

    /**
     * This cookie with a lifetime. Default: until the browser is closed.
     *
     * @param maxAge in whole seconds, at least one and at most 400 days, as browsers keep none
     *     longer. Zero removes the cookie
     */
    public SetCookie maxAge(Duration maxAge) {
        // Less than a second would be written as zero, and remove what is to be kept.
        boolean isRounded = maxAge.getSeconds() == 0 && !maxAge.isZero();
        if (maxAge.isNegative() || isRounded || maxAge.compareTo(MAX_AGE) > 0) {
            throw new IllegalArgumentException(
                    "maxAge must be 0 or in [1 s, 400 days]: " + maxAge);
        }
        SetCookie changed = new SetCookie(this);
        changed.maxAge = maxAge;
        return changed;
    }

    /**
     * This cookie for secure connections only, or for all. Default: secure ones only. Browsers
     * count {@code http://localhost} among them. Behind a proxy that terminates TLS the browser's
     * connection is secure, although {@link io.millrace.http.ConnectionInfo#isSecure} may be false.
     */
    public SetCookie secure(boolean secure) {
        SetCookie changed = new SetCookie(this);
        changed.secure = secure;
        return changed.checked();
    }

    /** This cookie hidden from scripts, or readable by them. Default: hidden. */
    public SetCookie httpOnly(boolean httpOnly) {
        SetCookie changed = new SetCookie(this);
        changed.httpOnly = httpOnly;
        return changed.checked();
    }

    /** This cookie with a rule for requests from other sites. Default: {@link SameSite#LAX}. */
    public SetCookie sameSite(SameSite sameSite) {
        SetCookie changed = new SetCookie(this);
        changed.sameSite = Objects.requireNonNull(sameSite);
        return changed.checked();
    }

    /**
     * This cookie kept separately for each site that embeds this one in a frame ({@code
     * Partitioned}), or once for all. Default: once.
     */
    public SetCookie partitioned(boolean partitioned) {
        SetCookie changed = new SetCookie(this);
        changed.partitioned = partitioned;
        return changed.checked();
    }

    /** Browsers compare the prefixes without regard to case. */
    private SetCookie checked() {
        String lower = name.toLowerCase(Locale.ROOT);
        boolean host = lower.startsWith("__host-");
        require(secure || !host && !lower.startsWith("__secure-") && !lower.startsWith("__http-"),
                "needs Secure");
        require(!host || path.equals("/") && domain == null, "needs the path / and no domain");
        require(httpOnly || !lower.startsWith("__http-") && !lower.startsWith("__host-http-"),
                "needs HttpOnly");
        require(secure || sameSite != SameSite.NONE, "with SameSite=None needs Secure");
        require(secure || !partitioned, "with Partitioned needs Secure");
        return this;
    }

    private void require(boolean kept, String rule) {
        if (!kept) {
            throw new IllegalArgumentException("the cookie " + name + " " + rule);
        }
    }

    /** A response with this cookie beside those that it already sets. */
    public Response on(Response response) {
        return response.add("Set-Cookie", toString());
    }

    /** The value of a {@code Set-Cookie} field. */
    @Override
    public String toString() {
        return name + '=' + value + "; Path=" + path
                + (domain == null ? "" : "; Domain=" + domain)
                + (maxAge == null ? "" : "; Max-Age=" + maxAge.toSeconds())
                + (secure ? "; Secure" : "") + (httpOnly ? "; HttpOnly" : "")
                + "; SameSite=" + sameSite.text + (partitioned ? "; Partitioned" : "");
    }
}
