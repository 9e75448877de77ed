package io.millrace.site;

import io.millrace.content.FileResponse;
import io.millrace.content.FixedContent;
import io.millrace.http.HttpException;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The bytes of a file in one content coding, or in none. Threads: any. */
interface SiteVariant {

    /** What stands for no coding where codings are chosen from. */
    String IDENTITY = "identity";

    /** Codings by the ending of the file that has it; of equal ones the client gets the first. */
    Map<String, String> CODINGS = codings();

    private static Map<String, String> codings() {
        Map<String, String> codings = new LinkedHashMap<>();
        codings.put("br", ".br");
        codings.put("zstd", ".zst");
        codings.put("gzip", ".gz");
        return Collections.unmodifiableMap(codings);
    }

    /** The response to a GET or HEAD. */
    Response respond(RequestHead request) throws HttpException, IOException;

    /**
     * The response with all of it under another status, such as 404, which no rule of the site lets
     * caches keep.
     */
    Response page(RequestHead request, Status status) throws HttpException, IOException;

    /** In memory. */
    record Held(FixedContent content) implements SiteVariant {

        @Override
        public Response respond(RequestHead request) throws HttpException {
            return content.handle(request);
        }

        @Override
        public Response page(RequestHead request, Status status) {
            return content.whole().with(status).set("Cache-Control", SiteFields.DEFAULT)
                    .without("ETag").without("Last-Modified").without("Accept-Ranges");
        }
    }

    /** In a file that is opened for each response. */
    record Opened(Path file, Response fields) implements SiteVariant {

        @Override
        public Response respond(RequestHead request) throws HttpException, IOException {
            return FileResponse.of(request, file, fields);
        }

        @Override
        public Response page(RequestHead request, Status status)
                throws HttpException, IOException {
            return FileResponse.of(request, file,
                    fields.with(status).set("Cache-Control", SiteFields.DEFAULT));
        }
    }
}
