package io.millrace.app.page;

import io.millrace.form.FormPart;
import io.millrace.http.Headers;
import io.millrace.http.PercentEncoding;
import io.millrace.http.RequestHead;
import io.millrace.route.WrappedRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * The PUT that the file of a form comes to. It has the credentials of the form's request, and no
 * field of it that would be about the form's bytes.
 *
 * <p>Threads: like the form's request, and valid as long as it.
 */
final class FormPut extends WrappedRequest {

    private final String path;
    private final Headers headers;

    FormPut(RequestHead form, FormPart file, boolean replaces) {
        super(form);
        path = form.path() + PercentEncoding.encode(file.fileName());
        headers = headers(form, file, replaces);
    }

    private static Headers headers(RequestHead form, FormPart file, boolean replaces) {
        List<String> fields = new ArrayList<>();
        // All lines, as more than one are refused.
        for (String authorization : form.headers().all("Authorization")) {
            fields.addAll(List.of("Authorization", authorization));
        }
        if (file.contentType() != null && !file.contentType().isEmpty()) {
            fields.addAll(List.of("Content-Type", file.contentType()));
        }
        if (!replaces) {
            fields.addAll(List.of("If-None-Match", "*"));
        }
        return Headers.of(fields.toArray(String[]::new));
    }

    @Override
    public String method() {
        return "PUT";
    }

    @Override
    public String target() {
        return path;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public String query() {
        return null;
    }

    @Override
    public Headers headers() {
        return headers;
    }

    @Override
    public long bodyLength() {
        return UNKNOWN_LENGTH;
    }
}
