package io.millrace.app.page;

import io.millrace.http.Body;
import io.millrace.http.Exchange;
import io.millrace.http.Handler;
import io.millrace.http.Headers;
import io.millrace.http.RequestHead;
import io.millrace.http.Response;
import io.millrace.http.Status;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The style sheet, the script and the pictures of the page. Each has the hash of its content in its
 * name, so that browsers and caches may keep it for good, and a new release is seen at once.
 *
 * <p>They need no token: they tell nothing of what is stored.
 *
 * <p>Threads: any, immutable.
 */
final class PageAssets implements Handler { // decision 281

    /** One script in parts: each has one job, and the order in which they stand. */
    private static final List<String> SCRIPT = List.of("base.js", "dialogs.js", "list.js",
            "actions.js", "preview.js", "transfer.js", "uploads.js", "lost.js", "start.js");

    /** One that stands on lines of its own. */
    private static final Pattern COMMENT = Pattern.compile(
            "(?m)^ *(//[^\n]*|/\\*[^*]*(\\*(?!/)[^*]*)*\\*/)\n");

    private final Map<String, Asset> assets = new HashMap<>();
    private final String icon;
    private final String style;
    private final String script;

    PageAssets() {
        icon = add("icon.svg", "image/svg+xml", resource("icon.svg"));
        String signs = add("signs.svg", "image/svg+xml", resource("signs.svg"));
        style = add("page.css", "text/css; charset=utf-8", source("page.css")
                .replace("signs.svg", signs.substring(signs.lastIndexOf('/') + 1)));
        StringBuilder parts = new StringBuilder();
        SCRIPT.forEach(part -> parts.append(source(part)));
        script = add("page.js", "text/javascript; charset=utf-8", parts.toString());
    }

    /** A resource of this package. */
    static String resource(String name) {
        try (InputStream in = PageAssets.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + name + " of the program's jar", e);
        }
    }

    /** A style sheet or script without what only its writers need: comments, and indents. */
    private static String source(String name) {
        return COMMENT.matcher(resource(name)).replaceAll("").replaceAll("\n\\s+", "\n");
    }

    private String add(String name, String type, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        String hash = hash(bytes);
        String path = PageRequests.ASSETS + hash + name.substring(name.lastIndexOf('.'));
        assets.put(path, new Asset('"' + hash + '"', Response.of(Status.OK)
                .with("Content-Type", type)
                .with("Cache-Control", "public, max-age=31536000, immutable") // RFC 8246
                .with("ETag", '"' + hash + '"')
                .with("X-Content-Type-Options", "nosniff")
                .with(Body.of(bytes))));
        return path.substring(1);
    }

    private static String hash(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The address of the icon, from the store's root and without a slash before it. */
    String icon() {
        return icon;
    }

    /** The address of the style sheet, likewise. */
    String style() {
        return style;
    }

    /** The address of the script, likewise. */
    String script() {
        return script;
    }

    /** The length of an asset, by its address. */
    int lengthBytes(String address) {
        return (int) assets.get('/' + address).response.body().length();
    }

    @Override
    public Exchange handle(RequestHead request) {
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return Response.text("method not allowed: use GET, HEAD\n")
                    .with(Status.METHOD_NOT_ALLOWED).with("Allow", "GET, HEAD");
        }
        Asset asset = assets.get(request.path());
        if (asset == null) { // of another release: the page names those of its own
            return Response.text("no such file: reload the page\n").with(Status.NOT_FOUND)
                    .with("Cache-Control", "no-store");
        }
        return asset.isKnown(request.headers())
                ? asset.response.with(Status.NOT_MODIFIED).with(Body.empty()) : asset.response;
    }

    private record Asset(String etag, Response response) {

        // RFC 9110 s13.1.2: a list of tags, weakly compared.
        boolean isKnown(Headers headers) {
            for (String line : headers.all("If-None-Match")) {
                for (String tag : line.split(",")) {
                    String known = tag.strip();
                    if (known.equals("*") || known.equals(etag) || known.equals("W/" + etag)) {
                        return true;
                    }
                }
            }
            return false;
        }
    }
}
