package io.millrace.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.app.run.JarProcess;
import io.millrace.app.token.TokenFileTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The jar's page for folders: who gets it, and with which flags. */
@Timeout(120)
class PageJarIT {

    private static final String BROWSER = "Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n";
    private static final Pattern ASSET = Pattern.compile("\"\\./(\\.millrace/page-[^\"]+)\"");

    @TempDir
    private Path folder;

    private static String get(String url, String path, String fields) throws IOException {
        return RawRequest.send(url, "GET " + path + " HTTP/1.1\r\n" + fields, "");
    }

    private static String asset(String page) {
        Matcher asset = ASSET.matcher(page);
        assertTrue(asset.find(), page);
        return '/' + asset.group(1);
    }

    @Test
    void browserGetsThePageAndItsAssetsAndProgramsTheListing() throws Exception {
        try (JarProcess jar = JarProcess.start(folder, "--port", "0")) {
            String url = jar.awaitUrl();
            RawRequest.send(url, "PUT /a HTTP/1.1\r\n", "x");
            String page = get(url, "/", BROWSER);
            assertEquals(200, RawRequest.status(get(url, asset(page), "")));
            assertTrue(page.contains("href=\"./a\""), page);
            String plain = RawRequest.body(get(url, "/", ""));
            assertTrue(plain.contains("<title>Index of /</title>"), plain);
            assertEquals(plain, RawRequest.body(get(url, "/", "Accept: */*\r\n")));
            assertEquals(plain, RawRequest.body(get(url, "/?format=html", BROWSER)));
        }
    }

    @Test
    void assetsNeedNoTokenAndThePageDoes() throws Exception {
        TokenFileTest.write(folder.resolve("tokens"), "t\n");
        try (JarProcess jar = JarProcess.start(folder, "--port", "0", "--token-file", "tokens")) {
            String url = jar.awaitUrl();
            assertEquals(401, RawRequest.status(get(url, "/", BROWSER)));
            String page = get(url, "/", BROWSER + "Authorization: Bearer t\r\n");
            assertEquals("private, no-cache", RawRequest.field(page, "Cache-Control"));
            assertEquals(200, RawRequest.status(get(url, asset(page), "")));
        }
    }

    @Test
    void noPageGivesBrowsersTheListing() throws Exception {
        try (JarProcess jar = JarProcess.start(folder, "--port", "0", "--no-page")) {
            String url = jar.awaitUrl();
            assertEquals(RawRequest.body(get(url, "/", "")),
                    RawRequest.body(get(url, "/", BROWSER)));
            String form = RawRequest.send(url, "POST / HTTP/1.1\r\n"
                    + "Content-Type: multipart/form-data; boundary=b\r\n", "--b--");
            assertEquals(405, RawRequest.status(form));
        }
    }

    @Test
    void storeWithoutListingsHasNoPage() throws Exception {
        Files.createDirectories(folder.resolve("data"));
        for (String flag : new String[] {"--no-listing", "--discard", "--contract=article"}) {
            try (JarProcess jar = JarProcess.start(folder, "--port", "0", flag)) {
                String response = get(jar.awaitUrl(), "/", BROWSER);
                assertEquals(404, RawRequest.status(response), flag);
                assertFalse(response.contains("page-"), response);
            }
        }
    }
}
