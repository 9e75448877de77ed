package io.millrace.store;

import io.millrace.http.Credentials;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.nio.charset.StandardCharsets;

/** Lets in who brings the token (RFC 6750 section 2.1). Threads: any, immutable. */
final class Authorization {

    private static final Response TOKEN_MISSING =
            Responses.text(Status.UNAUTHORIZED, "missing bearer token")
                    .with("WWW-Authenticate", "Bearer realm=\"millrace\"");
    private static final Response TOKEN_WRONG =
            Responses.text(Status.UNAUTHORIZED, "wrong bearer token")
                    .with("WWW-Authenticate",
                            "Bearer realm=\"millrace\", error=\"invalid_token\"");

    /** Null if none is needed. */
    private final byte[] token;
    private final boolean openReads;

    Authorization(String token, boolean openReads) {
        this.token = token == null ? null : token.getBytes(StandardCharsets.ISO_8859_1);
        this.openReads = openReads;
    }

    /** Null if the request may go on; else 401. */
    Response refuse(RequestHead request) {
        if (token == null || openReads && isRead(request.method())) {
            return null;
        }
        Credentials credentials = Credentials.of(request.headers(), "Bearer");
        if (credentials == null) {
            return TOKEN_MISSING;
        }
        return credentials.matches(token) ? null : TOKEN_WRONG;
    }

    private static boolean isRead(String method) {
        return switch (method) {
            case "GET", "HEAD", "OPTIONS" -> true;
            default -> false;
        };
    }
}
