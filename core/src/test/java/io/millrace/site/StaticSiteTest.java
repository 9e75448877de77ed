package io.millrace.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.http.Body;
import io.millrace.http.Request;
import io.millrace.http.Response;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A folder as a site: what each request gets, and that nothing leads out of it. */
class StaticSiteTest {

    private static final FileTime OLD = FileTime.from(Instant.ofEpochSecond(784_111_777));
    private static final String BROWSER =
            "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";

    @TempDir
    Path above;
    private Path folder;

    @BeforeEach
    void makeASite() throws IOException {
        folder = Files.createDirectory(above.resolve("site"));
        write("index.html", "home");
        write("a.css", "a{}");
        write("docs/index.html", "docs");
        write("docs/guide.html", "guide");
        write("img/x.png", "png");
        write(".env", "secret");
        write(".git/config", "secret");
        write(".well-known/security.txt", "contact");
        Files.writeString(above.resolve("secret.txt"), "secret");
    }

    private Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setLastModifiedTime(file, OLD);
        return file;
    }

    private Response get(String target, String... fields) throws IOException {
        return Asked.get(StaticSite.of(folder), target, fields);
    }

    private static String field(Response response, String name) {
        return response.headers().first(name);
    }

    /** The status, and the text or where it redirects to. */
    private static String outcome(Response response) throws IOException {
        String location = field(response, "Location");
        return response.status().code() + " "
                + (location == null ? Asked.text(response) : location);
    }

    @ParameterizedTest
    @CsvSource({
        "/, 200 home", "/index.html, 200 home", "/a.css, 200 a{}", "/docs/, 200 docs",
        "/docs, 308 /docs/", "/docs?q=1&r, 308 /docs/?q=1&r", "/d%6fcs?, 308 /d%6fcs/?",
        "/docs/guide.html, 200 guide", "/docs/guide.html?v=2, 200 guide", "/img/x.png, 200 png",
        "/.well-known/security.txt, 200 contact",
        "/img, '404 not found\n'", "/img/, '404 not found\n'", "/none, '404 not found\n'",
        "/none/, '404 not found\n'", "/a.css/, '404 not found\n'", "/a.css/b, '404 not found\n'",
        "/docs/index.html/, '404 not found\n'", "/.env, '404 not found\n'",
        "/.git/config, '404 not found\n'", "/.git, '404 not found\n'", "/A.CSS, '404 not found\n'",
        "/%61.css, 200 a{}",
    })
    void eachPathGetsItsFile(String target, String expected) throws Exception {
        assertEquals(expected, outcome(get(target)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt",
        "/docs/../../secret.txt", "/..%5csecret.txt", "//a.css", "/docs//index.html",
        "/a.css%00.png", "/%c0%ae%c0%ae/secret.txt", "/./a.css"})
    void pathThatLeadsOutIsRefused(String target) throws Exception {
        assertEquals(400, get(target).status().code());
    }

    @Test
    void nameTooLongForTheSystemIsNotFound() throws Exception {
        assertEquals(404, get("/" + "n".repeat(300)).status().code());
        assertEquals(404, get("/" + "n/".repeat(3000)).status().code());
    }

    @Test
    void linkIsFollowedInsideOnly() throws Exception {
        Files.createSymbolicLink(folder.resolve("in.css"), Path.of("a.css"));
        Files.createSymbolicLink(folder.resolve("manual"), folder.resolve("docs"));
        Files.createSymbolicLink(folder.resolve("out.txt"), above.resolve("secret.txt"));
        Files.createSymbolicLink(folder.resolve("out"), above);
        Files.createSymbolicLink(folder.resolve("env.txt"), Path.of(".env"));
        write("docs/.well-known/x", "hidden");
        Files.createSymbolicLink(folder.resolve("deep.txt"), Path.of("docs/.well-known/x"));
        Files.createSymbolicLink(folder.resolve("loop"), Path.of("loop"));
        Files.createSymbolicLink(folder.resolve("lost"), Path.of("nowhere"));
        assertEquals("200 a{}", outcome(get("/in.css")));
        assertEquals("200 docs", outcome(get("/manual/")));
        for (String path : new String[] {"/out.txt", "/out/secret.txt", "/out/", "/env.txt",
            "/deep.txt", "/loop", "/lost"}) {
            assertEquals(404, get(path).status().code(), path);
        }
    }

    @Test
    void folderBesideWithTheSameBeginningIsOutside() throws Exception {
        Path beside = Files.createDirectory(above.resolve("site-private"));
        Files.writeString(beside.resolve("x.txt"), "secret");
        Files.createSymbolicLink(folder.resolve("x.txt"), beside.resolve("x.txt"));
        assertEquals(404, get("/x.txt").status().code());
    }

    @Test
    void volumeOfKubernetesIsServed() throws Exception {
        write("..2026_01/app.js", "js");
        Files.createSymbolicLink(folder.resolve("..data"), Path.of("..2026_01"));
        Files.createSymbolicLink(folder.resolve("app.js"), Path.of("..data/app.js"));
        assertEquals("200 js", outcome(get("/app.js")));
        assertEquals(404, get("/..data/app.js").status().code());
    }

    @Test
    void folderMayBeALinkThatIsSwitched() throws Exception {
        Path current = Files.createSymbolicLink(above.resolve("current"), folder);
        StaticSite site = StaticSite.builder(current).memoryBytes(0).build();
        assertEquals("200 home", outcome(Asked.get(site, "/")));
        Path next = Files.createDirectory(above.resolve("next"));
        Files.writeString(next.resolve("index.html"), "new");
        Files.delete(current);
        Files.createSymbolicLink(current, next);
        assertEquals("200 new", outcome(Asked.get(site, "/")));
    }

    @Test
    void fieldsOfAFileAreThoseOfContent() throws Exception {
        Response css = get("/a.css");
        assertEquals("text/css; charset=utf-8", field(css, "Content-Type"));
        assertEquals("no-cache", field(css, "Cache-Control"));
        assertEquals("nosniff", field(css, "X-Content-Type-Options"));
        assertEquals("Sun, 06 Nov 1994 08:49:37 GMT", field(css, "Last-Modified"));
        assertNull(field(css, "Vary"));
        Response known = get("/a.css", "If-None-Match", field(css, "ETag"));
        assertEquals(304, known.status().code());
        assertEquals("no-cache", field(known, "Cache-Control"));
        assertEquals("206 {", outcome(get("/a.css", "Range", "bytes=1-1")));
        assertEquals(200, StaticSite.of(folder).handle(Request.of("HEAD", "/")).status().code());
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "get"})
    void otherMethodsAreNotAllowed(String method) throws Exception {
        Response response = Asked.respond(StaticSite.of(folder), Request.of(method, "/"));
        assertEquals(405, response.status().code());
        assertEquals("GET, HEAD", field(response, "Allow"));
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
        "'br, zstd, gzip', br, BR", "'gzip, zstd', zstd, ZSTD", "gzip, gzip, GZIP",
        "'gzip, br;q=0.5', gzip, GZIP", "'br;q=0, gzip;q=0', -, plain", "identity, -, plain",
        "'', -, plain", "'identity;q=0, deflate', -, plain", "*, br, BR", "'gzip;q=oh', -, plain",
    })
    void codingIsTheOneThatTheClientPrefers(String accepted, String coding, String text)
            throws Exception {
        write("app.js", "plain");
        write("app.js.br", "BR");
        write("app.js.zst", "ZSTD");
        write("app.js.gz", "GZIP");
        Response response = get("/app.js", "Accept-Encoding", accepted);
        assertEquals(coding, field(response, "Content-Encoding"));
        assertEquals("text/javascript; charset=utf-8", field(response, "Content-Type"));
        assertEquals("Accept-Encoding", field(response, "Vary"));
        assertEquals(text, Asked.text(response));
    }

    @Test
    void eachCodingHasATagOfItsOwn() throws Exception {
        // As long as each other, of one time, and too long for the memory.
        String large = "x".repeat(FolderFiles.SMALL_BYTES + 1);
        for (String name : new String[] {"app.js", "app.js.br", "app.js.gz"}) {
            write(name, large);
        }
        String plain = field(get("/app.js"), "ETag");
        String br = field(get("/app.js", "Accept-Encoding", "br"), "ETag");
        String gzip = field(get("/app.js", "Accept-Encoding", "gzip"), "ETag");
        assertNotEquals(plain, br);
        assertNotEquals(plain, gzip);
        assertNotEquals(br, gzip);
        Response known = get("/app.js", "Accept-Encoding", "br", "If-None-Match", br);
        assertEquals(304, known.status().code());
        assertEquals(br, field(known, "ETag"));
        assertEquals("Accept-Encoding", field(known, "Vary"));
        assertEquals(200, get("/app.js", "Accept-Encoding", "gzip", "If-None-Match", br)
                .status().code());
        assertEquals(206, get("/app.js", "Accept-Encoding", "br", "Range", "bytes=0-1",
                "If-Range", br).status().code());
        assertEquals(200, get("/app.js", "Accept-Encoding", "gzip", "Range", "bytes=0-1",
                "If-Range", br).status().code());
    }

    @Test
    void codedFileAloneIsAFileOfItsOwn() throws Exception {
        write("only.js.gz", "GZIP");
        assertEquals(404, get("/only.js", "Accept-Encoding", "gzip").status().code());
        Response asked = get("/only.js.gz", "Accept-Encoding", "gzip");
        assertEquals("application/gzip", field(asked, "Content-Type"));
        assertNull(field(asked, "Content-Encoding"));
        Files.createSymbolicLink(folder.resolve("a.css.gz"), above.resolve("secret.txt"));
        assertEquals("200 a{}", outcome(get("/a.css", "Accept-Encoding", "gzip")));
    }

    @Test
    void ownNotFoundPageIsSentWithItsStatus() throws Exception {
        write("404.html", "lost?");
        for (String path : new String[] {"/none", "/none/", "/.env", "/img/"}) {
            Response response = Asked.get(
                    StaticSite.builder(folder).immutable("*.html").build(), path,
                    "Range", "bytes=0-0", "If-None-Match", "*");
            assertEquals("404 lost?", outcome(response), path);
            assertEquals("text/html; charset=utf-8", field(response, "Content-Type"));
            assertEquals("no-cache", field(response, "Cache-Control"));
            for (String name : new String[] {"ETag", "Last-Modified", "Accept-Ranges"}) {
                assertNull(field(response, name), name);
            }
        }
        write("404.html", "x".repeat(FolderFiles.SMALL_BYTES + 1));
        Response large = Asked.get(StaticSite.builder(folder).immutable("*.html").build(),
                "/none");
        assertEquals("no-cache", field(large, "Cache-Control"));
        assertEquals(404, large.status().code());
        assertEquals(FolderFiles.SMALL_BYTES + 1, Asked.text(large).length());
        assertNull(field(large, "ETag"));
        assertEquals(200, get("/404.html").status().code());
    }

    private StaticSite app() throws IOException {
        return StaticSite.builder(folder).fallback("/index.html").immutable("/img/**").build();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/users/7", "/users/", "/users/john.doe", "/a/b.html", "/img"})
    void fallbackIsWhatABrowserOpens(String path) throws Exception {
        Response page = Asked.get(app(), path, "Accept", BROWSER);
        assertEquals("home", Asked.text(page));
        assertEquals(200, page.status().code());
        assertEquals("Accept", field(page, "Vary"));
        assertEquals("no-cache", field(page, "Cache-Control"));
        assertEquals(304, Asked.get(app(), path, "Accept", BROWSER, "If-None-Match", "*")
                .status().code());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "/users/7 | */*", "/users/7 | application/json", "/users/7 | text/html;q=0, */*",
        "/users/7 | application/json, text/html;q=0.5", "/old-chunk.js | " + BROWSER,
        "/x.png | " + BROWSER, "/.env | " + BROWSER,
    })
    void fallbackIsNoAssetAndNoData(String path, String accept) throws Exception {
        assertEquals(404, Asked.get(app(), path, "Accept", accept).status().code());
    }

    @Test
    void cachesKnowThatThePageDependsOnHowItIsOpened() throws Exception {
        assertEquals("Accept", field(Asked.get(app(), "/users/7"), "Vary"));
        assertNull(field(Asked.get(app(), "/x.png"), "Vary"));
        assertNull(field(get("/users/7"), "Vary"));
        write("404.html", "lost?");
        assertEquals("404 lost?", outcome(Asked.get(app(), "/users/7")));
        assertEquals("Accept", field(Asked.get(app(), "/users/7"), "Vary"));
    }

    @Test
    void fallbackDoesNotStandInTheWayOfFiles() throws Exception {
        assertEquals("200 docs", outcome(Asked.get(app(), "/docs/", "Accept", BROWSER)));
        assertEquals("308 /docs/", outcome(Asked.get(app(), "/docs", "Accept", BROWSER)));
        Response image = Asked.get(app(), "/img/x.png", "Accept", BROWSER);
        assertEquals("public, max-age=31536000, immutable", field(image, "Cache-Control"));
        assertNull(field(image, "Vary"));
        assertThrows(IOException.class,
                () -> StaticSite.builder(folder).fallback("none.html").build());
    }

    @Test
    void siteBelowAPathHasItsFilesThere() throws Exception {
        StaticSite site = StaticSite.builder(folder).at("/x/y").header("X-Own", "1").build();
        assertEquals("200 home", outcome(Asked.get(site, "/x/y/")));
        assertEquals("308 /x/y/", outcome(Asked.get(site, "/x/y")));
        assertEquals("308 /x/y/docs/?q", outcome(Asked.get(site, "/x/y/docs?q")));
        assertEquals("1", field(Asked.get(site, "/x/y/a.css"), "X-Own"));
        assertEquals(404, Asked.get(site, "/a.css").status().code());
        assertEquals(404, Asked.get(site, "/x/ya.css").status().code());
        assertEquals(400, Asked.get(site, "/x/y/../../secret.txt").status().code());
        for (String wrong : new String[] {"", "/", "x", "/x/", "//x", "/x//y", "/a%20b"}) {
            assertThrows(IllegalArgumentException.class,
                    () -> StaticSite.builder(folder).at(wrong), wrong);
        }
    }

    @Test
    void largeFileIsSentFromTheFileAndASmallOneFromMemory() throws Exception {
        write("small.txt", "x".repeat(FolderFiles.SMALL_BYTES));
        write("large.txt", "x".repeat(FolderFiles.SMALL_BYTES + 1));
        StaticSite site = StaticSite.of(folder);
        Body small = Asked.get(site, "/small.txt").body();
        small.close();
        assertEquals(1, small.read(0, ByteBuffer.allocate(1)));
        Body large = Asked.get(site, "/large.txt").body();
        assertEquals(FolderFiles.SMALL_BYTES + 1, large.length());
        large.close();
        assertThrows(IOException.class, () -> large.read(0, ByteBuffer.allocate(1)));
    }

    @Test
    void siteInAZipFileSystemIsAFolderToo() throws Exception {
        Path zip = above.resolve("site.zip");
        try (FileSystem files = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
            Files.createDirectory(files.getPath("/public"));
            Files.writeString(files.getPath("/public/index.html"), "zipped");
            Files.writeString(files.getPath("/secret.txt"), "secret");
            StaticSite site = StaticSite.of(files.getPath("/public"));
            assertEquals("200 zipped", outcome(Asked.get(site, "/")));
            assertEquals(400, Asked.get(site, "/../secret.txt").status().code());
        }
    }

    @Test
    void whatIsNoFolderIsRefusedAtOnce() {
        assertThrows(NotDirectoryException.class, () -> StaticSite.of(above.resolve("none")));
        assertThrows(NotDirectoryException.class, () -> StaticSite.of(folder.resolve("a.css")));
        assertThrows(IllegalArgumentException.class,
                () -> StaticSite.builder(folder).memoryBytes(-1));
        assertThrows(NullPointerException.class, () -> StaticSite.of((Path) null));
    }

    @Test
    void pipeIsNotOpened() throws Exception {
        Process process = new ProcessBuilder("mkfifo", folder.resolve("pipe").toString()).start();
        assertEquals(0, process.waitFor());
        assertEquals(404, get("/pipe").status().code());
    }
}
