package io.millrace.site;

import io.millrace.content.AcceptEncoding;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.IOException;
import java.util.Map;

/**
 * A file of a site, in each coding that it exists in. Threads: any, immutable.
 */
final class SiteFile {

    private final SiteVariant plain;
    /** By coding, {@link SiteVariant#IDENTITY} among them; null if there is nothing to choose. */
    private final Map<String, SiteVariant> variants;
    private final String[] codings;

    /**
     * A file.
     *
     * @param variants by coding, in the order of preference; {@link SiteVariant#IDENTITY} last
     */
    SiteFile(Map<String, SiteVariant> variants) {
        this.plain = variants.get(SiteVariant.IDENTITY);
        this.variants = variants.size() > 1 ? variants : null;
        this.codings = variants.keySet().toArray(new String[0]);
    }

    /** The response to a GET or HEAD. */
    Response respond(RequestHead request) throws HttpException, IOException {
        return chosen(request).respond(request);
    }

    /** The response with the whole file under another status. */
    Response page(RequestHead request, Status status) throws HttpException, IOException {
        return chosen(request).page(request, status);
    }

    private SiteVariant chosen(RequestHead request) {
        if (variants == null) {
            return plain;
        }
        String best = AcceptEncoding.of(request).best(codings);
        // RFC 9110 s12.5.3: a client that excludes all there is gets it without a coding.
        return best == null ? plain : variants.get(best);
    }
}
