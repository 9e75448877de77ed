package io.millrace.codec;

import io.millrace.http.HttpException;
import io.millrace.http.Status;

/**
 * The parts of a request target, in one of its four forms (RFC 9112 section 3.2), as places in the
 * head's bytes. Threads: one at a time.
 */
final class Target {

    int authorityStart;
    int authorityEnd;
    int pathStart;
    int pathEnd;
    /** Where the query begins, after the question mark; -1 if there is none. */
    int queryStart;
    /** The absolute-form of a URI without a path: the path is "/" and stands nowhere. */
    boolean pathIsImplied;

    void split(ParsedHead head) throws HttpException {
        byte[] bytes = head.bytes;
        int start = head.targetStart;
        int end = head.targetEnd;
        authorityStart = authorityEnd = start;
        pathStart = pathEnd = start;
        queryStart = -1;
        pathIsImplied = false;
        if (head.methodIs("CONNECT")) {
            // RFC 9112 s3.2.3: authority-form, with CONNECT only; a proxy's matter, not an
            // origin's.
            Host.checkAuthority(bytes, start, end, true);
            throw new HttpException(Status.NOT_IMPLEMENTED,
                    "CONNECT is not supported: this server is not a proxy");
        }
        if (bytes[start] == '/') {
            splitPath(bytes, start, end);
        } else if (end - start == 1 && bytes[start] == '*') {
            // RFC 9112 s3.2.4: asterisk-form, with OPTIONS only.
            if (!head.methodIs("OPTIONS")) {
                throw new HttpException(Status.BAD_REQUEST,
                        "the request target * is valid only with OPTIONS");
            }
            pathEnd = end;
        } else {
            splitAbsolute(bytes, start, end);
        }
    }

    // RFC 9112 s3.2.2: absolute-form.
    private void splitAbsolute(byte[] bytes, int start, int end) throws HttpException {
        int schemeEnd = start;
        while (schemeEnd < end && bytes[schemeEnd] != ':') {
            schemeEnd++;
        }
        boolean known = Ascii.equalsIgnoreCase(bytes, start, schemeEnd, "http")
                || Ascii.equalsIgnoreCase(bytes, start, schemeEnd, "https");
        if (!known || schemeEnd + 3 > end || bytes[schemeEnd + 1] != '/'
                || bytes[schemeEnd + 2] != '/') {
            throw new HttpException(Status.BAD_REQUEST,
                    "the request target must be a path or an http URI");
        }
        authorityStart = schemeEnd + 3;
        authorityEnd = authorityStart;
        while (authorityEnd < end && bytes[authorityEnd] != '/' && bytes[authorityEnd] != '?') {
            authorityEnd++;
        }
        Host.checkAuthority(bytes, authorityStart, authorityEnd, false);
        splitPath(bytes, authorityEnd, end);
        pathIsImplied = pathStart == pathEnd;
    }

    private void splitPath(byte[] bytes, int start, int end) {
        pathStart = start;
        pathEnd = start;
        while (pathEnd < end && bytes[pathEnd] != '?') {
            pathEnd++;
        }
        queryStart = pathEnd < end ? pathEnd + 1 : -1;
    }
}
