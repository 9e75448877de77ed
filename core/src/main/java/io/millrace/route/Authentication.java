package io.millrace.route;

import io.millrace.http.Credentials;
import io.millrace.http.Handler;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Admits requests with a valid name and password (Basic, RFC 7617) or token (Bearer, RFC 6750). Any
 * other request gets 401 with a challenge, before its body is read. The user's name is noted for
 * access logs.
 *
 * <p>Meant for a handful of users: the credentials are compared with the secret of each, in a time
 * that reveals nothing about the secrets. Both schemes send the secret in clear text, so use TLS in
 * front.
 *
 * <p>Threads: any, immutable.
 *
 * @since 0.1
 */
public final class Authentication implements Filter {

    private final String scheme;
    /** Whether the credentials are sent in base64. */
    private final boolean encoded;
    /** By secret. */
    private final Map<byte[], String> users = new HashMap<>();
    private final Response missing;
    private final Response wrong;

    private Authentication(String scheme, boolean encoded, Response missing, Response wrong) {
        this.scheme = scheme;
        this.encoded = encoded;
        this.missing = missing;
        this.wrong = wrong;
    }

    private static Response refusal(String text, String challenge) {
        return Response.text(text + "\n").with(Status.UNAUTHORIZED)
                .set("WWW-Authenticate", challenge);
    }

    /**
     * Authentication by name and password.
     *
     * @param realm shown to people by browsers
     * @param passwords by user name
     * @throws IllegalArgumentException if a name contains a colon or a control character, a
     *     password contains a control character, or the realm contains a quote, a backslash or a
     *     character not allowed in a field
     */
    public static Authentication basic(String realm, Map<String, String> passwords) {
        String challenge = "Basic realm=" + quote(realm) + ", charset=\"UTF-8\"";
        Authentication basic = new Authentication("Basic", true,
                refusal("missing user name and password", challenge),
                refusal("wrong user name or password", challenge));
        passwords.forEach((user, password) -> {
            String pair = user + ":" + password;
            // RFC 7617 s2: neither may have control characters, and a colon ends the name.
            if (user.indexOf(':') >= 0 || pair.chars().anyMatch(Character::isISOControl)) {
                throw new IllegalArgumentException(
                        "invalid user name or password for Basic: " + user);
            }
            basic.users.put(pair.getBytes(StandardCharsets.UTF_8), user);
        });
        return basic;
    }

    /**
     * Authentication by token.
     *
     * @param realm the protection space, named in the challenge
     * @param tokens by user name
     * @throws IllegalArgumentException if a token does not match RFC 6750 section 2.1, or the realm
     *     contains a quote, a backslash or a character not allowed in a field
     */
    public static Authentication bearer(String realm, Map<String, String> tokens) {
        String challenge = "Bearer realm=" + quote(realm);
        Authentication bearer = new Authentication("Bearer", false,
                refusal("missing bearer token", challenge),
                refusal("wrong bearer token", challenge + ", error=\"invalid_token\""));
        tokens.forEach((user, token) -> {
            if (!token.matches("[A-Za-z0-9._~+/-]+=*")) {
                throw new IllegalArgumentException("invalid bearer token for user " + user);
            }
            bearer.users.put(token.getBytes(StandardCharsets.ISO_8859_1), user);
        });
        return bearer;
    }

    private static String quote(String realm) {
        if (realm.indexOf('"') >= 0 || realm.indexOf('\\') >= 0) {
            throw new IllegalArgumentException(
                    "the realm must not contain a quote or a backslash: " + realm);
        }
        return '"' + realm + '"';
    }

    /**
     * The user whose credentials a filter of this class accepted; null if the request passed none.
     */
    public static @Nullable String user(RequestHead request) {
        Authenticated authenticated = WrappedRequest.find(request, Authenticated.class);
        return authenticated == null ? null : authenticated.user;
    }

    @Override
    public Handler around(Handler next) {
        Objects.requireNonNull(next);
        return request -> {
            Credentials credentials = Credentials.of(request.headers(), scheme);
            if (credentials == null) {
                return missing;
            }
            String user = user(encoded ? credentials.decoded() : credentials);
            if (user == null) {
                return wrong;
            }
            request.notes().user(user);
            return next.handle(new Authenticated(request, user));
        };
    }

    // All are compared, so that the time doesn't reveal whose secret matches.
    private String user(Credentials credentials) {
        if (credentials == null) {
            return null; // not base64
        }
        String user = null;
        for (Map.Entry<byte[], String> entry : users.entrySet()) {
            if (credentials.matches(entry.getKey())) {
                user = entry.getValue();
            }
        }
        return user;
    }

    private static final class Authenticated extends WrappedRequest {

        private final String user;

        Authenticated(RequestHead request, String user) {
            super(request);
            this.user = user;
        }
    }
}
