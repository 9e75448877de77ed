package io.millrace.app.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.store.StoreOptions;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageAssetsTest {

    @TempDir
    Path folder;

    private static String target(String html, String type) {
        Matcher link = Pattern.compile("\"\\.(/\\.millrace/page-[0-9a-f]+\\." + type + ")\"")
                .matcher(html);
        assertTrue(link.find(), html);
        return link.group(1);
    }

    private static String etag(String response) {
        Matcher etag = Pattern.compile("ETag: (\"[^\"]+\")").matcher(response);
        assertTrue(etag.find(), response);
        return etag.group(1);
    }

    @Test
    void browserGetsThePageAndFromItAssetsThatAreKeptForGood() throws Exception {
        try (PageServer server = new PageServer(folder, options -> options)) {
            String page = server.send("GET", "/", "Accept: text/html,*/*;q=0.8\r\n");
            assertTrue(page.startsWith("HTTP/1.1 200 "), page);
            assertTrue(page.contains("\r\nContent-Security-Policy: " + Page.POLICY + "\r\n"), page);
            for (String type : new String[] {"css", "js", "svg"}) {
                String asset = server.send("GET", target(page, type));
                assertTrue(asset.startsWith("HTTP/1.1 200 "), asset);
                assertTrue(asset.contains(
                        "\r\nCache-Control: public, max-age=31536000, immutable\r\n"), asset);
                assertTrue(asset.contains("\r\nX-Content-Type-Options: nosniff\r\n"), asset);
            }
            assertTrue(server.send("GET", target(page, "css"))
                    .contains("\r\nContent-Type: text/css; charset=utf-8\r\n"));
            assertTrue(server.send("GET", target(page, "js"))
                    .contains("\r\nContent-Type: text/javascript; charset=utf-8\r\n"));
        }
    }

    @Test
    void assetsNeedNoTokenButThePageDoes() throws Exception {
        String script;
        try (PageServer server = new PageServer(folder, options -> options)) {
            script = target(server.send("GET", "/", "Accept: text/html\r\n"), "js");
        }
        try (PageServer server = new PageServer(folder, options -> options.token("secret"))) {
            assertTrue(server.send("GET", "/", "Accept: text/html\r\n")
                    .startsWith("HTTP/1.1 401 "));
            assertTrue(server.send("GET", script).startsWith("HTTP/1.1 200 "));
        }
    }

    @Test
    void assetThatTheBrowserHasIsNotSentAgain() throws Exception {
        try (PageServer server = new PageServer(folder, options -> options)) {
            String script = target(server.send("GET", "/", "Accept: text/html\r\n"), "js");
            String etag = etag(server.send("GET", script));
            for (String known : new String[] {etag, "W/" + etag, "\"x\", " + etag, "*"}) {
                String response = server.send("GET", script, "If-None-Match: " + known + "\r\n");
                assertTrue(response.startsWith("HTTP/1.1 304 "), response);
                assertTrue(response.endsWith("\r\n\r\n"), response);
            }
            assertTrue(server.send("GET", script, "If-None-Match: \"x\"\r\n")
                    .startsWith("HTTP/1.1 200 "));
        }
    }

    @Test
    void headOfAnAssetHasItsLengthAndNoBody() throws Exception {
        try (PageServer server = new PageServer(folder, options -> options)) {
            String script = target(server.send("GET", "/", "Accept: text/html\r\n"), "js");
            String response = server.send("HEAD", script);
            assertTrue(response.contains("\r\nContent-Length: "
                    + new PageAssets().lengthBytes(script.substring(1)) + "\r\n"), response);
            assertTrue(response.endsWith("\r\n\r\n"), response);
        }
    }

    @Test
    void otherMethodsAndAssetsOfOtherReleasesAreRefused() throws Exception {
        try (PageServer server = new PageServer(folder, options -> options)) {
            String script = target(server.send("GET", "/", "Accept: text/html\r\n"), "js");
            String put = server.send("PUT", script, "Content-Length: 0\r\n");
            assertTrue(put.startsWith("HTTP/1.1 405 "), put);
            assertTrue(put.contains("\r\nAllow: GET, HEAD\r\n"), put);
            String old = server.send("GET", "/.millrace/page-0000000000000000.js");
            assertTrue(old.startsWith("HTTP/1.1 404 "), old);
            assertTrue(old.contains("\r\nCache-Control: no-store\r\n"), old);
        }
    }

    @Test
    void nameChangesWithTheContentAndOnlyWithIt() {
        assertEquals(new PageAssets().script(), new PageAssets().script());
        assertFalse(new PageAssets().script().equals(
                new PageAssets().style().replace(".css", ".js")));
    }

    @Test
    void storesWithoutThePageAnswerAsBefore() throws Exception {
        try (PageServer server = new PageServer(folder, options -> options)) {
            String json = server.send("GET", "/", "Accept: application/json\r\n");
            assertTrue(json.contains("\r\nContent-Type: application/json\r\n"), json);
            String plain = server.send("GET", "/", "Accept: */*\r\n");
            assertTrue(plain.contains("<pre>"), plain);
        }
        assertTrue(StoreOptions.builder().build().page() == null);
    }
}
