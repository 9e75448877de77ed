package io.millrace.route;

import io.millrace.http.Headers;
import io.millrace.http.RequestHead;

/** A request head made by hand. */
record Head(String method, String target, Headers headers, long bodyLength)
        implements RequestHead {

    static Head of(String method, String target, String... fields) {
        return new Head(method, target, Headers.of(fields), 0);
    }

    Head withBody(long bodyLength) {
        return new Head(method, target, headers, bodyLength);
    }

    @Override
    public String path() {
        int end = target.indexOf('?');
        return end < 0 ? target : target.substring(0, end);
    }

    @Override
    public String query() {
        int end = target.indexOf('?');
        return end < 0 ? null : target.substring(end + 1);
    }

    @Override
    public String authority() {
        return "localhost";
    }

    @Override
    public boolean isHttp11() {
        return true;
    }
}
