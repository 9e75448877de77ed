package io.millrace.store;

import io.millrace.http.Headers;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** Lets in who brings the token (RFC 6750 section 2.1). Threads: any, immutable. */
final class Authorization {

    private static final String SCHEME = "Bearer ";
    private static final Response TOKEN_MISSING =
            Responses.text(Status.UNAUTHORIZED, "this store wants a token")
                    .with("WWW-Authenticate", "Bearer realm=\"millrace\"");
    private static final Response TOKEN_WRONG =
            Responses.text(Status.UNAUTHORIZED, "this store wants another token")
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
        Headers headers = request.headers();
        String value = headers.first("Authorization");
        if (value == null || !value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return TOKEN_MISSING;
        }
        byte[] brought = value.substring(SCHEME.length()).strip()
                .getBytes(StandardCharsets.ISO_8859_1);
        // In constant time, so that the answer's delay doesn't tell how much of a guess was right.
        return MessageDigest.isEqual(brought, token) ? null : TOKEN_WRONG;
    }

    private static boolean isRead(String method) {
        return switch (method) {
            case "GET", "HEAD", "OPTIONS" -> true;
            default -> false;
        };
    }
}
