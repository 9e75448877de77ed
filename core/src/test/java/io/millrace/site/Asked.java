package io.millrace.site;

import io.millrace.http.Body;
import io.millrace.http.HttpException;
import io.millrace.http.Request;
import io.millrace.http.Response;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What a site responds. */
final class Asked {

    private Asked() {
    }

    static Response get(StaticSite site, String target, String... fields)
            throws IOException {
        return respond(site, Request.of("GET", target, fields));
    }

    static Response respond(StaticSite site, Request request) throws IOException {
        try {
            return site.handle(request);
        } catch (HttpException e) {
            return e.response();
        }
    }

    static String text(Response response) throws IOException {
        try (Body body = response.body()) {
            ByteBuffer bytes = ByteBuffer.allocate((int) body.length());
            while (bytes.hasRemaining()) {
                body.read(bytes.position(), bytes);
            }
            return new String(bytes.array(), StandardCharsets.UTF_8);
        }
    }
}
