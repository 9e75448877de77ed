package io.millrace.resume;

import io.millrace.http.Headers;
import io.millrace.http.HttpException;
import io.millrace.http.Status;
import java.util.ArrayList;
import java.util.List;

/**
 * The fields of the request that begins an upload which are about the object: they are kept with
 * the upload, and belong to the PUT at its end. Credentials are none of them.
 *
 * <p>Threads: any.
 */
final class ObjectHeaders {

    private static final String TYPE = "Content-Type";

    /**
     * What a store keeps with an object, its time, conditions, and digests of the whole; and what
     * tells that a browser has sent it, which adds to Cache-Control.
     */
    private static final List<String> KEPT = List.of("Content-Encoding", "Content-Language",
            "Cache-Control", "If-Match", "If-None-Match", "If-Unmodified-Since", "Repr-Digest",
            "Want-Repr-Digest", "X-OC-Mtime", "Last-Modified", "Origin", "Sec-Fetch-Mode",
            "Pragma");

    private ObjectHeaders() {
    }

    /**
     * The fields of a POST of tus.
     *
     * @param type the media type; null if it is not known
     * @throws HttpException 400 if it can't be one
     */
    static Headers ofTus(Headers headers, String type) throws HttpException {
        List<String> kept = kept(headers);
        add(kept, headers, "Content-Disposition");
        if (type != null && !type.isBlank()) {
            kept.add(TYPE);
            kept.add(type.strip());
        }
        try {
            return Headers.of(kept.toArray(new String[0]));
        } catch (IllegalArgumentException e) {
            throw new HttpException(Status.BAD_REQUEST,
                    "Upload-Metadata: filetype must be a media type");
        }
    }

    /** The fields of a request of the draft. */
    static Headers ofDraft(Headers headers) {
        List<String> kept = kept(headers);
        add(kept, headers, TYPE);
        add(kept, headers, "Content-Disposition");
        return Headers.of(kept.toArray(new String[0]));
    }

    private static List<String> kept(Headers headers) {
        List<String> kept = new ArrayList<>();
        for (String name : KEPT) {
            add(kept, headers, name);
        }
        return kept;
    }

    private static void add(List<String> kept, Headers headers, String name) {
        for (String value : headers.all(name)) {
            kept.add(name);
            kept.add(value);
        }
    }
}
