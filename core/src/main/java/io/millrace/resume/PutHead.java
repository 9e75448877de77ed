package io.millrace.resume;

import io.millrace.http.Attribute;
import io.millrace.http.ConnectionInfo;
import io.millrace.http.Headers;
import io.millrace.http.RequestHead;
import io.millrace.http.RequestNotes;
import io.millrace.http.Response;
import java.time.Duration;

/**
 * The PUT that an upload stands for: the path and the fields of the object, sent by the client of
 * the request at hand. Threads: as that request.
 */
final class PutHead implements RequestHead {

    private final RequestHead request;
    private final String path;
    private final Headers fields;
    private final long length;

    /**
     * A PUT.
     *
     * @param request the request at hand
     * @param path the path of the object
     * @param fields what is said of the object
     * @param length bytes of the whole, or {@link RequestHead#UNKNOWN_LENGTH}
     */
    PutHead(RequestHead request, String path, Headers fields, long length) {
        this.request = request;
        this.path = path;
        this.fields = fields;
        this.length = length;
    }

    /**
     * The request at hand as one that changes a path, to ask for the rights to that: a HEAD of an
     * upload tells of something that only those may know who may write it.
     */
    static PutHead of(RequestHead request, String path) {
        return new PutHead(request, path, request.headers(), request.bodyLength());
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
    public String authority() {
        return request.authority();
    }

    @Override
    public boolean isHttp11() {
        return request.isHttp11();
    }

    @Override
    public Headers headers() {
        return fields;
    }

    @Override
    public long bodyLength() {
        return length;
    }

    @Override
    public ConnectionInfo connection() {
        return request.connection();
    }

    @Override
    public RequestNotes notes() {
        return request.notes();
    }

    @Override
    public void whenGone(Runnable action) {
        request.whenGone(action);
    }

    @Override
    public void whenHalfClosed(Runnable action) {
        request.whenHalfClosed(action);
    }

    @Override
    public void inform(Response response) {
        request.inform(response);
    }

    @Override
    public void stopBody() {
        request.stopBody();
    }

    @Override
    public void applicationTimeout(Duration limit) {
        request.applicationTimeout(limit);
    }

    @Override
    public <T> T attribute(Attribute<T> attribute) {
        return request.attribute(attribute);
    }

    @Override
    public <T> void attribute(Attribute<T> attribute, T value) {
        request.attribute(attribute, value);
    }
}
