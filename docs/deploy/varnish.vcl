# /etc/varnish/default.vcl: objects up to 64 MB are kept, and asked for again when they are a second old.
vcl 4.1;

import std;

backend default {
    .host = "127.0.0.1";
    .port = "8080";
    .connect_timeout = 5s;
    .first_byte_timeout = 300s;         # as --answer-timeout: the store may wait for its device
    .between_bytes_timeout = 60s;       # as --progress-timeout
    .probe = {
        .request = "GET /healthz HTTP/1.1" "Host: files.example.org" "Connection: close";
        .interval = 5s;
    }
}

sub vcl_recv {
    # Varnish has added the client's address to X-Forwarded-For. It has no TLS: hitch in front of it tells
    # by a PROXY header which port the client has called (varnishd -a :80 -a 127.0.0.1:8443,PROXY).
    unset req.http.Forwarded;
    # Varnish takes a 104 (Upload Resumption Supported) for a malformed response.
    unset req.http.Upload-Draft-Interop-Version;
    set req.http.X-Forwarded-Proto = "http";
    if (std.port(server.ip) == 443) {
        set req.http.X-Forwarded-Proto = "https";
    }
    # Bodies are passed on as they come, and ranges are the store's. The builtin rules do the same with what
    # has Authorization.
    if ((req.method != "GET" && req.method != "HEAD") || req.http.Range) {
        return (pass);
    }
}

sub vcl_backend_response {
    # Others change objects while Varnish has them. An older one is asked for by its ETag: 304 is cheap.
    set beresp.ttl = 1s;
    set beresp.grace = 0s;
    set beresp.keep = 1h;
    # What a slow client hasn't taken yet is in memory, unless varnishd has the parameter transit_buffer.
    if (std.integer(beresp.http.Content-Length, 0) > 64000000) {
        return (pass(120s));
    }
}
