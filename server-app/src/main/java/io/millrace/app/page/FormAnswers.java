package io.millrace.app.page;

import io.millrace.http.Body;
import io.millrace.http.Headers;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What a form is answered: back to the folder, or a page that says what to do.
 *
 * <p>Threads: any.
 */
final class FormAnswers {

    private static final int MAX_TEXT_BYTES = 1000;

    private final Page page;

    FormAnswers(Page page) {
        this.page = page;
    }

    /** The answer that the response to the PUT comes to. */
    Response of(String folder, Response put) {
        if (put.stage() != null) {
            return Response.later(put.stage().thenApply(known -> of(folder, known)));
        }
        if (put.status().code() < 300) {
            put.discard();
            return Response.redirect("./").with("Cache-Control", "no-store");
        }
        Response refusal = refusal(folder, put.status(), text(put));
        return withFields(refusal, put.headers());
    }

    /** A refusal as a page. */
    Response refusal(String folder, Status status, String text) {
        String html = page.message(folder, "The file was not uploaded", text);
        return Response.html(html).with(status)
                .with("Content-Security-Policy", page.contentSecurityPolicy())
                .with("X-Content-Type-Options", "nosniff")
                .with("Cache-Control", "no-store");
    }

    /** The challenge of a 401, when to try again, and whatever else belongs to the status. */
    private static Response withFields(Response page, Headers headers) {
        Response response = page;
        for (int i = 0; i < headers.size(); i++) {
            if (!page.headers().contains(headers.name(i))) {
                response = response.add(headers.name(i), headers.value(i));
            }
        }
        return response;
    }

    /** What it says; it is closed. */
    private static String text(Response put) {
        if (put.status().equals(Status.PRECONDITION_FAILED)) {
            put.discard();
            return "A file of this name is already in the folder. Go back and tick \"Replace a file"
                    + " of the same name\", or give the file another name first.";
        }
        Body body = put.body();
        long length = body.length();
        String type = put.headers().first("Content-Type");
        try {
            if (length <= 0 || length > MAX_TEXT_BYTES || type == null
                    || !type.startsWith("text/plain")) {
                return "The server responded with " + put.status() + '.';
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) length);
            body.read(0, bytes);
            String text = StandardCharsets.UTF_8.decode(bytes.flip()).toString().strip();
            return text.isEmpty() ? "The server responded with " + put.status() + '.'
                    : Character.toUpperCase(text.charAt(0)) + text.substring(1) + '.';
        } catch (IOException e) {
            return "The server responded with " + put.status() + '.'; // its text can't be read
        } finally {
            put.discard();
        }
    }
}
