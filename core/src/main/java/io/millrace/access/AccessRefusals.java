package io.millrace.access;

import io.millrace.http.Response;
import io.millrace.http.Status;

/** The responses to requests that may not be carried out. Threads: any, they are immutable. */
final class AccessRefusals {

    private static final String BEARER = "Bearer realm=\"millrace\"";
    // RFC 7617 s2.1: names and passwords are sent in UTF-8.
    private static final String BASIC = "Basic realm=\"millrace\", charset=\"UTF-8\"";

    // RFC 6750 s3.1: no error code where no credentials came.
    static final Response MISSING = unauthorized(
            "missing token: send Authorization: Bearer TOKEN, or Basic with the token as password",
            BEARER);
    static final Response WRONG = unauthorized(
            "wrong token: send one that this server accepts", BEARER + ", error=\"invalid_token\"");

    // RFC 6750 s3.1. It is the same for what is there and what is not.
    static final Response FORBIDDEN = text(Status.FORBIDDEN,
            "the token has no right to this: use a path and a method that it is for")
            .with("WWW-Authenticate", BEARER + ", error=\"insufficient_scope\"");

    private AccessRefusals() {
    }

    // RFC 9110 s11.6.1 lets both be in one line; clients that look at the first one only exist.
    private static Response unauthorized(String line, String bearer) {
        return text(Status.UNAUTHORIZED, line)
                .add("WWW-Authenticate", bearer).add("WWW-Authenticate", BASIC);
    }

    private static Response text(Status status, String line) {
        return Response.text(line + "\n").with(status);
    }
}
