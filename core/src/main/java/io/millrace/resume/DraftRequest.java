package io.millrace.resume;

import io.millrace.content.StructuredFields;
import io.millrace.http.Headers;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;

/**
 * What a request says in the fields of the Internet-Draft "Resumable Uploads for HTTP". A field
 * whose value is malformed counts as missing, as the draft demands.
 *
 * <p>Threads: any, immutable.
 *
 * @param interop the interop version that the client has announced; 0 if none or an unknown one
 * @param complete whether its body has the last byte of the upload; null if it doesn't say
 * @param offset where its body belongs; -1 if it doesn't say
 * @param length bytes of the whole; -1 if it doesn't say
 */
record DraftRequest(int interop, Boolean complete, long offset, long length) {

    /** The first version that has a URL for each upload: draft 01. It is Apple's first one. */
    static final int OLDEST = 3;
    /** The current one: drafts 09 to 12. */
    static final int NEWEST = 8;
    /** From here on completeness is told as such, draft 02. */
    static final int HAS_COMPLETE = 4;
    /** From here on clients understand 104 without Location, draft 03. */
    static final int HAS_PROGRESS = 5;
    /** From here on a PATCH has a media type, and there are limits, draft 04. */
    static final int HAS_TYPE = 6;
    /** From here on the limit of the time is called max-age, draft 06. */
    static final int HAS_MAX_AGE = 7;

    static final String VERSION = "Upload-Draft-Interop-Version";
    static final String COMPLETE = "Upload-Complete";
    static final String INCOMPLETE = "Upload-Incomplete";
    static final String OFFSET = "Upload-Offset";
    static final String LENGTH = "Upload-Length";

    private static final DraftRequest NONE = new DraftRequest(0, null, -1, -1);

    /** Reads a request. */
    static DraftRequest of(RequestHead request) {
        Headers headers = request.headers();
        if (!headers.contains(VERSION) && !headers.contains(COMPLETE)
                && !headers.contains(OFFSET)) {
            return NONE;
        }
        long version = number(headers, VERSION);
        int interop = version >= OLDEST && version <= NEWEST ? (int) version : 0;
        Boolean complete;
        if (interop == OLDEST) {
            Boolean incomplete = truth(headers, INCOMPLETE);
            complete = incomplete == null ? null : !incomplete;
        } else {
            complete = truth(headers, COMPLETE);
        }
        return new DraftRequest(interop, complete, number(headers, OFFSET),
                number(headers, LENGTH));
    }

    /** Whether the request begins an upload. */
    boolean isCreation() {
        return complete != null;
    }

    /**
     * Whether the client could not learn of the upload's URL before its last byte: a PUT like any
     * other (section on draft version identification), unless its length has yet to be compared.
     */
    boolean isPlain(RequestHead request) {
        return complete && !canInform(request) && (length < 0 || length == request.bodyLength());
    }

    /** Whether the client may get a 104. */
    boolean canInform(RequestHead request) {
        return interop != 0 && request.isHttp11();
    }

    private static Object value(Headers headers, String name) {
        try {
            StructuredFields.Item item = StructuredFields.item(headers, name);
            return item == null ? null : item.value();
        } catch (HttpException e) {
            return null; // to be ignored
        }
    }

    private static long number(Headers headers, String name) {
        return value(headers, name) instanceof Long number && number >= 0 ? number : -1;
    }

    private static Boolean truth(Headers headers, String name) {
        return value(headers, name) instanceof Boolean truth ? truth : null;
    }
}
