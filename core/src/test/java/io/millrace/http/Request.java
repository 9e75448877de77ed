package io.millrace.http;

/** A request head made by hand. Threads: any, immutable. */
public record Request(String method, String target, Headers headers, long bodyLength)
        implements RequestHead {

    public static Request of(String method, String target, String... fields) {
        return new Request(method, target, Headers.of(fields), 0);
    }

    public Request withBody(long bodyLength) {
        return new Request(method, target, headers, bodyLength);
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
